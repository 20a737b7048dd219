"""A day of a company with 700 homes in twenty minutes: what grows, and by how much.

    python bench/a_day.py                    # 2,000 messages in 20 minutes, workers killed six times
    python bench/a_day.py --minutes 5        # the same day, faster

All processes of `hub up` run in practice mode. Mail arrives in bursts as in a day (a quiet night, a morning peak, storms),
every tenth with a photo; every third ticket is answered over the API; processes of the desk are killed by seed and come
back. Memory, open files and the database are read all along; at the end stands what each began with, its most, its end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._intake_letters import letters  # noqa: E402 - found once the checkout is on the path
from hub.embedded import EmbeddedServers  # noqa: E402
from tests.journeys.running import Product, wait_for  # noqa: E402
from tests.journeys.visiting import Program  # noqa: E402
from tests.ports import free_port  # noqa: E402

RESULTS = ROOT / "bench" / "results"
MANAGER = "ines.vogt@example.org"
# How much of a day's mail comes in each of its hours.
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 9, 7, 6, 7, 7, 6, 6, 5, 5, 4, 3, 2, 2, 1)
KILLED = ("worker", "fetch", "clock", "worker", "pages", "worker")
SETTLE = 30.0
MEGABYTE = 1_000_000


@dataclass
class Reading:
    """What was read of one kind of process, or of the database, over time."""

    values: list[float] = field(default_factory=list)

    def line(self, name: str, unit: str) -> str:
        """Return a line of the table."""
        first, most, last = self.values[0], max(self.values), self.values[-1]
        return f"{name:<28} {first:>9.1f} {most:>9.1f} {last:>9.1f} {unit}"


@dataclass
class Day:
    """The running product, who writes to it, and what was read."""

    product: Product
    program: Program
    chance: random.Random
    memory: dict[str, Reading] = field(default_factory=lambda: defaultdict(Reading))
    files: dict[str, Reading] = field(default_factory=lambda: defaultdict(Reading))
    sizes: dict[str, Reading] = field(default_factory=lambda: defaultdict(Reading))
    delays: list[float] = field(default_factory=list)
    waits: dict[int, float] = field(default_factory=dict)
    answered: int = 0
    killed: int = 0

    def read(self, sizes: dict[str, float]) -> None:
        """Read memory and open files of every kind of process, and add what the database says of itself."""
        memory: dict[str, float] = defaultdict(float)
        files: dict[str, float] = defaultdict(float)
        for pid, kind in processes(self.product.home):
            memory[kind] += resident(pid)
            files[kind] += open_files(pid)
        for kind, value in memory.items():
            self.memory[kind].values.append(value)
            self.files[kind].values.append(files[kind])
        for name, value in sizes.items():
            self.sizes[name].values.append(value)

    def kill(self, kind: str) -> None:
        """Kill one process of a kind, as a machine short of memory does."""
        found = [pid for pid, each in processes(self.product.home) if each == kind]
        if found:
            os.kill(self.chance.choice(found), signal.SIGKILL)
            self.killed += 1

    def write(self, raw: bytes) -> None:
        """Hand a mail over; a desk whose pages were just killed is asked again, as a mail server does."""
        begun = time.monotonic()
        envelope = wait_for(lambda: self._accept(raw), "Somebody who takes the mail", seconds=60)
        self.delays.append(time.monotonic() - begun)
        self.waits[envelope] = begun

    def _accept(self, raw: bytes) -> int | None:
        try:
            return self.program.hand_over(raw)
        except (OSError, AssertionError):
            return None

    def answer_some(self, count: int) -> None:
        """Answer the newest tickets that wait, as agents do."""
        try:
            found = self.program.get("/tickets", status="new", limit=str(count))["items"]
            for ticket in found:
                self.program.post(
                    f"/tickets/{ticket['number']}/messages",
                    {"kind": "reply", "text": f"We look after it. {self.chance.getrandbits(24):x}"},
                )
                self.answered += 1
        except (OSError, AssertionError):
            return


def processes(home: Path) -> Iterator[tuple[int, str]]:
    """Yield the ids and kinds of the processes that belong to a home."""
    marker = f"HUB_HOME={home}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if marker not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        yield int(folder.name), _kind(command)


def _kind(command: str) -> str:
    for words, kind in (
        ("hub worker", "worker"),
        ("hub fetch", "fetch"),
        ("hub clock", "clock"),
        ("gunicorn", "pages"),
        ("hub up", "hub up"),
        ("postgres", "PostgreSQL"),
        ("valkey", "Valkey"),
    ):
        if words in command:
            return kind
    return "others"


def resident(pid: int) -> float:
    """Return a process's proportional share of memory, in megabytes."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(row.split()[1]) / 1000 for row in rows if row.startswith("Pss:")), 0.0)


def open_files(pid: int) -> int:
    """Return how many files and connections a process has open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - thousands of names, none of them needed
    except OSError:
        return 0


def measure_sizes(database_url: str, home: Path) -> dict[str, float]:
    """Return what the database and the files take, in megabytes, and its rows and connections."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        size, connections, messages, waiting = connection.execute(
            text(
                "SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity),"
                " (SELECT count(*) FROM messages), (SELECT count(*) FROM envelopes WHERE state = 'new')"
            )
        ).one()
    engine.dispose()
    stored = sum(each.stat().st_size for each in (home / "attachments").rglob("*") if each.is_file())
    return {
        "database, MB": size / MEGABYTE,
        "stored files, MB": stored / MEGABYTE,
        "connections": float(connections),
        "messages": float(messages),
        "envelopes not yet filed": float(waiting),
    }


def schedule(messages: int, seconds: float, chance: random.Random) -> list[float]:
    """Return when each message comes, in seconds from the beginning: by the hour, and half of each hour's in one burst."""
    share = messages / sum(HOURS)
    hour = seconds / len(HOURS)
    moments: list[float] = []
    for number, weight in enumerate(HOURS):
        count = round(weight * share)
        burst = number * hour + chance.random() * hour * 0.8
        moments += [burst + chance.random() * hour * 0.02 for _ in range(count // 2)]
        moments += [number * hour + chance.random() * hour for _ in range(count - count // 2)]
    return sorted(moments)


def live(day: Day, database_url: str, *, minutes: float, messages: int, seed: int) -> None:
    """Let the day pass."""
    seconds = minutes * 60
    moments = schedule(messages, seconds, day.chance)
    kills = [(seconds * (place + 1) / (len(KILLED) + 1), kind) for place, kind in enumerate(KILLED)]
    mail = letters(len(moments), seed)
    begun = time.monotonic()
    read_at = 0.0
    pause = threading.Event()
    while moments or time.monotonic() - begun < seconds:
        now = time.monotonic() - begun
        while moments and moments[0] <= now:
            moments.pop(0)
            day.write(next(mail))
        while kills and kills[0][0] <= now:
            day.kill(kills.pop(0)[1])
        if now >= read_at:
            day.answer_some(8)
            day.read(measure_sizes(database_url, day.product.home))
            print(
                f"  {now / 60:5.1f} min: {len(day.delays)} in, {day.answered} answered, {day.killed} killed", flush=True
            )
            read_at = now + seconds / 60
        pause.wait(0.05)


def report(day: Day, *, minutes: float, seed: int, drained: float) -> None:
    """Print the table and keep it."""
    print(f"\n{'':<28} {'first':>9} {'most':>9} {'last':>9}")
    tables = (("memory", day.memory, "MB (PSS)"), ("open", day.files, "open files"), ("", day.sizes, ""))
    for title, readings, unit in tables:
        for name in sorted(readings):
            print(readings[name].line(f"{title} {name}".strip(), unit))
    p95 = statistics.quantiles(day.delays, n=20)[-1]
    print(f"\n{len(day.delays)} mails in {minutes:g} minutes; handed over in {statistics.median(day.delays) * 1000:.0f} ms,"
          f" p95 {p95 * 1000:.0f} ms; {day.answered} answered; {day.killed} processes killed;"
          f" everything filed {drained:.1f} s after the last; load {os.getloadavg()[0]:.1f}")  # fmt: skip
    kept = {
        "day": datetime.now(UTC).date().isoformat(),
        "minutes": minutes,
        "seed": seed,
        "mails": len(day.delays),
        "answered": day.answered,
        "killed": day.killed,
        "p95_ms": round(p95 * 1000),
        "drained_s": round(drained, 1),
        **{
            title: {
                name: [reading.values[0], max(reading.values), reading.values[-1]] for name, reading in each.items()
            }
            for title, each in (("memory_mb", day.memory), ("open_files", day.files), ("sizes", day.sizes))
        },
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{kept['day']}-a-day.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Run a day and print what grew."""
    parser = argparse.ArgumentParser(description="A day of a company with 700 homes, faster.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="a-day-") as folder,
        Product(Path(folder), port=free_port(), environ={"HUB_OUTSIDE": "console"}) as product,
        EmbeddedServers(Path(folder)) as addresses,
    ):
        token = product.hub("token", "create", "--agent", MANAGER).strip().splitlines()[-1]
        day = Day(product, Program(product.url, token), random.Random(chosen.seed))
        live(day, addresses.database_url, minutes=chosen.minutes, messages=chosen.messages, seed=chosen.seed)
        over = time.monotonic()

        def is_filed() -> bool:
            return measure_sizes(addresses.database_url, product.home)["envelopes not yet filed"] == 0

        wait_for(is_filed, "The last mail on its ticket", seconds=300)
        drained = time.monotonic() - over
        threading.Event().wait(SETTLE)
        day.read(measure_sizes(addresses.database_url, product.home))
        report(day, minutes=chosen.minutes, seed=chosen.seed, drained=drained)
        print(product.hub("doctor", statuses=(0, 1)))  # 1: practice mode is no configuration for real people


if __name__ == "__main__":
    main()

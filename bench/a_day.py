"""A day of a company with 700 homes in twenty minutes: what grows, and by how much.

    python bench/a_day.py                    # 2,000 messages in 20 minutes, six kills and one restart
    python bench/a_day.py --minutes 5        # the same day, faster

All processes of `hub up` run in practice mode. Messages come in bursts as in a day (a quiet night, a morning peak, storms):
mail by SMTP and from programs, every tenth with a photo, texts, public forms with a photo. Agents answer and open pages;
processes of the desk are killed by seed and come back, and in the afternoon the whole desk is stopped and started, as for a
new version. Memory, open files, folders and the database are read all along; at the end stands what each was at first, in the
four parts of the day, at most and at last, and which tables grew. What explains it is in docs/a-day.md.
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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._day_people import TO, People, make_people  # noqa: E402 - found once the checkout is on the path
from bench._day_readings import Readings, processes  # noqa: E402
from hub.embedded import EmbeddedServers  # noqa: E402
from hub.processes import wait_until  # noqa: E402
from tests.journeys.running import Product  # noqa: E402
from tests.journeys.visiting import Program  # noqa: E402
from tests.ports import free_port  # noqa: E402

RESULTS = ROOT / "bench" / "results"
MANAGER = "ines.vogt@example.org"
# How much of a day's mail comes in each of its hours.
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 9, 7, 6, 7, 7, 6, 6, 5, 5, 4, 3, 2, 2, 1)
KILLED = ("worker", "fetch", "clock", "worker", "pages", "worker")
RESTARTED_AT = 0.6  # of the day
TIMES_READ, REPLIES, PAGES = 60, 10, 12  # in a day, and each time
DRAIN, SETTLE = 240.0, 30.0


@dataclass
class Day:
    """The running product, who lives with it, what is read of it, and what still happens to it."""

    product: Product
    people: People
    readings: Readings
    chance: random.Random
    moments: list[float]
    troubles: list[tuple[float, str]]
    killed: int = 0
    restart_seconds: float = 0.0

    def live(self, seconds: float) -> None:
        """Let the day pass."""
        begun, read_at, pause = time.monotonic(), 0.0, threading.Event()
        while self.moments or time.monotonic() - begun < seconds:
            now = time.monotonic() - begun
            while self.moments and self.moments[0] <= now:
                self.moments.pop(0)
                self.people.write()
            while self.troubles and self.troubles[0][0] <= now:
                self.suffer(self.troubles.pop(0)[1])
            if now >= read_at:
                self.people.work(REPLIES, PAGES)
                self.readings.take()
                self.tell(now)
                read_at = now + seconds / TIMES_READ
            pause.wait(0.05)

    def tell(self, now: float) -> None:
        """Print how far the day is."""
        people = self.people
        done = (
            f"{len(people.delays)} in, {people.answered} answered, {people.opened.total()} pages, {self.killed} killed"
        )
        print(f"  {now / 60:5.1f} min: {done}, load {os.getloadavg()[0]:.1f}", flush=True)

    def suffer(self, trouble: str) -> None:
        """Kill one process of a kind, as a machine short of memory does, or start the whole desk anew."""
        if trouble == "restart":
            begun = time.monotonic()
            self.product.stop(signal.SIGTERM)
            self.product.lines.clear()  # what it said when it started before
            self.product.start()
            self.restart_seconds = time.monotonic() - begun
            return
        found = [pid for pid, each in processes(self.product.home) if each == trouble]
        if found:
            os.kill(self.chance.choice(found), signal.SIGKILL)
            self.killed += 1


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


def troubles(seconds: float) -> list[tuple[float, str]]:
    """Return when which process is killed and when the desk is started anew."""
    kills = [(seconds * (place + 1) / (len(KILLED) + 1), kind) for place, kind in enumerate(KILLED)]
    return sorted([*kills, (seconds * RESTARTED_AT, "restart")])


def report(day: Day, *, minutes: float, seed: int, drained: float) -> None:
    """Print the tables and keep them."""
    readings = day.readings
    columns = "".join(f"{name:>9}" for name in ("first", "part 1", "part 2", "part 3", "part 4", "most", "last"))
    print(f"\n{'':<26}{columns}")
    tables = (("memory", readings.memory, "MB (PSS)"), ("open", readings.files, "files"), ("", readings.sizes, ""))
    for title, found, unit in tables:
        for name in sorted(found):
            print(found[name].line(f"{title} {name}".strip(), unit))
    print(f"\n{'table, MB':<26}{'first':>9}{'last':>9}{'indexes':>9}{'rows':>9}{'dead':>9}")
    for name, first, last in readings.grown_tables():
        print(
            f"{name:<26}{first['table']:>9.1f}{last['table']:>9.1f}{last['indexes']:>9.1f}"
            f"{last['rows']:>9.0f}{last['dead']:>9.0f}"
        )
    kept = describe(day, minutes=minutes, seed=seed, drained=drained)
    print(f"\n{json.dumps(kept['day'], indent=1)}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{kept['date']}-a-day.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def describe(day: Day, *, minutes: float, seed: int, drained: float) -> dict[str, object]:
    """Return what is kept of a day: its figures, and first, the medians of its four parts, most and last of every reading."""
    readings, people = day.readings, day.people
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "day": {
            "minutes": minutes,
            "seed": seed,
            "messages": len(people.delays),
            "by_kind": dict(people.written),
            "tried_again": people.again,
            "median_ms": round(statistics.median(people.delays) * 1000),
            "p95_ms": round(statistics.quantiles(people.delays, n=20)[-1] * 1000),
            "answered": people.answered,
            "pages_by_status": dict(people.opened),
            "killed": day.killed,
            "restart_s": round(day.restart_seconds, 1),
            "all_filed_and_sent_after_s": round(drained, 1),
            "load": round(os.getloadavg()[0], 1),
        },
        **{
            title: {name: [round(each, 1) for each in reading.summary] for name, reading in found.items()}
            for title, found in (
                ("memory_mb", readings.memory),
                ("open_files", readings.files),
                ("sizes", readings.sizes),
            )
        },
        "tables": {name: [first, last] for name, first, last in readings.grown_tables()},
    }


def main() -> None:
    """Run a day and print what grew."""
    parser = argparse.ArgumentParser(description="A day of a company with 700 homes, faster.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    seconds, door = chosen.minutes * 60, ("127.0.0.1", free_port())
    listen = {"HUB_OUTSIDE": "console", "HUB_PROXIES": "1", "HUB_SMTP_LISTEN": f"{door[0]}:{door[1]}"}
    with (
        tempfile.TemporaryDirectory(prefix="a-day-") as folder,
        Product(Path(folder), port=free_port(), environ={**listen, "HUB_EMAIL_ADDRESS": TO}) as product,
        EmbeddedServers(Path(folder)) as addresses,
    ):
        token = product.hub("token", "create", "--agent", MANAGER).strip().splitlines()[-1]
        people = make_people(product.url, Program(product.url, token), door, messages=chosen.messages, seed=chosen.seed)
        people.come_in()
        chance = random.Random(chosen.seed)
        moments = schedule(chosen.messages, seconds, chance)
        readings = Readings(product.home, addresses.database_url)
        day = Day(product, people, readings, chance, moments, troubles(seconds))
        readings.read_tables()
        day.live(seconds)
        over = time.monotonic()
        done = wait_until(readings.is_done, DRAIN, every=0.5)
        drained = time.monotonic() - over
        threading.Event().wait(SETTLE)
        readings.take()
        readings.read_tables()
        report(day, minutes=chosen.minutes, seed=chosen.seed, drained=drained)
        print("everything filed, triaged and sent" if done else "SOMETHING STILL WAITS: see the table")
        print(product.hub("doctor", statuses=(0, 1)))  # 1: practice mode is no configuration for real people


if __name__ == "__main__":
    main()

"""How pages fare under fire: `python bench/under_fire.py [--seconds N] [--shooters N]`.

The whole product runs as `hub up` starts it. Agents and residents open ordinary pages, first in peace, then while twenty
senders at once hand in what is worst to read: 100,000 parts, messages in each other, headers and lines of many megabytes,
pictures of 40 and 169 million pixels with somebody asking for their previews, archives that unpack without end, then in peace
again. Printed are the p95 of the other pages (goal: below a second), how many shots were answered as they are meant to be (mail
is taken, a bomb is not drawn; goal: all), and the most memory that every process ever had, beside its limit and what holds it
there. The senders are a process of their own; the last line of each measurement is the machine's load.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._fire import AS_MEANT, Target, bomb_mail, bombs, shoot
from tests.journeys.running import Product
from tests.journeys.visiting import Program
from tests.ports import free_port
from tests.web.visitors import token_on

RESULTS = Path(__file__).parent / "results"
PAGES = ("/inbox/mine", "/inbox/all", "/search?q=water", "/board", "/held", "/help/residents", "/report", "/health")
GOAL_SECONDS, GOAL_MEGABYTES = 1.0, 512
LOADING_SECONDS = 180
PEAK = "VmHWM:"
# What a process may have, and what ends or refuses it there; the goal for the others is half of what they may have.
LIMITS = {
    "parser child": (1024, "RLIMIT_AS"),
    "drawing child": (512, "RLIMIT_DATA"),
    "web": (GOAL_MEGABYTES, "HUB_MEMORY, 1024: ends in order"),
    "hub worker": (GOAL_MEGABYTES, "HUB_MEMORY, 1024: ends in order"),
    "hub fetch": (GOAL_MEGABYTES, "HUB_MEMORY, 1024: ends in order"),
    "hub clock": (GOAL_MEGABYTES, "HUB_MEMORY, 1024: ends in order"),
}


class Census:
    """The most memory of every process below one, by what it is, looked at a few times a second."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.peaks: dict[tuple[str, int], float] = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self.over.wait(0.2):
            for number in below(self.root):
                found = look_at(number)
                if found is not None:
                    key = (found[0], number)
                    self.peaks[key] = max(self.peaks.get(key, 0.0), found[1])


def below(root: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from below(int(child))


def look_at(number: int) -> tuple[str, float] | None:
    """Return what a process is and the most megabytes it ever had, None once it is gone."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return None
    peak = next((int(line.split()[1]) / 1024 for line in lines if line.startswith(PEAK)), 0.0)
    return name_of([word.decode("utf-8", "replace") for word in words]), peak


def name_of(words: Sequence[str]) -> str:
    """Return what a process is called in the table."""
    line = " ".join(words)
    known = (
        ("channels.child", "parser child"),
        ("hub.drawing", "drawing child"),
        ("gunicorn", "web"),
        ("postgres", "PostgreSQL"),
    )
    for mark, name in known:
        if mark in line:
            return name
    if "valkey" in line or "redis" in line:
        return "Valkey"
    found = [word for word in words if word in {"worker", "fetch", "clock", "up", "smtp", "all"}]
    return f"hub {found[0]}" if found else Path(words[0]).name or "?"


def enter(product: Product) -> requests.Session:
    """Return a browser in which Maria is signed in."""
    session = requests.Session()
    page = session.get(f"{product.url}/sandbox", timeout=60).text
    form = {"csrf_token": token_on(page), "who": "", "next": "/inbox"}
    session.post(f"{product.url}/sandbox/enter", data=form, timeout=60).raise_for_status()
    return session


@dataclass(frozen=True)
class Visits:
    """How long ordinary pages took, how they were answered, and how busy the machine was."""

    name: str
    taken: list[float]
    statuses: Counter[int]
    load: float

    @property
    def p95(self) -> float:
        """Return the seconds that 19 of 20 pages took at most."""
        return statistics.quantiles(self.taken, n=20)[-1]

    @property
    def figures(self) -> dict[str, float]:
        """Return what is kept of them."""
        return {
            "pages": len(self.taken),
            "median_ms": round(statistics.median(self.taken) * 1000),
            "p95_ms": round(self.p95 * 1000),
            "longest_ms": round(max(self.taken) * 1000),
            "not_200": sum(count for status, count in self.statuses.items() if status != 200),
            "load": round(self.load, 1),
        }


def measure(name: str, url: str, session: requests.Session, seconds: float) -> Visits:
    """Open ordinary pages one after the other, two people at once, and print how long they took."""
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    ends = time.monotonic() + seconds

    def walk(start: int) -> None:
        for path in itertools.islice(itertools.cycle(PAGES), start, None):
            if time.monotonic() > ends:
                return
            began = time.monotonic()
            status = requests.get(f"{url}{path}", cookies=session.cookies, timeout=120).status_code
            taken.append(time.monotonic() - began)
            statuses[status] += 1
            threading.Event().wait(0.1)

    people = [threading.Thread(target=walk, args=(start,)) for start in (0, 4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    found = Visits(name, taken, statuses, os.getloadavg()[0])
    print(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in found.figures.items()), flush=True)
    return found


def find_previews(program: Program) -> dict[str, str]:
    """Hand the bombs in once and return where the preview of each would be, by its name."""
    found = {}
    for name, data in bombs().items():
        number = program.arrive(bomb_mail(data, name))
        (file,) = program.get(f"/tickets/{number}/messages")["items"][0]["attachments"]
        found[name] = f"/attachments/{file['id']}/preview"
    return found


def run(home: Path, seconds: float, shooters: int) -> int:
    """Take the figures and print them; returns 1 where a goal is missed."""
    with Product(home, port=free_port(), environ={"HUB_OUTSIDE": "console"}) as product:
        assert product.process is not None
        printed = product.hub("token", "create", "--agent", "ines.vogt@example.org")
        program = Program(product.url, printed.strip().splitlines()[-1])
        session = enter(product)
        target = Target(product.url, program.token, session.cookies.get_dict(), find_previews(program))
        before = measure("in peace", product.url, session, seconds / 2)
        census = Census(product.process.pid)
        census.thread.start()
        spawning = multiprocessing.get_context("spawn")
        loaded, over, answers = spawning.Event(), spawning.Event(), spawning.Queue()
        shooting = spawning.Process(target=shoot, args=(target, shooters, loaded, over, answers), daemon=True)
        shooting.start()
        assert loaded.wait(LOADING_SECONDS), "The shooters have not loaded."
        under_fire = measure("under fire", product.url, session, seconds)
        over.set()
        answered = answers.get(timeout=180)
        shooting.join(30)
        census.over.set()
        census.thread.join()
        after = measure("in peace again", product.url, session, seconds / 2)
        print(f"shots: {sum(answered.values())}, answered {answered}")
        return report(census, [before, under_fire, after], answered)


def report(census: Census, visits: Sequence[Visits], answered: dict[str, int]) -> int:
    """Print the memory of every kind of process and whether the goals are met, and keep the figures."""
    missed = visits[1].p95 >= GOAL_SECONDS or set(answered) != {AS_MEANT}
    kinds: dict[str, list[float]] = {}
    for (name, _), peak in census.peaks.items():
        if peak:  # what has just ended has none
            kinds.setdefault(name, []).append(peak)
    for name, peaks in sorted(kinds.items()):
        limit, held_by = LIMITS.get(name, (0, ""))
        over = bool(limit) and max(peaks) > limit
        missed = missed or over
        words = f"of {limit} ({held_by}){' OVER' if over else ''}" if limit else ""
        print(f"{name:14} {len(peaks):4} processes, most {max(peaks):6.0f} MB {words}")
    kept = {
        "date": datetime.now(UTC).date().isoformat(),
        "visits": {each.name: each.figures for each in visits},
        "shots": answered,
        "most_mb": {name: round(max(peaks)) for name, peaks in sorted(kinds.items())},
    }
    (RESULTS / f"{kept['date']}-under-fire.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    peace, fire = visits[0].p95 * 1000, visits[1].p95 * 1000
    print(f"p95 {peace:.0f} ms in peace, {fire:.0f} ms under fire, goal {GOAL_SECONDS:.0f} s")
    print("goals missed" if missed else "goals met")
    return int(missed)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long fire is kept up (60)")
    parser.add_argument("--shooters", type=int, default=20, help="how many shoot at once (20)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        return run(Path(home), options.seconds, options.shooters)


if __name__ == "__main__":
    sys.exit(main())

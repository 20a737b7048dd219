"""How pages fare under fire: `python bench/under_fire.py [--seconds N] [--shooters N]`.

The whole product runs as `hub up` starts it. Agents and residents open ordinary pages, first in peace, then while twenty
senders at once hand in what is worst to read: 100,000 parts, messages in each other, headers and lines of many megabytes,
pictures of 40 and 169 million pixels with somebody asking for their previews, archives that unpack without end. Printed are
the p95 of the other pages (goal: below a second), and the most memory that every process ever had.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.bad_input.rows import Row, draw, pack, read_rows, write_mail
from tests.journeys.running import Product
from tests.journeys.visiting import Program
from tests.ports import free_port
from tests.web.visitors import token_on

WORST = [
    *("A30", "A52-20MB", "A53", "B12-100000", "B12-files", "B13-1000", "B14", "B19"),
    *("B20", "B20-lines", "B21", "B34", "C17-div", "C17-br", "C17-table", "C20"),
]
PAGES = ("/inbox/mine", "/inbox/all", "/search?q=water", "/board", "/held", "/help/residents", "/report", "/health")
GOAL_SECONDS, GOAL_MEGABYTES, CHILD_MEGABYTES = 1.0, 512, 1024
PEAK = "VmHWM:"


@dataclass
class Fire:
    """What is shot at the product, and how it answered."""

    product: Product
    program: Program
    over: threading.Event = field(default_factory=threading.Event)
    answers: Counter[str] = field(default_factory=Counter)

    def mails(self) -> list[bytes]:
        """Return the worst mails of the catalogue."""
        rows: dict[str, Row] = {row["id"]: row for name in ("headers", "structure", "html") for row in read_rows(name)}
        return [write_mail(rows[name]) for name in WORST]

    def shoot(self, weapons: Sequence[Callable[[], requests.Response]], start: int) -> None:
        """Use every weapon in turn until it is over."""
        for weapon in itertools.islice(itertools.cycle(weapons), start, None):
            if self.over.is_set():
                return
            try:
                self.answers[str(weapon().status_code)] += 1
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1

    def weapons(self, previews: Sequence[str], session: requests.Session) -> list[Callable[[], requests.Response]]:
        """Return calls that each do something expensive."""
        url, head = self.product.url, {"Authorization": f"Bearer {self.program.token}"}
        kept = [*self.mails(), *(bomb_mail(data, name) for name, data in bombs().items())]

        def hand_in(raw: bytes) -> Callable[[], requests.Response]:
            kind = {**head, "Content-Type": "message/rfc822"}
            return lambda: requests.post(f"{url}/api/v1/inbound/email", data=raw, headers=kind, timeout=120)

        def look(path: str) -> Callable[[], requests.Response]:
            return lambda: requests.get(f"{url}{path}", cookies=session.cookies, timeout=120)

        shots = [hand_in(raw) for raw in kept]
        looks = [look(path) for path in previews]
        return [each for pair in itertools.zip_longest(shots, looks * 3) for each in pair if each is not None]


def bombs() -> dict[str, bytes]:
    """Return small files that are large once they are opened."""
    return {
        "limit.png": draw("PNG", 4400, 4400, mode="RGB"),
        "limit-a.png": draw("PNG", 4400, 4400, mode="RGBA"),
        "large.png": draw("PNG", 13000, 13000),
        "zeros.zip": pack({"zeros.txt": 300_000_000}),
    }


def bomb_mail(data: bytes, name: str) -> bytes:
    """Return a mail with one file, written by somebody who never wrote before."""
    from base64 import encodebytes  # noqa: PLC0415 - beside its only use

    head = f"From: fire.{name}.{time.monotonic_ns()}@example.com\r\nTo: lindenhof@example.org\r\nSubject: {name}\r\n"
    kind = f"Content-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return f"{head}MIME-Version: 1.0\r\n{kind}".encode() + encodebytes(data)


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
    for mark, name in (("channels.child", "parser child"), ("gunicorn", "web"), ("postgres", "PostgreSQL")):
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


def measure(url: str, session: requests.Session, seconds: float) -> tuple[list[float], Counter[int]]:
    """Open ordinary pages one after the other, two people at once, and return how long each took."""
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
    return taken, statuses


def told(name: str, taken: Sequence[float], statuses: Counter[int]) -> float:
    """Print a line about some pages and return their p95."""
    p95 = statistics.quantiles(taken, n=20)[-1]
    others = {status: count for status, count in statuses.items() if status != 200}
    print(
        f"{name}: {len(taken)} pages, median {statistics.median(taken) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
        f"longest {max(taken) * 1000:.0f} ms, other answers than 200: {others or 'none'}, load {os.getloadavg()[0]:.1f}"
    )
    return p95


def find_previews(program: Program) -> list[str]:
    """Hand the pictures in once and return where their previews are."""
    found = []
    for name, data in bombs().items():
        number = program.arrive(bomb_mail(data, name))
        message = program.get(f"/tickets/{number}/messages")["items"][0]
        found += [f"/attachments/{each['id']}/preview" for each in message["attachments"]]
    return found


def run(home: Path, seconds: float, shooters: int) -> int:
    """Take the figures and print them; returns 1 where a goal is missed."""
    with Product(home, port=free_port(), environ={"HUB_OUTSIDE": "console"}) as product:
        assert product.process is not None
        printed = product.hub("token", "create", "--agent", "ines.vogt@example.org")
        program = Program(product.url, printed.strip().splitlines()[-1])
        session = enter(product)
        fire = Fire(product, program)
        weapons = fire.weapons(find_previews(program), session)
        in_peace = told("in peace", *measure(product.url, session, seconds / 2))
        census = Census(product.process.pid)
        census.thread.start()
        threads = [
            threading.Thread(target=fire.shoot, args=(weapons, number * 3), daemon=True) for number in range(shooters)
        ]
        for each in threads:
            each.start()
        under_fire = told("under fire", *measure(product.url, session, seconds))
        fire.over.set()
        for each in threads:
            each.join(120)
        census.over.set()
        census.thread.join()
        print(f"shots answered: {dict(fire.answers)}")
        return report(census, in_peace, under_fire)


def report(census: Census, in_peace: float, under_fire: float) -> int:
    """Print the memory of every kind of process and whether the goals are met."""
    missed = under_fire >= GOAL_SECONDS
    kinds: dict[str, list[float]] = {}
    for (name, _), peak in census.peaks.items():
        kinds.setdefault(name, []).append(peak)
    for name, peaks in sorted(kinds.items()):
        limit = CHILD_MEGABYTES if name == "parser child" else GOAL_MEGABYTES
        over = max(peaks) > limit and name != "PostgreSQL"
        missed = missed or over
        print(f"{name:14} {len(peaks):4} processes, most {max(peaks):6.0f} MB of {limit} {'OVER' if over else ''}")
    print(f"p95 {in_peace * 1000:.0f} ms in peace, {under_fire * 1000:.0f} ms under fire, goal {GOAL_SECONDS:.0f} s")
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

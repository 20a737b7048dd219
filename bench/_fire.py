"""Whoever shoots at the product: a process of its own, so that those who measure pages wait for the product alone."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

import requests

from tests.bad_input.rows import Row, draw, pack, read_rows, write_mail

WORST = [
    *("A30", "A52-20MB", "A53", "B12-100000", "B12-files", "B13-1000", "B14", "B19"),
    *("B20", "B20-lines", "B21", "B34", "C17-div", "C17-br", "C17-table", "C20"),
]
LOOKS = 3  # how often every preview is asked for in a round
TAKEN, SHOWN, NEVER_DRAWN = 202, 200, 404
# What its own preview is meant to be answered with: what is larger than 40 megapixels, or no picture, is never drawn.
PREVIEWS = {"limit.png": SHOWN, "limit-a.png": SHOWN, "large.png": NEVER_DRAWN, "zeros.zip": NEVER_DRAWN}
AS_MEANT = "as meant"


@dataclass(frozen=True)
class Target:
    """Where the product is, with the token and the cookies that open it, and where the preview of each bomb is."""

    url: str
    token: str
    cookies: dict[str, str]
    previews: Mapping[str, str]


@dataclass(frozen=True)
class Shot:
    """One call: what it is, and the status it is meant to be answered with."""

    name: str
    meant: int
    fire: Callable[[], requests.Response]

    def answer(self) -> str:
        """Fire, and return how it was answered: as meant, or what came instead."""
        try:
            status = self.fire().status_code
        except requests.RequestException as error:
            return f"{self.name}: {type(error).__name__}"
        return AS_MEANT if status == self.meant else f"{self.name}: {status}"


def shoot(target: Target, shooters: int, loaded: Event, over: Event, answers: Queue[dict[str, int]]) -> None:
    """Load, then shoot with so many at once until it is over, and tell how the product answered."""
    counted: Counter[str] = Counter()
    shots = weapons(target)
    loaded.set()

    def use(start: int) -> None:
        for shot in itertools.islice(itertools.cycle(shots), start, None):
            if over.is_set():
                return
            counted[shot.answer()] += 1

    threads = [threading.Thread(target=use, args=(number * 3,), daemon=True) for number in range(shooters)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    answers.put(dict(counted))


def weapons(target: Target) -> list[Shot]:
    """Return calls that each do something expensive: the worst mails, bombs in mails, looks at bombs."""
    head = {"Authorization": f"Bearer {target.token}", "Content-Type": "message/rfc822"}

    def hand_in(name: str, raw: bytes) -> Shot:
        url = f"{target.url}/api/v1/inbound/email"
        return Shot(name, TAKEN, lambda: requests.post(url, data=raw, headers=head, timeout=120))

    def look(name: str, path: str) -> Shot:
        url = f"{target.url}{path}"
        meant = PREVIEWS[name]
        return Shot(f"preview of {name}", meant, lambda: requests.get(url, cookies=target.cookies, timeout=120))

    shots = [hand_in(name, raw) for name, raw in mails().items()]
    shots += [hand_in(name, bomb_mail(data, name)) for name, data in bombs().items()]
    looks = [look(name, path) for name, path in target.previews.items()] * LOOKS
    return [each for pair in itertools.zip_longest(shots, looks) for each in pair if each is not None]


def mails() -> dict[str, bytes]:
    """Return the worst mails of the catalogue, by their row."""
    rows: dict[str, Row] = {row["id"]: row for name in ("headers", "structure", "html") for row in read_rows(name)}
    return {name: write_mail(rows[name]) for name in WORST}


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

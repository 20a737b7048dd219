"""Whoever shoots at the product: a process of its own, so that those who measure pages wait for the product alone."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
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
Shot = Callable[[], requests.Response]


@dataclass(frozen=True)
class Target:
    """Where the product is, with the token and the cookies that open it, and where previews of bombs are."""

    url: str
    token: str
    cookies: dict[str, str]
    previews: Sequence[str]


def shoot(target: Target, shooters: int, over: Event, answers: Queue[dict[str, int]]) -> None:
    """Shoot with so many at once until it is over, then tell how the product answered."""
    counted: Counter[str] = Counter()
    shots = weapons(target)

    def use(start: int) -> None:
        for shot in itertools.islice(itertools.cycle(shots), start, None):
            if over.is_set():
                return
            try:
                counted[str(shot().status_code)] += 1
            except requests.RequestException as error:
                counted[type(error).__name__] += 1

    threads = [threading.Thread(target=use, args=(number * 3,), daemon=True) for number in range(shooters)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    answers.put(dict(counted))


def weapons(target: Target) -> list[Shot]:
    """Return calls that each do something expensive: the worst mails, bombs in mails, looks at bombs."""
    head = {"Authorization": f"Bearer {target.token}", "Content-Type": "message/rfc822"}

    def hand_in(raw: bytes) -> Shot:
        return lambda: requests.post(f"{target.url}/api/v1/inbound/email", data=raw, headers=head, timeout=120)

    def look(path: str) -> Shot:
        return lambda: requests.get(f"{target.url}{path}", cookies=target.cookies, timeout=120)

    shots = [hand_in(raw) for raw in (*mails(), *(bomb_mail(data, name) for name, data in bombs().items()))]
    looks = [look(path) for path in target.previews] * LOOKS
    return [each for pair in itertools.zip_longest(shots, looks) for each in pair if each is not None]


def mails() -> list[bytes]:
    """Return the worst mails of the catalogue."""
    rows: dict[str, Row] = {row["id"]: row for name in ("headers", "structure", "html") for row in read_rows(name)}
    return [write_mail(rows[name]) for name in WORST]


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

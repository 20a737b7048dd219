"""Large bodies are handled one at a time; small ones, and those that come slowly, keep nobody waiting."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from flask import Flask, request

from hub.web.turns import SMALL, in_turn

LARGE = b"x" * (SMALL + 1)
PATIENCE = 20.0


class Counter:
    """A page that takes bodies in, and waits inside as long as it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.entered = threading.Semaphore(0)
        self.inside = 0
        self.most = 0
        self.app = Flask("turns")
        self.app.post("/")(in_turn(self.take))

    def take(self) -> str:
        body = request.get_data()
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.release()
        if len(body) > SMALL:
            assert self.go.wait(PATIENCE)
        self.inside -= 1
        return str(len(body))

    def post(self, body: bytes) -> str:
        return self.post_stream(io.BytesIO(body), len(body))

    def post_stream(self, stream: io.IOBase, length: int) -> str:
        sent = {"wsgi.input": stream, "CONTENT_LENGTH": str(length)}
        return self.app.test_client().post("/", environ_overrides=sent).get_data(as_text=True)


class Slow(io.RawIOBase):
    """A body whose sender pauses before its first byte."""

    def __init__(self, body: bytes) -> None:
        self.asked = threading.Event()
        self.go = threading.Event()
        self._body = io.BytesIO(body)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.asked.set()
        assert self.go.wait(PATIENCE)
        return self._body.readinto(buffer)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(6) as threads:
        yield threads


def test_large_bodies_are_handled_one_at_a_time_and_small_ones_meanwhile(pool: ThreadPoolExecutor) -> None:
    counter = Counter()
    answers: list[Future[str]] = [pool.submit(counter.post, LARGE) for _ in range(3)]
    assert counter.entered.acquire(timeout=PATIENCE)

    small = pool.submit(counter.post, b"small").result(PATIENCE)
    inside_with_the_small_one = counter.most
    counter.go.set()

    assert small == "5"
    assert inside_with_the_small_one == 2
    assert [each.result(PATIENCE) for each in answers] == [str(len(LARGE))] * 3
    assert counter.most == 2


def test_whoever_sends_slowly_has_no_turn_until_all_is_there(pool: ThreadPoolExecutor) -> None:
    counter, slow = Counter(), Slow(LARGE)
    counter.go.set()
    late = pool.submit(counter.post_stream, slow, len(LARGE))
    assert slow.asked.wait(PATIENCE)

    quick = pool.submit(counter.post, LARGE).result(PATIENCE)
    slow.go.set()

    assert (quick, late.result(PATIENCE)) == (str(len(LARGE)),) * 2

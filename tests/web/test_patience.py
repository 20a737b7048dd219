"""A body that comes too slowly is ended and its sender told so; one that comes steadily is waited for."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from apiflask import APIFlask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from hub.web.patience import PIECE, Patience

SECONDS = 1.0


@contextmanager
def dripping(*pieces: bytes, every: float = 0.05, hang_up: bool = False) -> Iterator[socket.socket]:
    """Lend the server's end of a connection at whose other end pieces are sent, one after the other."""
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def send() -> None:
        for piece in pieces:
            if over.wait(every):
                break
            with suppress(BrokenPipeError):  # the other end has had enough
                theirs.sendall(piece)
        if hang_up:
            theirs.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield ours
    finally:
        over.set()
        sender.join()
        ours.close()
        theirs.close()


def post(app: APIFlask, line: socket.socket, length: int) -> tuple[int, str]:
    """Post what comes on a connection, as gunicorn hands it to the application."""
    builder = EnvironBuilder(path="/api/v1/inbound/email", method="POST", content_type="message/rfc822")
    environ = builder.get_environ()
    with line.makefile("rb") as body:
        environ |= {"CONTENT_LENGTH": str(length), "wsgi.input": body, "gunicorn.socket": line}
        environ["wsgi.input_terminated"] = True
        answer, status, _ = run_wsgi_app(Patience(app.wsgi_app, SECONDS), environ, buffered=True)
        return int(status.split()[0]), b"".join(answer).decode()


@pytest.fixture
def reader(app: APIFlask) -> Iterator[list[int]]:
    """Let the application read every body before it asks who sent it, and note how much there was."""
    read: list[int] = []
    from flask import request  # noqa: PLC0415

    def note() -> None:
        read.append(len(request.get_data()))

    app.before_request_funcs.setdefault(None, []).insert(0, note)
    yield read
    app.before_request_funcs[None].remove(note)


def test_whoever_sends_a_byte_now_and_then_is_told_that_it_is_too_slow(app: APIFlask, reader: list[int]) -> None:
    with dripping(*[b"x"] * 400) as line:
        status, words = post(app, line, 1000)

    assert (status, reader) == (408, [])
    assert "too slowly" in words


def test_whoever_stops_in_the_middle_is_let_go(app: APIFlask, reader: list[int]) -> None:
    with dripping(b"x" * 500) as line:
        status, _ = post(app, line, 1000)

    assert (status, reader) == (408, [])


def test_whoever_hangs_up_is_not_called_slow(app: APIFlask, reader: list[int]) -> None:
    with dripping(b"x" * 500, hang_up=True) as line:
        status, _ = post(app, line, 1000)

    assert (status, reader) == (400, [])


def test_a_body_that_the_server_cannot_read_is_the_senders_mistake(app: APIFlask, reader: list[int]) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise RuntimeError("Invalid chunk size")

    environ = EnvironBuilder(path="/report", method="POST").get_environ()
    with dripping() as line:
        environ |= {"CONTENT_LENGTH": "100", "wsgi.input": Broken(), "gunicorn.socket": line}
        _, status, _ = run_wsgi_app(Patience(app.wsgi_app), environ)

    assert (int(status.split()[0]), reader) == (400, [])


def test_a_large_body_that_comes_steadily_may_take_longer_than_any_piece(app: APIFlask, reader: list[int]) -> None:
    pieces = [b"x" * PIECE] * 8

    with dripping(*pieces, every=SECONDS / 4) as line:
        status, _ = post(app, line, 8 * PIECE)

    assert (status, reader) == (401, [8 * PIECE])

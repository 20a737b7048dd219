"""Bodies that come too slowly, or end too soon: their sender is told so, and nothing is made of what there is.

Each piece must be there within half a minute. A process serves as many people as it has threads: whoever sends a byte a second
would keep one for as long as they like.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PIECE = 64 * 1024  # bytes in SECONDS: slower than any line that people have today
SECONDS = 30.0
TOO_SLOW = "hub.too_slow"


class Patience:
    """Ends the body of a request that comes too slowly; the application behind it then finds `TOO_SLOW` in its environment.

    For servers that lend their socket, as gunicorn does: nothing else ends a read for which a byte comes now and then.
    """

    def __init__(self, wrapped: WSGIApplication, seconds: float = SECONDS) -> None:
        self._wrapped = wrapped
        self._watch = Watch(seconds)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        line = environ.get("gunicorn.socket")
        if line is not None and (environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")):
            environ["wsgi.input"] = WatchedBody(environ["wsgi.input"], line, environ, self._watch)
        return self._wrapped(environ, start_response)


class WatchedBody(io.RawIOBase):
    """A body read in pieces, each of them watched; raises `OSError` for whatever the server finds wrong with one.

    What is wrong with a body, such as a chunk without a length, is its sender's mistake and none of ours.
    """

    def __init__(self, body: IO[bytes], line: socket.socket, environ: WSGIEnvironment, watch: Watch) -> None:
        self._body = body
        self._line = line
        self._environ = environ
        self._watch = watch
        length = environ.get("CONTENT_LENGTH") or ""
        self._missing = int(length) if length.isdecimal() and not environ.get("HTTP_TRANSFER_ENCODING") else 0

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # whatever can be written to
        """Read the next piece; 0 at the end. One that comes before as much is there as was announced is no end."""
        with self._watch.over(self._line, self._environ):
            try:
                piece = self._body.read(min(len(buffer), PIECE))
            except Exception as error:
                raise OSError("The body cannot be read.") from error
        self._missing -= len(piece)
        if len(buffer) > 0 and not piece and self._missing > 0:
            raise OSError("The body ended before as much was there as was announced.")
        buffer[: len(piece)] = piece
        return len(piece)


class Watch:
    """Ends whatever is read for too long: one thread for all requests of a process, started with the first of them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._reads: dict[int, tuple[float, socket.socket, WSGIEnvironment]] = {}
        self._numbers = count()
        self._begun = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, line: socket.socket, environ: WSGIEnvironment) -> Iterator[None]:
        """Watch over one read."""
        number = next(self._numbers)
        with self._begun:
            self._reads[number] = (time.monotonic() + self._seconds, line, environ)
            if len(self._reads) == 1:  # else it waits already, for one that ends before this
                self._begun.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="patience", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._begun:
                self._reads.pop(number, None)

    def _run(self) -> None:
        with self._begun:
            while True:
                self._begun.wait_for(lambda: self._reads)
                number, (ends, line, environ) = next(iter(self._reads.items()))  # the oldest, and so the first to end
                left = ends - time.monotonic()
                if left > 0:
                    self._begun.wait(left)
                    continue
                del self._reads[number]
                environ[TOO_SLOW] = True
                with suppress(OSError):  # it hung up by itself
                    line.shutdown(socket.SHUT_RD)

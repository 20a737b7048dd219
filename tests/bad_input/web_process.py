"""`hub web` as it runs, and what people write to its socket byte by byte."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.request import HTTPCookieProcessor, build_opener

from tests.journeys.running import wait_for
from tests.ports import free_port
from tests.web.visitors import token_on

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@dataclass(frozen=True)
class Answer:
    """What the server said; status 0 where it said nothing."""

    status: int
    words: str


class WebProcess:
    """One `hub web` on a database of the tests; a context manager."""

    def __init__(self, environ: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.log = log
        self._environ = {**environ, "PORT": str(self.port), "WEB_CONCURRENCY": "1", "PATH": os.environ["PATH"]}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "hub", "web"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environ, stdout=log, stderr=log)
        wait_for(self._answers, f"hub web, which said: {self.said()}", seconds=PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(PATIENCE)

    def said(self) -> str:
        """Return what the process has written."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as visitor:
                visitor.sendall(b"GET /health HTTP/1.1\r\nHost: desk.example.org\r\nConnection: close\r\n\r\n")
                return STATUS.match(visitor.recv(100)) is not None
        except OSError:
            return False

    def open_form(self) -> bytes:
        """Return the lines of a head with which the public form is posted: a session and its token."""
        cookies = HTTPCookieProcessor()
        with build_opener(cookies).open(f"http://127.0.0.1:{self.port}/report", timeout=PATIENCE) as page:
            token = token_on(page.read().decode())
        kept = "; ".join(f"{each.name}={each.value}" for each in cookies.cookiejar)
        return f"Host: 127.0.0.1\r\nCookie: {kept}\r\nX-CSRFToken: {token}\r\n".encode()

    def say(self, *pieces: bytes, hang_up: bool = False) -> Answer:
        """Write pieces to a new connection until the server wants no more, and return what it answers first."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as visitor:
            try:
                for piece in pieces:
                    visitor.sendall(piece)
                if hang_up:
                    visitor.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it answered before all was there, and that answer counts
            return read_answer(visitor)


def read_answer(visitor: socket.socket) -> Answer:
    """Return the first answer on a connection, read until its end or the connection's."""
    said = b""
    try:
        while not is_whole(said) and (more := visitor.recv(65536)):
            said += more
    except ConnectionResetError:
        pass
    found = STATUS.match(said)
    return Answer(int(found[1]) if found else 0, said.decode("utf-8", "replace"))


def is_whole(said: bytes) -> bool:
    """Tell whether a head and as much as it announces are there."""
    head, end, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: (\d+)", head)
    return bool(end) and length is not None and len(body) >= int(length[1])


def chunked(pieces: Iterable[bytes]) -> bytes:
    """Return pieces as the chunks of a body (RFC 9112 7.1)."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"

"""A web server on loopback that answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """Close the connection without a word: the request was taken, the answer is lost."""
    hang: bool = False
    """Say nothing until the server is closed."""
    trickle: bool = False
    """Send the head, then a byte now and then."""


def json_answer(value: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


class ScriptedServer:
    """Answers with `answer`, a fixed one or a function of the request."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.answer: Answer | Callable[[Asked], Answer] = Answer()
        self.over = threading.Event()
        self._server = _Listener(("127.0.0.1", 0), _Handler)
        self._server.script = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer_to(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answer(asked) if callable(self.answer) else self.answer


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    script: ScriptedServer


class _Handler(BaseHTTPRequestHandler):
    server: _Listener

    def _reply(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        answer = self.server.script.answer_to(
            Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
        )
        self.close_connection = True
        if answer.hang:
            self.server.script.over.wait(30)
        if answer.cut or answer.hang:
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if answer.trickle:
            self._trickle(answer.body)
        else:
            self.wfile.write(answer.body)

    def _trickle(self, body: bytes) -> None:
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.script.over.wait(0.05):
                return

    do_GET = do_POST = _reply  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # whoever asked has gone
            super().handle()

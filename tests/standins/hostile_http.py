"""A web server that a careless client regrets: redirects inwards, endless bodies, bombs, trickles.

Everything it offers is at a path; every connection and request is counted, and `secret_url` is an
address inside that nobody from outside should ever be made to ask for. Run alone:
`python -m tests.standins.hostile_http`.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.standins.process import serve_until_stopped
from tests.standins.web import Answer, Request, WebServer

MEBIBYTE = 1024 * 1024
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
# Ways to write 127.0.0.1 and other places inside that filters of texts forget.
INSIDE = (
    "http://127.0.0.1:{port}/secret",
    "http://localhost:{port}/secret",
    "http://127.1:{port}/secret",
    "http://2130706433:{port}/secret",
    "http://0x7f000001:{port}/secret",
    "http://0177.0.0.1:{port}/secret",
    "http://0.0.0.0:{port}/secret",
    "http://[::1]:{port}/secret",
    "http://[::ffff:127.0.0.1]:{port}/secret",
    "http://user:pass@127.0.0.1:{port}/secret",
    "http://example.org@127.0.0.1:{port}/secret",
    "http://127.0.0.1.:{port}/secret",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_secret",
)


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks for do_GET, do_POST and so on: every method is served alike.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        self.server.owner.asked.append(Asked(self.command, self.path, dict(self.headers.items())))
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = getattr(self, "_" + parts.path.strip("/").replace("-", "_").partition("/")[0], self._nothing)
        self.close_connection = True
        with contextlib.suppress(ConnectionError, TimeoutError):
            answer(given)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""

    def _begin(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _nothing(self, _given: dict[str, str]) -> None:
        self._begin(404, Content_Length="0")

    def _redirect(self, given: dict[str, str]) -> None:
        self._begin(int(given.get("code", "302")), Location=given.get("to", self.server.owner.secret_url))

    def _loop(self, given: dict[str, str]) -> None:
        self._begin(302, Location=f"/loop?n={int(given.get('n', '0')) + 1}")

    def _pixel(self, _given: dict[str, str]) -> None:
        self._begin(200, Content_Type="image/gif", Content_Length=str(len(PIXEL)))
        self.wfile.write(PIXEL)

    def _endless(self, _given: dict[str, str]) -> None:
        self._begin(200, Content_Type="image/jpeg")
        chunk = os.urandom(65536)
        while not self.server.owner.stopping.is_set():
            self.wfile.write(chunk)
            self.server.owner.sent += len(chunk)

    def _liar(self, _given: dict[str, str]) -> None:
        self._begin(200, Content_Type="image/jpeg", Content_Length="10")
        self.wfile.write(b"x" * MEBIBYTE)

    def _short(self, _given: dict[str, str]) -> None:
        self._begin(200, Content_Type="image/jpeg", Content_Length=str(MEBIBYTE))
        self.wfile.write(b"x" * 10)

    def _bomb(self, given: dict[str, str]) -> None:
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
            for _ in range(int(given.get("mebibytes", "200"))):
                file.write(b"\0" * MEBIBYTE)
        body = packed.getvalue()
        self._begin(200, Content_Type="image/bmp", Content_Encoding="gzip", Content_Length=str(len(body)))
        self.wfile.write(body)

    def _trickle(self, given: dict[str, str]) -> None:
        self._begin(200, Content_Type="text/plain")
        while not self.server.owner.stopping.wait(float(given.get("seconds", "1"))):
            self.wfile.write(b".")
            self.wfile.flush()

    def _silent(self, _given: dict[str, str]) -> None:
        self.server.owner.stopping.wait(600)

    def _headers(self, _given: dict[str, str]) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            self.wfile.write(b"X-%d: %s\r\n" % (number, b"x" * 60))
        self.wfile.write(b"\r\n")

    def _html(self, _given: dict[str, str]) -> None:
        body = b"<!DOCTYPE html><script>document.title = 'ran'</script>"
        self._begin(200, Content_Type="image/png", Content_Length=str(len(body)))
        self.wfile.write(body)

    def _svg(self, _given: dict[str, str]) -> None:
        body = b"<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'><script>alert(1)</script></svg>"
        self._begin(200, Content_Type="image/svg+xml", Content_Length=str(len(body)))
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, owner: HostileServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.owner.connections += 1
        self.owner.open.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: clients are expected to flee."""


class HostileServer:
    """The server, and behind it the place inside; a context manager.

    `connections` and `asked` count what came to the server, `inside` what was lured inside.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.connections = 0
        self.sent = 0
        self.asked: list[Asked] = []
        self.inside: list[Request] = []
        self.open: list[socket.socket] = []
        self.stopping = threading.Event()
        self._port = port
        self._server: _Server | None = None
        self._secret = WebServer(self._tell_secret)

    @property
    def url(self) -> str:
        """Return the base address."""
        assert self._server is not None, "start the server first"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def secret_url(self) -> str:
        """Return the address inside that must never be asked for."""
        return f"{self._secret.url}/secret"

    @property
    def inside_connections(self) -> int:
        """Return how many connections the place inside has seen, requests or not."""
        return self._secret.connections

    def inside_urls(self) -> list[str]:
        """Return many spellings of addresses inside, as a sender would write them."""
        return [url.format(port=self._secret.port) for url in INSIDE]

    def _tell_secret(self, request: Request) -> Answer:
        self.inside.append(request)
        return Answer(200, b"the secret of the house", "text/plain")

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        self._secret.start()
        self._server = _Server(self._port, self)
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and end every answer still going on."""
        self.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            for connection in self.open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._server.server_close()
        self._secret.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def main() -> None:
    """Serve until stopped; prints the addresses as one line of JSON."""
    parser = argparse.ArgumentParser(description="A hostile web server on loopback.")
    parser.add_argument("--port", type=int, default=0)
    with HostileServer(port=parser.parse_args().port) as server:
        serve_until_stopped({"url": server.url, "secret_url": server.secret_url})


if __name__ == "__main__":
    main()

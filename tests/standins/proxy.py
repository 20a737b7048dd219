"""A TCP proxy on loopback that cuts, delays, swallows and counts.

Stands between a client and a server on a port or a Unix socket. Run alone:
`python -m tests.standins.proxy --to 127.0.0.1:5432`.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from tests.standins.process import Control, control, serve_until_stopped
from tests.standins.proxy_rules import (
    CHUNK,
    DOWN,
    POSTGRES_COMMIT,
    UP,
    CutAfter,
    CutReply,
    CutWhen,
    Hang,
    Link,
    Rule,
    Slow,
    Verdict,
    Watch,
    looks_for,
)
from tests.standins.web import Answer, Json, Request, WebServer, json_answer

Upstream = tuple[str, int] | str
AnyRule = TypeVar("AnyRule", bound=Rule)


class CuttingProxy:
    """A proxy to `upstream`, (host, port) or the path of a Unix socket; a context manager."""

    def __init__(self, upstream: Upstream, *, port: int = 0) -> None:
        self.upstream = upstream
        self.rules: list[Rule] = []
        self.refusals = 0
        self.links: list[Link] = []
        self.cuts = 0
        self._port = port
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._listener: socket.socket | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Return where to connect to."""
        assert self._listener is not None, "start the proxy first"
        return "127.0.0.1", int(self._listener.getsockname()[1])

    @property
    def connections(self) -> int:
        """Return how many connections have been made, refused ones included."""
        return len(self.links)

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        self._stopping.clear()
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=128)
        self._port = self.address[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and close every link."""
        self._stopping.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for link in list(self.links):
            link.end(hard=False)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- misbehaving -------------------------------------------------------------------------------

    def cut_after(self, count: int, direction: str = DOWN, times: int = 1) -> CutAfter:
        """Cut links after exactly so many bytes in a direction."""
        return self._add(CutAfter(count, direction, times))

    def cut_when(
        self,
        mark: bytes | Callable[[bytes], bool],
        direction: str = UP,
        *,
        forward: bool = True,
        times: int = 1,
        skip: int = 0,
    ) -> CutWhen:
        """Cut when a mark is seen, after passing it on or before; `skip` sightings do nothing."""
        return self._add(CutWhen(Watch(looks_for(mark), skip), direction, forward, times))

    def cut_reply_to(
        self, mark: bytes | Callable[[bytes], bool] = POSTGRES_COMMIT, *, times: int = 1, skip: int = 0
    ) -> CutReply:
        """Let a request with this mark reach the server, and cut when the server has answered it."""
        return self._add(CutReply(Watch(looks_for(mark), skip), times))

    def slow(self, seconds: float, direction: str = DOWN) -> Slow:
        """Hold every chunk back."""
        return self._add(Slow(seconds, direction))

    def hang(self, direction: str = DOWN) -> Hang:
        """Swallow a direction until `heal`."""
        return self._add(Hang(direction))

    def refuse(self, times: int) -> None:
        """Reset the next connections at once."""
        self.refusals = times

    def cut_all(self) -> int:
        """Cut every open link now; return how many there were."""
        with self._lock:
            alive = [link for link in self.links if not link.cut]
        for link in alive:
            self._cut(link)
        return len(alive)

    def heal(self) -> None:
        """Take all rules away; links already cut stay cut."""
        with self._lock:
            self.rules.clear()
            self.refusals = 0

    def _add(self, rule: AnyRule) -> AnyRule:
        with self._lock:
            self.rules.append(rule)
        return rule

    # -- passing on --------------------------------------------------------------------------------

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            link = Link(len(self.links) + 1, client)
            self.links.append(link)
            if self.refusals > 0:
                self.refusals -= 1
                self._cut(link)
                continue
            threading.Thread(target=self._connect, args=(link,), daemon=True).start()

    def _connect(self, link: Link) -> None:
        try:
            if isinstance(self.upstream, str):
                link.server = socket.socket(socket.AF_UNIX)
                link.server.connect(self.upstream)
            else:
                link.server = socket.create_connection(self.upstream, timeout=10)
                link.server.settimeout(None)
        except OSError:
            self._cut(link)
            return
        threading.Thread(target=self._pump, args=(link, link.server, link.client, DOWN), daemon=True).start()
        self._pump(link, link.client, link.server, UP)

    def _pump(self, link: Link, source: socket.socket, target: socket.socket, direction: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                verdict = self._judge(link, direction, data)
                if verdict.wait and self._stopping.wait(verdict.wait):
                    break
                link.passed[direction] += len(verdict.data)
                target.sendall(verdict.data)
                if verdict.cut:
                    self._cut(link)
                    break
            target.shutdown(socket.SHUT_WR)
        with self._lock:
            link.ended += 1
        if link.ended == 2:
            link.end(hard=False)

    def _judge(self, link: Link, direction: str, data: bytes) -> Verdict:
        """Ask every rule in turn, each with what the one before has left of the chunk."""
        wait = 0.0
        with self._lock:
            for rule in list(self.rules):
                verdict = rule.judge(link, direction, data)
                if rule.hits >= rule.times:
                    self.rules.remove(rule)
                if verdict is None:
                    continue
                data, wait = verdict.data, wait + verdict.wait
                if verdict.cut:
                    return Verdict(data, cut=True, wait=wait)
        return Verdict(data, wait=wait)

    def _cut(self, link: Link) -> None:
        with self._lock:
            if link.cut:
                return
            link.cut = True
            self.cuts += 1
        link.end(hard=True)

    # -- steering from another process -------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """Answer a steering request over HTTP; marks are texts."""
        return control(request, self._verbs()) or json_answer({"error": "not found"}, 404)

    def _verbs(self) -> dict[str, Control]:
        def marked(given: Json) -> Json:
            return {**given, "mark": given["mark"].encode("latin-1")} if "mark" in given else given

        def state(_: Json) -> Json:
            passed = [one.passed for one in self.links]
            return {"connections": self.connections, "cuts": self.cuts, "passed": passed}

        return {
            "cut_after": lambda given: self.cut_after(**given) and None,
            "cut_when": lambda given: self.cut_when(**marked(given)) and None,
            "cut_reply_to": lambda given: self.cut_reply_to(**marked(given)) and None,
            "slow": lambda given: self.slow(**given) and None,
            "hang": lambda given: self.hang(**given) and None,
            "refuse": lambda given: self.refuse(**given),
            "cut_all": lambda _: self.cut_all(),
            "heal": lambda _: self.heal(),
            "state": state,
        }


def main() -> None:
    """Serve until stopped; prints the addresses as one line of JSON."""
    parser = argparse.ArgumentParser(description="A cutting proxy on loopback.")
    parser.add_argument("--to", required=True, help="host:port, or the path of a Unix socket")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    given = parser.parse_args()
    host, _, port = given.to.rpartition(":")
    upstream: Upstream = (host, int(port)) if host else given.to
    proxy = CuttingProxy(upstream, port=given.port)
    with proxy, WebServer(proxy.answer, given.control_port) as steering:
        serve_until_stopped({"host": proxy.address[0], "port": proxy.address[1], "control": steering.url})


if __name__ == "__main__":
    main()

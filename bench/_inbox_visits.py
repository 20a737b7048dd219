"""Clients of the inbox benchmark: keep-alive connections that ask again as soon as they are answered, and servers to ask."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles

from hub.processes import wait_until
from hub.serving import take_port, web_command

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
WARM = 12
Ask = Callable[[http.client.HTTPConnection], int]


@dataclass(frozen=True)
class Figures:
    """What some clients saw: milliseconds, answers a second, and bytes of an answer."""

    p50: float
    p95: float
    rate: float
    bytes: int


@dataclass(frozen=True)
class Server:
    """A server that runs: the port of its pages and its processes."""

    port: int
    process: int

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text(encoding="ascii")
        return [int(each) for each in children.split()]

    def megabytes(self) -> float:
        """Return the memory of the processes that answer, what they share with others by halves."""
        lines = [
            line for each in self.workers() for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        ]
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def serving(app: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve an application as the product serves its pages, until the benchmark is through with it."""
    with take_port(0) as taken:
        port = taken.getsockname()[1]
        command = [app if each == "hub.wsgi:app" else each for each in web_command(port, lent=taken.fileno())]
        process = subprocess.Popen(
            command, env={**os.environ, **environment, "PYTHONPATH": str(ROOT)}, cwd=ROOT, pass_fds=[taken.fileno()]
        )
        server = Server(port, process.pid)
        try:
            assert wait_until(lambda: _answers(server), PATIENCE), f"{app} does not answer"
            yield server
        finally:
            process.terminate()
            process.wait()


def _answers(server: Server) -> bool:
    connection = server.connect()
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def visit(server: Server, ask: Ask, *, clients: int, times: int) -> Figures:
    """Let clients ask, each `times` after some that are not counted, and return what they saw."""
    taken: list[float] = []
    sizes: list[int] = []
    began: list[float] = []
    ready = threading.Barrier(clients)

    def client() -> None:
        connection = server.connect()
        for _ in range(WARM):
            ask(connection)
        ready.wait()
        connection.close()  # whoever waited for the others longer than the server keeps a line has none any more
        began.append(time.perf_counter())
        for _ in range(times):
            begins = time.perf_counter()
            sizes.append(ask(connection))
            taken.append(time.perf_counter() - begins)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    rate = len(taken) / (time.perf_counter() - min(began))
    assert len(taken) == clients * times, "a client was not answered"
    return figures_of(taken, rate, max(sizes))


def figures_of(taken: list[float], rate: float, size: int = 0) -> Figures:
    """Return seconds as figures."""
    cut = quantiles(taken, n=100)
    return Figures(round(1000 * cut[49], 2), round(1000 * cut[94], 2), round(rate, 1), size)


def timed(step: Callable[[], object], times: int) -> Figures:
    """Return how long a step takes in this process."""
    for _ in range(WARM):
        step()
    taken = []
    for _ in range(times):
        begins = time.perf_counter()
        step()
        taken.append(time.perf_counter() - begins)
    return figures_of(taken, len(taken) / sum(taken))


def getting(path: str, cookies: tuple[str, ...] = ()) -> Ask:
    """Return the asking for a page, by agents in turn; raises where the answer is another one."""
    turn = count()

    def ask(connection: http.client.HTTPConnection) -> int:
        headers = {"Cookie": cookies[next(turn) % len(cookies)]} if cookies else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}.")
        return len(body)

    return ask


def load() -> float:
    """Return how much else the machine does."""
    return round(os.getloadavg()[0], 1)


def say(words: str) -> None:
    """Say how far it is."""
    print(words, file=sys.stderr, flush=True)

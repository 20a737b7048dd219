"""The keeper: a process that keeps both servers running for as long as somebody holds a lease.

A lease is an open connection to the keeper's socket: the system closes it when its holder dies, however it dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hub.embedded import binaries
from hub.embedded.errors import ServersFailed
from hub.embedded.identity import Identity, RunAs, choose_identity
from hub.embedded.places import Places
from hub.embedded.postgres import Postgres
from hub.embedded.server import Server
from hub.embedded.valkey import Valkey

KEPT = b"kept\n"  # said to a holder who leaves while others stay
LOCK_SECONDS = 60.0
ROUND_SECONDS = 1.0
LOGS_EVERY = 60  # rounds


class Keeper:
    """Starts the servers, hands out leases, revives a server that died, and ends both after the last lease."""

    def __init__(self, places: Places, *, durable: bool, run_as: RunAs | None) -> None:
        self.places = places
        self.durable = durable
        self.run_as = run_as
        self.servers: list[Server] = []
        self.answer = b""
        self.told_to_end = False
        self._selector = selectors.DefaultSelector()
        self._leases: set[socket.socket] = set()
        self._last: socket.socket | None = None

    def run(self, first: socket.socket) -> None:
        """Keep the servers for the first holder and all who come after; return when nothing of them is left."""
        with _lock(self.places.keeper_lock, first) as locked, self._signals():
            if not locked:
                say("the keeper before this one has not ended: see which process holds keeper.lock")
                return
            try:
                self._start()
                listener = self._listen()
                self._grant(first)
                self._serve()
                # Whoever comes now finds no socket and starts a keeper of their own, which waits for our lock.
                self.places.control.unlink(missing_ok=True)
                listener.close()
            except (ServersFailed, OSError, subprocess.SubprocessError) as failure:
                reason = str(failure) or type(failure).__name__
                say(reason)
                with contextlib.suppress(OSError):
                    first.sendall(json.dumps({"error": reason}).encode() + b"\n")
            finally:
                for server in self.servers:
                    server.stop()
                self.places.remove_runtime()

    def _start(self) -> None:
        identity = choose_identity(self.run_as)
        postgres, valkey = self.places.postgres, self.places.valkey
        # Before the runtime folder is made anew: leftovers may still use it.
        Postgres.end_leftovers(postgres)
        Valkey.end_leftovers(valkey)
        runtime = self.places.make_runtime(identity)
        programs = binaries.postgres_folder()
        reached = programs
        if not identity.reaches(programs / "postgres"):
            reached = binaries.copy_postgres(programs, runtime / "programs")
            if not identity.reaches(reached / "postgres"):
                raise ServersFailed(
                    f"PostgreSQL refuses to run as root, and {identity.run_as} can run it neither in {programs} nor in "
                    f"{reached}: run as an ordinary user, or set HUB_DATABASE_URL."
                )
        server = Postgres(
            folder=postgres,
            log=self.places.logs / "postgres.log",
            identity=identity,
            durable=self.durable,
            programs=programs,
            reached=reached,
            sockets=runtime / "postgres",
        )
        queue = Valkey(
            folder=valkey,
            log=self.places.logs / "valkey.log",
            identity=Identity.own(),
            durable=self.durable,
            executable=binaries.valkey_program(),
            path=runtime / "valkey",
        )
        self.servers = [queue, server]
        for each in self.servers:
            each.prepare()
            each.start()
        for each in self.servers:
            each.wait_until_ready()
        server.furnish()
        self.answer = json.dumps({"database_url": server.url, "redis_url": queue.url}).encode() + b"\n"
        say(f"PostgreSQL runs as {identity.run_as}, sockets in {runtime}")

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.places.control))
        listener.listen(64)
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._grant(listener.accept()[0])

    def _grant(self, lease: socket.socket) -> None:
        lease.settimeout(5.0)
        try:
            lease.sendall(self.answer)
        except OSError:
            lease.close()  # its holder is gone already
            return
        lease.setblocking(False)
        self._leases.add(lease)
        self._selector.register(lease, selectors.EVENT_READ, self._hear)

    def _hear(self, lease: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if lease.recv(1024):
                return
        self._selector.unregister(lease)
        self._leases.discard(lease)
        if self._leases:
            with contextlib.suppress(OSError):
                lease.sendall(KEPT)
            lease.close()
        else:
            self._last = lease  # stays open until the servers are gone: its holder waits for that

    def _serve(self) -> None:
        rounds = 0
        while self._leases and not self.told_to_end:
            for key, _ in self._selector.select(ROUND_SECONDS):
                key.data(key.fileobj)
            for server in self.servers:
                if server.has_ended() and server.revive():
                    say(f"{server.name} died and was started again")
            rounds += 1
            if rounds % LOGS_EVERY == 0:
                for server in self.servers:
                    server.shorten_log()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Have SIGTERM end the servers in order, and SIGCHLD end a wait early."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for ignored in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        self._selector.register(reader, selectors.EVENT_READ, lambda end: end.recv(4096))
        with reader, writer:
            yield

    def _end(self, *_: object) -> None:
        self.told_to_end = True


def say(sentence: str) -> None:
    """Write a line to the keeper's log."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {sentence}", flush=True)


@contextlib.contextmanager
def _lock(path: Path, first: socket.socket) -> Iterator[bool]:
    """Wait for the keeper before us, but not longer than the first holder lives; yield whether the lock is ours."""
    deadline = time.monotonic() + LOCK_SECONDS
    with path.open("ab") as file:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if _is_gone(first):
                    break
                time.sleep(0.05)
            else:
                yield True
                return
        yield False


def _is_gone(lease: socket.socket) -> bool:
    with contextlib.suppress(BlockingIOError):
        return lease.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    return False

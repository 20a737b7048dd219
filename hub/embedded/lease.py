"""What the rest of the hub sees: take a lease on the servers of a folder, and give it back."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import hub
from hub.embedded.errors import ServersFailed
from hub.embedded.identity import RunAs
from hub.embedded.keeper import KEPT
from hub.embedded.places import Places
from hub.embedded.server import START_SECONDS, last_words

ANSWER_SECONDS = START_SECONDS + 30.0  # a first start makes the data as well
STOP_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers are: a URL for SQLAlchemy with psycopg, and one for redis-py, with its password."""

    database_url: str
    redis_url: str


class EmbeddedServers:
    """A lease on the servers of one `HUB_HOME`: taking it starts them if need be, the last to give it back ends them.

    Not durable means that a power cut may lose everything: quicker, for tests. Who comes second takes them as they are.
    """

    def __init__(self, home: Path, *, durable: bool = True, run_as: RunAs | None = None) -> None:
        self.places = Places(Path(os.path.realpath(home)))
        self.durable = durable
        self.run_as = run_as
        self._lease: socket.socket | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> Addresses:
        """Attach to the running servers or start them; raises `ServersFailed` with the reason in words."""
        if self._lease is not None:
            raise RuntimeError("These servers are started already.")
        try:
            self.places.make()
            with _alone(self.places.start_lock):
                return self._attach() or self._launch()
        except PermissionError as refused:
            raise ServersFailed(
                f"{refused.filename} belongs to another user: start as that user, or make {self.places.home} yours."
            ) from refused

    def stop(self) -> None:
        """Give the lease back; if nobody else holds one, return when the servers have ended."""
        if self._lease is None:
            return
        lease, self._lease = self._lease, None
        heard = b""
        with lease, contextlib.suppress(OSError):
            lease.settimeout(STOP_SECONDS)
            lease.shutdown(socket.SHUT_WR)
            while part := lease.recv(1024):
                heard += part
        self._part_from_keeper(kept=heard == KEPT)

    def ensure(self) -> None:
        """Start the servers again if their keeper was killed; quick when all is well. The addresses stay the same."""
        if self._lease is not None and _is_closed(self._lease):
            self._lease.close()
            self._lease = None
            self._part_from_keeper(kept=False)
            self.start()

    def __enter__(self) -> Addresses:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _attach(self) -> Addresses | None:
        """Take a lease from a keeper that runs; None where none does, or only one that is leaving."""
        lease = socket.socket(socket.AF_UNIX)
        try:
            lease.connect(str(self.places.control))
        except OSError:
            lease.close()
            return None
        return self._hold(lease)

    def _launch(self) -> Addresses:
        ours, keepers = socket.socketpair()
        options = [*(() if self.durable else ("--fleeting",)), *(("--run-as", self.run_as) if self.run_as else ())]
        package = str(Path(hub.__file__).parent.parent)
        path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
        with keepers, self.places.keeper_log.open("ab") as log:
            self._keeper = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "hub.embedded", str(self.places.home), str(keepers.fileno()), *options],
                pass_fds=[keepers.fileno()],
                start_new_session=True,  # Ctrl-C is for us, not for the servers
                cwd=self.places.home,
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        addresses = self._hold(ours)
        if addresses is None:
            self._part_from_keeper(kept=False)
            words = last_words(self.places.keeper_log)
            raise ServersFailed(f"The embedded servers did not start. From {self.places.keeper_log}:\n{words}")
        return addresses

    def _hold(self, lease: socket.socket) -> Addresses | None:
        """Keep a lease once it has told the addresses."""
        lease.settimeout(ANSWER_SECONDS)
        line = b""
        with contextlib.suppress(OSError):
            while not line.endswith(b"\n") and (part := lease.recv(4096)):
                line += part
        if not line.endswith(b"\n"):
            lease.close()
            return None
        told = json.loads(line)
        if "error" in told:
            lease.close()
            self._part_from_keeper(kept=False)
            raise ServersFailed(told["error"])
        lease.setblocking(False)  # with a time-out, even MSG_DONTWAIT would wait for it
        self._lease = lease
        return Addresses(**told)

    def _part_from_keeper(self, *, kept: bool) -> None:
        """Fetch the exit status of a keeper that we started."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if kept:
            keeper.returncode = 0  # it lives on for others: not ours to wait for any more
        else:
            try:
                keeper.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                keeper.kill()  # its servers go with it
                keeper.wait()


def attach_or_start(home: Path) -> EmbeddedServers:
    """Return a lease to use with `with`: a cold command shares running servers, or starts them and ends them after."""
    return EmbeddedServers(home)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until nobody else is starting the servers of this folder."""
    deadline = time.monotonic() + ANSWER_SECONDS
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServersFailed(
                        f"Somebody else has been starting the servers for too long: see {path}."
                    ) from None
                time.sleep(0.02)
            else:
                yield
                return


def _is_closed(lease: socket.socket) -> bool:
    try:
        return lease.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True

"""One server process: started, awaited, noticed when it dies, ended for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from hub.embedded.errors import ServersFailed
from hub.embedded.identity import Identity
from hub.processes import dies_with_parent, end, wait_until, working_in

START_SECONDS = 60.0  # crash recovery replays the log first
LARGEST_LOG = 20 * 1024 * 1024  # bytes
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Server(ABC):
    """A server that works in a folder of its own."""

    name: ClassVar[str]
    program: ClassVar[str]
    orphaned: ClassVar[signal.Signals]  # what it is sent when its keeper is killed
    ending: ClassVar[Sequence[tuple[signal.Signals, float]]]  # how to ask it to end, with seconds of patience

    def __init__(self, *, folder: Path, log: Path, identity: Identity, durable: bool) -> None:
        self.folder = folder
        self.log = log
        self.identity = identity
        self.durable = durable
        self.popen: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self._started_at = 0.0
        self._again_at = 0.0

    @abstractmethod
    def prepare(self) -> None:
        """Make what the server needs before it starts; may be called again and again."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether the server answers."""

    def start(self) -> None:
        """Start the process without waiting for it."""
        watch = dies_with_parent(self.orphaned)

        def prepare_child() -> None:
            self.identity.enter()
            watch()  # last: a change of identity would cancel it

        self._started_at = time.monotonic()
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(  # noqa: S603
                self.command(),
                preexec_fn=prepare_child,  # noqa: PLW1509 - the keeper has one thread
                start_new_session=True,
                cwd=self.folder,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        """Wait for the server to answer; raises `ServersFailed` with its last words if it does not."""
        if not wait_until(lambda: self.has_ended() or self.is_ready(), START_SECONDS) or self.has_ended():
            raise ServersFailed(f"{self.name} did not start. Its last words, from {self.log}:\n{last_words(self.log)}")

    def has_ended(self) -> bool:
        """Tell whether the process is gone."""
        return self.popen is None or self.popen.poll() is not None

    def revive(self) -> bool:
        """Start a server that died, sooner the first time than the fifth; tell whether it was started."""
        now = time.monotonic()
        if self._again_at == 0.0:
            self.failures = 1 if now - self._started_at > 60 else self.failures + 1
            self._again_at = now + min(0.1 * 2 ** (self.failures - 1), 5.0)
        if now < self._again_at:
            return False
        self._again_at = 0.0
        self.end_leftovers(self.folder)
        self.prepare()
        self.start()
        return True

    def stop(self) -> None:
        """End the server and wait until nothing of it is left."""
        for signum, seconds in self.ending:
            if self.popen is None or self.has_ended():
                break
            self.popen.send_signal(signum)
            wait_until(self.has_ended, seconds)
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()
            self.popen = None
        self.end_leftovers(self.folder)

    @classmethod
    def end_leftovers(cls, folder: Path) -> None:
        """End what a killed keeper or a killed server has left running in the folder."""
        if not end(lambda: working_in(folder, cls.program), ((signal.SIGINT, 5.0), (signal.SIGKILL, 5.0))):
            raise ServersFailed(f"{cls.name} still runs in {folder} and cannot be ended: end it, then start again.")

    def shorten_log(self) -> None:
        """Keep the log below twice its limit: the older half goes to `*.log.1`."""
        if self.log.stat().st_size > LARGEST_LOG:
            # The server keeps the file open for appending, so it is emptied, not replaced.
            self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)


def last_words(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "(nothing)"

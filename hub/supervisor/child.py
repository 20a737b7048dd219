"""One process of a supervisor: its life, its deaths, and what it says."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub.processes import dies_with_parent, in_session, send, wait_until
from hub.supervisor.warden import Warden

FIRST_PAUSE = 0.5  # seconds before a process that died is started again; doubled each time
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 30.0  # who ran this long is forgiven
LONGEST_LINE = 64 * 1024
KILLED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Process:
    """What to run: `env` is added to our environment; `stop_seconds` is the patience before it is killed; `lent` it inherits."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    restart: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    lent: Sequence[int] = ()


class Child:
    """One process: its life, its deaths, and what it says."""

    def __init__(
        self, process: Process, selector: selectors.BaseSelector, write: Callable[[str], None], width: int
    ) -> None:
        self.process = process
        self.failures = 0
        self.status: int | None = None
        self._selector = selector
        self._write = write
        self._prefix = f"{process.name:{width}} | "
        self._popen: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._started_at = 0.0
        self._again_at: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def is_due(self) -> bool:
        """Whether it runs or is going to."""
        return self._popen is not None or self._again_at is not None

    @property
    def final_status(self) -> int:
        """How a process ended that was not to be started again; 128 and the signal for one that was killed."""
        if self.process.restart or self.status is None:
            return 0
        return self.status if self.status >= 0 else 128 - self.status

    def start(self, warden: Warden) -> None:
        """Start the process, in a session of its own that the warden watches."""
        self._again_at = None
        self._started_at = time.monotonic()
        try:
            self._popen = subprocess.Popen(  # noqa: S603
                list(self.process.argv),
                env={**os.environ, **self.process.env},
                cwd=self.process.cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=tuple(self.process.lent),
                start_new_session=True,  # the terminal's Ctrl-C is ours to pass on, in order
                preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a supervisor has one thread
            )
        except OSError as error:
            self._write(f"{self._prefix}cannot be started: {error}\n")
            self._died(127)
            return
        warden.watch(self._popen.pid)
        if self._popen.stdout is not None:
            os.set_blocking(self._popen.stdout.fileno(), False)
            self._selector.register(self._popen.stdout, selectors.EVENT_READ, self._hear)

    def mind(self, warden: Warden) -> None:
        """Notice a death; start again when the pause is over."""
        if self._popen is not None and not self.is_running:
            status = self._popen.returncode
            self.kill(warden)
            self._died(status)
        if self._again_at is not None and time.monotonic() >= self._again_at:
            self.start(warden)

    def ask_to_stop(self) -> None:
        """Send the process its signal to stop; its offspring is its own affair."""
        if self._popen is not None:
            self._popen.send_signal(self.process.stop_signal)

    def kill(self, warden: Warden) -> None:
        """Kill what is left of it and of its offspring, and let it go."""
        self._again_at = None
        if self._popen is None:
            return
        session = self._popen.pid
        wait_until(lambda: not self._kill_session(session), KILLED_SECONDS)
        self.status = self._popen.wait()
        self._close_output()
        warden.forget(session)
        self._popen = None

    def _kill_session(self, session: int) -> list[int]:
        left = in_session(session)
        send(left, signal.SIGKILL)
        if self._popen is not None:
            self._popen.poll()
        return left

    def _died(self, status: int) -> None:
        self.status = status
        if not self.process.restart:
            return
        steady = time.monotonic() - self._started_at > STEADY_SECONDS
        self.failures = 1 if steady else self.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
        self._again_at = time.monotonic() + pause
        ended = f"ended with status {status}" if status >= 0 else f"was killed by {signal.Signals(-status).name}"
        self._write(f"{self._prefix}{ended}; starts again in {pause:g} s\n")

    def _hear(self) -> bool:
        """Show the lines that have come; tell whether there may be more."""
        if self._popen is None or self._popen.stdout is None:
            return False
        try:
            heard = os.read(self._popen.stdout.fileno(), 65536)
        except BlockingIOError:
            return False
        if not heard:
            self._selector.unregister(self._popen.stdout)
            return False
        *lines, self._rest = (self._rest + heard).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._show(line)
        return True

    def _show(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        self._write(f"{self._prefix}{''.join(map(_harmless, text))}\n")

    def _close_output(self) -> None:
        """Show what is still in the pipe and close it."""
        output = self._popen.stdout if self._popen else None
        if output is None:
            return
        if output in self._selector.get_map():
            while self._hear():
                pass
        if output in self._selector.get_map():  # somebody outside the session has it open
            self._selector.unregister(output)
        if self._rest:
            self._show(self._rest)
            self._rest = b""
        output.close()


def _harmless(letter: str) -> str:
    """Return what a terminal may be shown: strangers' text is in the logs."""
    return letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}"

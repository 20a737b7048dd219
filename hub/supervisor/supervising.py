"""The loop that keeps processes running until it is asked to stop."""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TextIO

from hub.supervisor.child import Child, Process
from hub.supervisor.warden import Warden

TRIES_TO_START = 4  # deaths in a row before the whole was ever ready: then it is not going to work
ROUND_SECONDS = 0.2
ASKING_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Keeps processes running until it is asked to stop; lives in the main thread."""

    def __init__(
        self,
        processes: Sequence[Process],
        *,
        output: TextIO | None = None,
        is_ready: Callable[[], bool] = lambda: True,
        on_ready: Callable[[], None] = lambda: None,
        every_second: Callable[[], None] = lambda: None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the processes in the order in which they are started and stopped.

        `is_ready` is asked several times a second until it says yes, then `on_ready` is called once; be quick.
        `on_stop` is called once when a stop was asked for, before the first process is told.
        """
        self._output = output or sys.stdout
        self._is_ready = is_ready
        self._on_ready = on_ready
        self._every_second = every_second
        self._on_stop = on_stop
        self._selector = selectors.DefaultSelector()
        width = max(len(process.name) for process in processes)
        self._children = [Child(process, self._selector, self._write, width) for process in processes]
        self._width = width
        self._times_asked = 0
        self._failed: int | None = None
        self._ready = False
        self._second_at = 0.0

    def run(self) -> int:
        """Run until stopped by a signal or `stop`, or nothing is left to run.

        Returns 0, or the exit status of the first process that failed and was not to be started again.
        """
        with self._signals():
            warden = Warden()
            try:
                for child in self._children:
                    child.start(warden)
                while not self._times_asked and self._failed is None and any(each.is_due for each in self._children):
                    self._round(warden)
                if self._times_asked:
                    self._on_stop()
            finally:
                self._stop_all(warden)
                warden.dismiss()
        if self._times_asked:
            return 0
        statuses = [self._failed, *(child.final_status for child in self._children)]
        return next((status for status in statuses if status), 0)

    def stop(self) -> None:
        """Ask for an orderly stop; the second time, for a quick one."""
        self._times_asked += 1

    def _round(self, warden: Warden) -> None:
        self._read(ROUND_SECONDS)
        for child in self._children:
            child.mind(warden)
            if not self._ready and child.failures >= TRIES_TO_START:
                self._say(f"{child.process.name} does not start: see its last lines above")
                self._failed = child.status or 1
        if not self._ready and self._is_ready():
            self._ready = True
            self._on_ready()
        if time.monotonic() >= self._second_at:
            self._second_at = time.monotonic() + 1.0
            warden.ensure()
            self._every_second()

    def _stop_all(self, warden: Warden) -> None:
        """Stop one after the other, in order, each with its time limit; ask a second time and all are killed."""
        for child in self._children:
            if child.is_running:
                child.ask_to_stop()
                deadline = time.monotonic() + child.process.stop_seconds
                while child.is_running and time.monotonic() < deadline and self._times_asked < 2:
                    self._read(0.05)
                if child.is_running:
                    self._say(f"{child.process.name} is killed: it did not stop")
            child.kill(warden)

    def _read(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data()

    def _say(self, sentence: str) -> None:
        self._write(f"{'up':{self._width}} | {sentence}\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a closed terminal must not stop the desk
            self._output.write(text)
            self._output.flush()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Count the requests to stop, and have every signal end a wait early."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        with reader, writer:
            # Who was begun with nohup outlives the terminal, and so do its processes.
            heard = [
                each for each in ASKING_TO_STOP if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN
            ]
            before = {each: signal.signal(each, self._asked) for each in heard}
            before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
            wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
            self._selector.register(reader, selectors.EVENT_READ, lambda: reader.recv(4096))
            try:
                yield
            finally:
                signal.set_wakeup_fd(wakeup)
                for each, handler in before.items():
                    signal.signal(each, handler)
                self._selector.close()

    def _asked(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what a handler is called with
        self.stop()

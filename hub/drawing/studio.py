"""The side that asks: starts the process that draws, gives it one picture at a time, and starts another when it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress

from hub.drawing.wire import ANSWERED, ASKED, Drawn, read_exactly

WALL_SECONDS = 60.0  # a process that draws is behind everything else on a busy machine
WAIT_SECONDS = 30.0
# It reads what strangers drew: it is told where programs and libraries are, and nothing else that we know.
TOLD = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
SENTENCES = {
    Drawn.TOO_LARGE: "This picture is too large for a preview: download it.",
    Drawn.UNREADABLE: "This picture cannot be shown: download it.",
}
TOO_MANY = "Very many pictures are being drawn: reload the page in a minute, or download it."


class NotDrawn(Exception):
    """A picture could not be drawn; the text is a sentence for people."""


class Studio:
    """Draws for all threads of this process."""

    def __init__(self, *, wait_seconds: float = WAIT_SECONDS, wall_seconds: float = WALL_SECONDS) -> None:
        """Start nothing yet: `wait_seconds` is the patience for one's turn, `wall_seconds` that for one picture."""
        self._turn = threading.Lock()
        self._wait_seconds = wait_seconds
        self._wall_seconds = wall_seconds
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The number of the process that draws, if there is one."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def draw(self, data: bytes, side: int) -> bytes:
        """Return a picture as WebP, no side longer than `side` pixels, without metadata; raises `NotDrawn`."""
        if not self._turn.acquire(timeout=self._wait_seconds):
            raise NotDrawn(TOO_MANY)
        try:
            outcome, drawn = self._draw_in_turn(data, side)
        finally:
            self._turn.release()
        if outcome is not Drawn.DONE:
            raise NotDrawn(SENTENCES[outcome])
        return drawn

    def close(self) -> None:
        """End the process that draws."""
        with self._turn:
            self._end()

    def _draw_in_turn(self, data: bytes, side: int) -> tuple[Drawn, bytes]:
        """Draw; where a process ends that has drawn before, perhaps not because of this picture, a fresh one tries."""
        used = self.pid is not None
        try:
            return self._ask(self._open(), data, side)
        except (OSError, EOFError):
            self._end()
        if used:
            with suppress(OSError, EOFError):
                return self._ask(self._open(), data, side)
            self._end()
        return Drawn.UNREADABLE, b""

    def _ask(self, child: subprocess.Popen[bytes], data: bytes, side: int) -> tuple[Drawn, bytes]:
        assert child.stdin is not None
        assert child.stdout is not None
        clock = threading.Timer(self._wall_seconds, child.kill)
        clock.start()
        try:
            child.stdin.write(ASKED.pack(side, len(data)) + data)
            child.stdin.flush()
            outcome, size = ANSWERED.unpack(read_exactly(child.stdout, ANSWERED.size))
            return Drawn(outcome), read_exactly(child.stdout, size)
        finally:
            clock.cancel()

    def _open(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "hub.drawing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={name: os.environ[name] for name in TOLD if name in os.environ},
            )
            threading.Thread(
                target=self._child.wait, name="drawing", daemon=True
            ).start()  # nobody else asks how it ended
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it never read is still in the buffer
                    pipe.close()

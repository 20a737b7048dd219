"""The warden: a process that ends a supervisor's children, and theirs, when the supervisor is killed.

It is given sessions as arguments and reads `+SESSION` and `-SESSION` lines from its standard input. When that ends, it ends those
that have not left.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import hub
from hub.processes import end, in_session

PATIENCE = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))


class Warden:
    """The supervisor's end of it."""

    def __init__(self) -> None:
        self._sessions: set[int] = set()
        self._process = self._start()

    def watch(self, session: int) -> None:
        """End this session if we die."""
        self._sessions.add(session)
        self._tell(f"+{session}\n")

    def forget(self, session: int) -> None:
        """Leave this session alone from now on."""
        self._sessions.discard(session)
        self._tell(f"-{session}\n")

    def ensure(self) -> None:
        """Start another warden if this one was killed."""
        if self._process.poll() is not None:
            self._close()
            self._process = self._start()

    def dismiss(self) -> None:
        """Let the warden go; what it still watches, it ends first."""
        self._close()
        self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, [str(Path(hub.__file__).parent.parent), os.environ.get("PYTHONPATH")]))
        return subprocess.Popen(  # noqa: S603 - our own program, given numbers
            # As arguments, not by the pipe: it knows them from its first instant, should we be killed in the next.
            [sys.executable, "-c", "from hub.supervisor.warden import main; main()", *map(str, self._sessions)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def _tell(self, lines: str) -> None:
        if self._process.stdin is None:
            return
        try:
            self._process.stdin.write(lines.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it was killed: `ensure` tells its successor everything

    def _close(self) -> None:
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
        except BrokenPipeError:
            return


def main() -> None:
    """Watch until standard input ends, then end what is left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sessions = {int(session) for session in sys.argv[1:]}
    for line in sys.stdin:
        (sessions.add if line.startswith("+") else sessions.discard)(int(line[1:]))
    end(lambda: [pid for session in sessions for pid in in_session(session)], PATIENCE)


if __name__ == "__main__":
    main()

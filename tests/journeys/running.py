"""The whole product as a person starts it: `hub up`, its processes, its sign-in links."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self, TypeVar

from hub.processes import dies_with_parent

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"^\s*(.+?)\s+(http\S+/login/link/\S+)$")
# Where a dozen others use the machine; nothing waits longer than it has to.
START_SECONDS = 300.0
STOP_SECONDS = 120.0
PATIENCE_SECONDS = 90.0


def wait_for(look: Callable[[], Found | None], what: str, *, seconds: float = PATIENCE_SECONDS) -> Found:
    """Return what a look finds as soon as it finds something; fails saying what did not come."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        pause.wait(0.1)
    raise AssertionError(f"{what} did not come within {seconds:.0f} seconds.")


class Product:
    """`hub up` in a home of its own; a context manager. `links` are the printed sign-in links by who they are for."""

    running: ClassVar[list[Product]] = []

    def __init__(
        self, home: Path, *, port: int, arguments: tuple[str, ...] = (), environ: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.links: dict[str, str] = {}
        self.lines: list[str] = []
        self._arguments = arguments
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "TWILIO_", "SLACK_"))
        }
        self.environ = {**clean, "HUB_HOME": str(home), "PYTHONUNBUFFERED": "1", **(environ or {})}
        self.process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> Self:
        """Start everything and return once pages are served and the links are printed."""
        command = [sys.executable, "-m", "hub", "up", "--port", str(self.port), *self._arguments]
        # A run of tests that is killed leaves no product behind; Linux means the thread that starts it.
        lasting = threading.current_thread() is threading.main_thread()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM) if lasting else None,  # noqa: PLW1509 - two system calls, no lock
        )
        self.running.append(self)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_for(self._is_up, f"hub up on port {self.port}", seconds=START_SECONDS)
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """End everything and wait until it has ended."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(STOP_SECONDS)
        if self._reader is not None:
            self._reader.join(STOP_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.running.remove(self)

    def hub(self, *arguments: str, standard_input: str = "", statuses: tuple[int, ...] = (0,)) -> str:
        """Run a `hub` command in the same home and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "hub", *arguments],
            cwd=ROOT,
            env={**self.environ, "PORT": str(self.port)},
            input=standard_input,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in statuses, f"hub {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            found = LINK.match(line)
            if found:
                self.links[found.group(1)] = found.group(2)

    def _is_up(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError("hub up ended by itself:\n" + "\n".join(self.lines[-60:]))
        if not any("Frontdesk is at" in line for line in self.lines):
            return False
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

"""The product's processes under test: started, killed with everything they started, and started again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hub.processes import in_session, is_running
from tests.journeys.running import wait_for

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0


def born(pid: int) -> str:
    """Return when a process began, as Linux counts (proc(5), field 22), or nothing: numbers are given again."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


@dataclass(frozen=True, slots=True)
class Hand:
    """One process of the product, leader of its own group."""

    name: str
    pid: int
    ready: Path
    born: str

    @property
    def alive(self) -> bool:
        """Tell whether it runs, and not another that was given its number since."""
        return is_running(self.pid) and born(self.pid) == self.born

    def await_ready(self) -> Self:
        """Return once its application is built, or it has died."""
        wait_for(lambda: self.ready.exists() or not self.alive, f"The {self.name} process", seconds=READY_SECONDS)
        return self

    def kill(self, *, alone: bool = False) -> None:
        """Kill its whole group, or only itself: what it started then goes on without it."""
        if not self.alive:
            return
        with contextlib.suppress(ProcessLookupError):
            (os.kill if alone else os.killpg)(self.pid, signal.SIGKILL)
        wait_for(lambda: not self.alive, f"The end of the {self.name} process")

    def end(self) -> None:
        """Ask it to stop, and kill what has not after ten seconds."""
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)
        with contextlib.suppress(AssertionError):
            wait_for(lambda: not self.alive, f"The end of the {self.name} process", seconds=10)
        self.sweep()

    def sweep(self) -> None:
        """Kill whatever is left of its session, unless its number is another's by now."""
        if born(self.pid) not in {"", self.born}:
            return
        for pid in in_session(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not in_session(self.pid), f"The end of all that {self.name} started")


class Crew:
    """Starts processes of the product from one that has imported it already; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hands: list[Hand] = []
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._nursery: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "nursery.log").open("ab") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.nursery"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()
        assert self._nursery is not None
        self._nursery.communicate()

    def await_nursery(self) -> None:
        """Return once the process that others are forked from has imported the product."""
        self._read()

    def start(
        self,
        name: str,
        environ: Mapping[str, str],
        *,
        ahead: float = 0.0,
        apart: bool = False,
        megabytes: int = 0,
        crash_at: str = "",
    ) -> Hand:
        """Start `hub <name>`; `ahead` moves all clocks by seconds, or its own alone (`apart`), `megabytes` limits its memory."""
        assert self._nursery is not None
        assert self._nursery.stdin is not None
        with self._lock:
            ready = self.folder / f"ready-{next(self._numbers)}"
            order = {
                "name": name,
                "env": {**environ, **({"HUB_CRASH_AT": crash_at} if crash_at else {})},
                "log": str(self.folder / f"{name}.log"),
                "ready": str(ready),
                "ahead": ahead,
                "apart": apart,
                "megabytes": megabytes,
            }
            self._nursery.stdin.write(json.dumps(order) + "\n")
            self._nursery.stdin.flush()
            pid = int(self._read()["pid"])
            hand = Hand(name, pid, ready, born(pid))
            self.hands.append(hand)
        return hand

    def end_all(self) -> None:
        """Kill everything that was started."""
        with self._lock:
            hands, self.hands = self.hands, []
        for each in hands:
            if each.alive:
                each.kill()
            each.sweep()

    def last_words(self, name: str) -> str:
        """Return the end of what the processes of a name wrote."""
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-6000:] if path.exists() else ""

    def _read(self) -> dict[str, Any]:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        line = self._nursery.stdout.readline()
        assert line, f"The nursery ended: see {self.folder / 'nursery.log'}."
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass
class Storm:
    """Kills one kind of process again and again, at instants a seed decides, and leaves one running at the end.

    Each process is given 50 to 500 milliseconds after it is ready, or up to `longest` seconds. With `hurry` each
    successor's clock is ahead of the one before by so many seconds: leases of the dead run out at once instead of after
    minutes.
    """

    crew: Crew
    name: str
    environ: Mapping[str, str]
    dice: random.Random
    hurry: float = 0.0
    orphans: bool = False
    longest: float = 0.5
    ahead: float = 0.0
    kills: int = 0
    last: Hand | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._rage, name=f"storm over {self.name}", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        assert self._thread is not None
        self._thread.join(READY_SECONDS + 10)
        if error is None:
            self.ahead += self.hurry
            self.last = self.crew.start(self.name, self.environ, ahead=self.ahead)

    def await_kill(self, seconds: float = READY_SECONDS) -> None:
        """Return after the next kill."""
        before = self.kills
        wait_for(lambda: self.kills > before, f"The next kill of {self.name}", seconds=seconds)

    def _rage(self) -> None:
        while not self._stop.is_set():
            self.ahead += self.hurry
            hand = self.crew.start(self.name, self.environ, ahead=self.ahead).await_ready()
            self._stop.wait(self.dice.uniform(0.05, self.longest))
            hand.kill(alone=self.orphans and self.dice.random() < 0.25)
            self.kills += 1

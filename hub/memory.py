"""What one of our processes may have of the machine's memory: what passes it ends in order, and its keeper starts it again."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
LOOKS = 3  # in a row: a large form on its way to the disk is no reason
MEBIBYTE = 1024 * 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Return the memory of this process in mebibytes, 0 where the system does not tell (proc_pid_statm(5))."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE // MEBIBYTE
    except (OSError, IndexError, ValueError):
        return 0


def ask_to_end() -> None:
    """Ask this process to end as its keeper would: what it has begun it finishes."""
    os.kill(os.getpid(), signal.SIGTERM)


def stay_below(
    limit: int,
    *,
    every: float = LOOK_EVERY,
    read: Callable[[], int] = resident,
    leave: Callable[[], None] = ask_to_end,
) -> threading.Thread | None:
    """Watch this process for as long as it lives; one that has had more than `limit` mebibytes for a while leaves.

    0 is no limit. Every process here may end at any moment and loses nothing by it, and an orderly end in time is better
    than the system's choice of a victim.
    """
    if not limit:
        return None
    watching = threading.Thread(target=_watch, args=(limit, every, read, leave), name="memory", daemon=True)
    watching.start()
    return watching


def _watch(limit: int, every: float, read: Callable[[], int], leave: Callable[[], None]) -> None:
    pause, looks = threading.Event(), 0
    while looks < LOOKS:
        pause.wait(every)
        found = read()
        looks = looks + 1 if found > limit else 0
    log.warning(
        "This process has %d MB of memory, more than the %d it may have: it ends and starts again.", found, limit
    )
    leave()

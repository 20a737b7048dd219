"""What the operating system knows about processes, and how to end them."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
M_MMAP_THRESHOLD = -3  # mallopt(3)
LARGE_BLOCK = 1024 * 1024
libc = ctypes.CDLL(None, use_errno=True)  # loaded here: a forked child must not load libraries


def dies_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` that has Linux send `signum` to the child when the caller dies, however it dies.

    Linux means the calling *thread*: call it from one that lives as long as the child, such as the main thread.
    Elsewhere it does nothing; whoever starts children there needs a process that watches (prctl(2), PR_SET_PDEATHSIG).
    """
    parent = os.getpid()

    def prepare() -> None:
        if LINUX:
            libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
            if os.getppid() != parent:  # it died before the wish was made
                os._exit(1)

    return prepare


def give_memory_back() -> None:
    """Have the C library return large blocks to the system as soon as they are free, whichever thread had them.

    By itself it learns to keep what it was once asked for, and each thread keeps its own: after thirty pictures drawn by
    sixteen threads, one at a time, glibc holds 1.2 GB.
    """
    if LINUX and hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def spare_what_is_loaded() -> None:
    """Have the garbage collector pass over everything there is by now: a process loads it once and keeps it.

    Looking through it takes a seventh of a second each time, while messages wait (Python, `gc.freeze`).
    """
    gc.collect()
    gc.freeze()


def all_pids() -> list[int]:
    """Return the number of every process that can be seen."""
    if LINUX:
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    listed = subprocess.run(["/bin/ps", "-axo", "pid="], capture_output=True, text=True, check=True)
    return [int(pid) for pid in listed.stdout.split()]


def is_running(pid: int) -> bool:
    """Tell whether a process exists and is more than an exit status nobody has fetched yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if not LINUX:
        return True
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] != "Z"
        )
    except (OSError, IndexError):
        return False


def in_session(session: int) -> list[int]:
    """Return every running process of a session: what was started with `start_new_session` and all its offspring."""
    return [pid for pid in all_pids() if _session_of(pid) == session and is_running(pid)]


def working_in(folder: Path, program: str) -> list[int]:
    """Return every running process whose working folder is `folder`, or, off Linux, a `program` that names it."""
    if not LINUX:
        listed = subprocess.run(["/bin/ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True)
        lines = (line.split(None, 1) for line in listed.stdout.splitlines())
        return [int(pid) for pid, *command in lines if command and program in command[0] and str(folder) in command[0]]
    return [pid for pid in all_pids() if pid != os.getpid() and _works_in(pid, folder) and is_running(pid)]


def end(find: Callable[[], Iterable[int]], steps: Iterable[tuple[signal.Signals, float]]) -> bool:
    """Signal what `find` finds, step by step, waiting the given seconds after each; tell whether all are gone."""
    for signum, seconds in steps:
        pids = list(find())
        if not pids:
            return True
        send(pids, signum)
        if wait_until(lambda: not list(find()), seconds):
            return True
    return not list(find())


def send(pids: Collection[int], signum: signal.Signals) -> None:
    """Send a signal to each process that still exists."""
    for pid in pids:
        try:
            os.kill(pid, signum)
        except (ProcessLookupError, PermissionError):
            continue


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.01) -> bool:
    """Ask until the answer is yes or the seconds are over; return the last answer."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False

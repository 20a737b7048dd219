"""Processes that hold the embedded servers, to be ended in every way there is, and what is left of them."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.embedded import Addresses
from hub.processes import all_pids, is_running, wait_until

GONE_SECONDS = 20.0

HOLDER = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored: `nohup`, a job
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from hub.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False) as addresses:
    print(addresses.database_url, addresses.redis_url, flush=True)
    sys.stdin.read()
"""


def processes_of(folder: Path) -> list[int]:
    """Every running process that works in a folder or names it."""
    return [pid for pid in all_pids() if pid != os.getpid() and is_running(pid) and touches(pid, folder)]


def touches(pid: int, folder: Path) -> bool:
    try:
        working = Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder)
        return working or str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def find_process(home: Path, words: str) -> int:
    """The one process of a home whose command line holds the words."""
    (found,) = [pid for pid in processes_of(home) if words in command_of(pid)]
    return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@contextmanager
def holder(home: Path, become: Callable[[], None] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the servers until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=become,  # noqa: PLW1509 - this process has one thread
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told_addresses(process: subprocess.Popen[str]) -> Addresses:
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], 60.0)[0]
    return Addresses(*process.stdout.readline().split())


def assert_gone(home: Path) -> None:
    assert wait_until(lambda: not processes_of(home), GONE_SECONDS), processes_of(home)

"""Every quarter of an hour: whether there is enough to learn from."""

from __future__ import annotations

import signal
import subprocess
import sys

from hub.jobs.context import desk_for_job
from hub.processes import dies_with_parent
from hub.services.triage import teaching
from hub.services.triage.classifier_files import ClassifierFiles

COMMAND = ["nice", "-n", "10", sys.executable, "-m", "hub", "triage", "train"]  # people's messages come first
_learning: list[subprocess.Popen[bytes]] = []


def teach() -> None:
    """Learn from corrections in a process of its own, one at a time; it takes over by itself where it passes the gate."""
    _learning[:] = [each for each in _learning if each.poll() is None]
    if _learning:
        return
    with desk_for_job() as desk, desk.transaction():
        teaching.teach(desk, ClassifierFiles(desk.settings.home), start)


def start() -> None:
    """Start learning, with the environment of this process, and go on; it ends when this process does."""
    ends_with_us = dies_with_parent(signal.SIGTERM)
    _learning.append(subprocess.Popen(COMMAND, preexec_fn=ends_with_us))  # noqa: PLW1509, S603 - our own command, and exec follows at once

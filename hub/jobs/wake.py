"""Wake-ups as RQ carries them: without arguments, harmless when lost, doubled or late."""

from __future__ import annotations

from hub.jobs import loops


def receive() -> None:
    """Wake the loop that files what was accepted."""
    loops.wake("receive")


def triage() -> None:
    """Wake the loop that triages."""
    loops.wake("triage")


def send() -> None:
    """Wake the loops that send."""
    loops.wake("send")


def media() -> None:
    """Wake the loop that fetches files."""
    loops.wake("media")


def apply() -> None:
    """Wake the loop that applies providers' reports."""
    loops.wake("apply")

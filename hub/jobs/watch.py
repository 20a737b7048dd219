"""Twice a minute: promises that come near or are missed."""

from __future__ import annotations

from hub.jobs.context import desk_for_job
from hub.services.metrics.sla_watch import watch_clocks


def watch() -> None:
    """Note every promise whose time has come, some at a time."""
    with desk_for_job() as desk:
        for _ in range(50):
            with desk.transaction():
                if not watch_clocks(desk):
                    return

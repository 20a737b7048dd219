"""Once a minute: what happened since is measured and summed."""

from __future__ import annotations

from hub.jobs.context import desk_for_job
from hub.services.metrics.measuring import keep_measurements

MOST = 500


def measure() -> None:
    """Measure everything that happened since, some events at a time."""
    with desk_for_job() as desk:
        after = 0
        for _ in range(MOST):
            with desk.transaction():
                after = keep_measurements(desk, after)
            if not after:
                return

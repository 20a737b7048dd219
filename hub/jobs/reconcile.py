"""Every few minutes: compare what providers have with what we have."""

from __future__ import annotations

from hub.jobs.context import desk_for_job
from hub.services.sending.reconciling import reconcile_channels


def reconcile() -> None:
    """Fetch what providers received for us and we never heard of."""
    with desk_for_job() as desk:
        reconcile_channels(desk)

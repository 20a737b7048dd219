"""Every minute: offers to craftsmen that nobody has accepted in time."""

from __future__ import annotations

from hub.jobs.context import desk_for_job
from hub.services.operations import orders


def chase() -> None:
    """Tell teams of the orders that nobody has answered."""
    with desk_for_job() as desk, desk.transaction():
        orders.chase_orders(desk)

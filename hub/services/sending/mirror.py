"""How the chat tool stands: when its cards last got through, and what waits to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import WAITING, OutboxState, Purpose
from hub.models import OutboxRow
from hub.services.staff.scope import own_companies


@dataclass(frozen=True, slots=True)
class Mirror:
    """Since when cards do not get through (None while they do), how many wait, and when the last one was taken."""

    away_since: datetime | None
    waiting: int
    synced_at: datetime | None


def state_of_mirror(desk: Desk, actor: Actor) -> Mirror | None:
    """Return how Slack stands for the companies somebody works for, None where no card was ever posted; in one statement."""
    tried = OutboxRow.state.in_(WAITING) & (OutboxRow.attempts > 0) & (OutboxRow.error != "")
    failed = OutboxRow.state == OutboxState.FAILED
    synced = func.max(OutboxRow.accepted_at)
    waiting = func.count(case((OutboxRow.state.in_(WAITING), 1)))
    query = select(
        func.count(),
        func.min(case((tried, OutboxRow.created_at))),
        func.max(case((failed, OutboxRow.created_at))),
        waiting,
        synced,
    ).where(OutboxRow.purpose == Purpose.CARD, own_companies(actor, OutboxRow, ability=Ability.SEE_BOARD))
    count, away, lost, queued, last = desk.session.execute(query).one()
    if not count:
        return None
    lost = lost if lost is not None and (last is None or lost > last) else None
    return Mirror(away or lost, queued, last)

"""What the judge asks a desk."""

from __future__ import annotations

from sqlalchemy import func, select

from hub.desk import Desk
from hub.doctor import count_invariants
from hub.models import Envelope, Message


def texts_in(desk: Desk) -> list[str]:
    """Return the text of every message that came in."""
    return list(desk.session.scalars(select(Message.text).where(Message.direction == "in")))


def count_waiting(desk: Desk) -> int:
    """Return how many envelopes nobody has filed."""
    return desk.session.scalar(select(func.count()).select_from(Envelope).where(Envelope.state == "new")) or 0


def count_states(desk: Desk) -> dict[str, int]:
    """Return how many envelopes ended how."""
    rows = desk.session.execute(select(Envelope.state, func.count()).group_by(Envelope.state))
    return {str(state): int(number) for state, number in rows}


def find_broken(desk: Desk) -> dict[str, int]:
    """Return the promises of `hub doctor` that do not hold, with how often."""
    return {name: number for name, number in count_invariants(desk).items() if number}

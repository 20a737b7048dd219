"""The lookout: while much mail waits, whatever in it may speak of danger is put before the rest.

Nothing is filed here, and what cannot be read is left to the filing. Only the beginning of a letter is looked at: what a
person writes stands before the photos. One process keeps in memory what it has looked at; another one looks anew.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, func, select, update

from channels.message import Envelope as Arrival
from channels.message import InboundMessage
from classifiers.emergencies import Emergency
from hub.db import among
from hub.desk import Desk
from hub.domain.envelope import EnvelopeState, Lane
from hub.models import Envelope
from hub.services.intake.piece import suspected_in

log = logging.getLogger(__name__)

BACKLOG = 500
"""Letters that a worker files within seconds: behind so few nothing needs to be put first."""
AT_ONCE = 50
BEGINNING = 64 * 1024

_WAITS = (Envelope.state == EnvelopeState.NEW, Envelope.lane == Lane.MAIL, Envelope.attempts == 0)


class Lookout:
    """Looks at waiting letters once: first at those that come, in their order, then back at those that came before."""

    def __init__(self, backlog: int = BACKLOG) -> None:
        self._backlog = backlog
        self._newest: int | None = None
        self._oldest = 0

    def look(self, desk: Desk) -> int:
        """Look at the next letters and put the dangerous ones first; return how many were looked at."""
        with desk.transaction() as session:
            if not self._much_waits(desk):
                self._newest = None
                return 0
            if self._newest is None:
                self._newest = session.scalars(select(func.max(Envelope.id)).where(*_WAITS)).one() or 0
                self._oldest = self._newest + 1
            rows = self._read(desk, Envelope.id > self._newest, Envelope.id.asc())
            rows = rows or self._read(desk, Envelope.id < self._oldest, Envelope.id.desc())
            numbers = [row.id for row in rows]
            self._newest, self._oldest = max([self._newest, *numbers]), min([self._oldest, *numbers])
        dangerous = [row.id for row in rows if _suspicion(desk, row) is not None]
        if dangerous:
            with desk.transaction() as session:
                first = update(Envelope).where(among(Envelope.id, dangerous), *_WAITS)
                session.execute(first.values(lane=int(Lane.QUICK)))
                desk.wake("receive")
        return len(rows)

    def _much_waits(self, desk: Desk) -> bool:
        one_more = select(Envelope.id).where(*_WAITS).order_by(Envelope.id).offset(self._backlog).limit(1)
        return desk.session.scalar(one_more) is not None

    @staticmethod
    def _read(desk: Desk, which: ColumnElement[bool], order: ColumnElement[int]) -> Sequence[Any]:
        beginning = func.substr(Envelope.raw, 1, BEGINNING, type_=LargeBinary).label("beginning")
        columns = (Envelope.id, Envelope.channel, Envelope.source, Envelope.facts, Envelope.received_at)
        query = select(*columns, beginning, Envelope.raw_sha256).where(*_WAITS, which).order_by(order).limit(AT_ONCE)
        return desk.session.execute(query).all()


def _suspicion(desk: Desk, row: Any) -> Emergency | None:
    """Return the danger a letter may speak of; whatever goes wrong here must keep no other letter from being looked at."""
    try:
        raw = row.beginning if row.beginning is not None else desk.storage.get(row.raw_sha256)[:BEGINNING]
        facts = {key: str(value) for key, value in row.facts.items()}
        read = desk.channels[row.channel].parse(Arrival(row.channel, row.source, "", raw, row.received_at, facts))
    except Exception:
        log.exception("Envelope %d could not be looked at before its turn.", row.id)
        return None
    return suspected_in(read) if isinstance(read, InboundMessage) else None

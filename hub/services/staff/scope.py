"""The one function by which every query of the staff faces is limited to what its actor may see."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from hub.db import Owned
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, NotFound
from hub.models import Ticket

Row = TypeVar("Row", bound=Owned)


def scope(
    actor: Actor,
    company_id: InstrumentedAttribute[int],
    *,
    ability: Ability = Ability.READ_TICKETS,
    queue: InstrumentedAttribute[str] | None = None,
) -> ColumnElement[bool]:
    """Return the condition under which rows of a table may be seen: the company, and the queue where one is given."""
    if actor.everything:
        return true()
    whole: list[int] = []
    parts: list[ColumnElement[bool]] = []
    for company in sorted(actor.companies_with(ability)):
        queues = actor.grants[company].queues
        if queues and queue is not None:
            parts.append(and_(company_id == company, queue.in_(sorted(queues))))
        else:
            whole.append(company)
    if whole:
        parts.append(company_id.in_(whole))
    return or_(*parts) if parts else false()


def tickets_of(actor: Actor, *, ability: Ability = Ability.READ_TICKETS) -> ColumnElement[bool]:
    """Return the condition under which tickets may be seen; messages, files and events are reached through their ticket."""
    return scope(actor, Ticket.company_id, ability=ability, queue=Ticket.queue)


def own_companies(actor: Actor, model: Any, *, ability: Ability = Ability.READ_TICKETS) -> ColumnElement[bool]:
    """Return the condition under which rows of a table with a `company_id` may be seen."""
    return scope(actor, model.company_id, ability=ability)


def must_administer(actor: Actor, company_id: int, what: str) -> None:
    """Raise `Forbidden` for who does not keep a company's settings; `what` is what only administrators do."""
    if not actor.can(Ability.ADMINISTER, company_id):
        raise Forbidden(f"Only administrators {what}.")


def find_administered(
    desk: Desk, actor: Actor, table: type[Row], number: int, otherwise: str, *, lock: bool = False
) -> Row:
    """Return a row of a company whose settings an actor keeps; raises `NotFound`, saying otherwise, for any other number."""
    row = desk.session.get(table, number, with_for_update=lock or None) if 0 < number < 2**63 else None
    if row is None or not actor.can(Ability.ADMINISTER, row.company_id):
        raise NotFound(otherwise)
    return row

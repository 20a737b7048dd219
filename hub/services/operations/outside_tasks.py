"""Tasks whose truth is in another program: what it says of them is kept and shown, never changed here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.dialects.postgresql import insert

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.masking import mask
from hub.domain.ticket import AuthorKind
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, Contact, OutsideTask, Ticket, Unit
from hub.services.staff.scope import own_companies
from hub.services.tickets.history import make_event

STALE = timedelta(hours=24)
MOST_SHOWN = 20
CLOCKS_DIFFER = timedelta(minutes=5)
SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_ID, LONGEST_STATE, LONGEST_WORDS, LONGEST_URL = 200, 60, 2000, 2000
MOST_SHOWN = 500
CHANGED = "work elsewhere"


@dataclass(frozen=True, slots=True)
class Report:
    """What another program says of a task of its own; a ticket, unit or person left out stays as it was."""

    source: str
    outside_id: str
    state: str
    as_of: datetime
    words: str = ""
    url: str = ""
    ticket_id: int | None = None
    unit_id: int | None = None
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a task elsewhere now; `new` when it was not known before, `taken` when the report was newer."""

    task: OutsideTask
    new: bool
    taken: bool


def keep_report(desk: Desk, actor: Actor, company: Company, report: Report) -> Kept:
    """Keep what another program says, unless something newer is known; the same report again changes nothing.

    Raises `Forbidden` and `Invalid`.
    """
    if not actor.can(Ability.WORK_TASKS, company.id):
        raise Forbidden("Only operations report work: use a token of an account with that role.")
    values = _checked(desk, company, report)
    named = {"company_id": company.id, "source": report.source, "outside_id": report.outside_id}
    made = desk.session.scalar(
        insert(OutsideTask)
        .values(**named, **values, created_at=desk.clock.now())
        .on_conflict_do_nothing(index_elements=["company_id", "source", "outside_id"])
        .returning(OutsideTask.id)
    )
    row = desk.session.scalars(
        select(OutsideTask).filter_by(**named).with_for_update().execution_options(populate_existing=True)
    ).one()
    if made is None and report.as_of < row.as_of:
        return Kept(row, new=False, taken=False)
    before = ("", "") if made is not None else (row.state, row.words)
    for name, value in values.items():
        if value is not None:
            setattr(row, name, value)
    desk.session.flush()
    if before != (row.state, row.words):
        _tell_ticket(desk, row)
    return Kept(row, new=made is not None, taken=True)


def find_outside_task(desk: Desk, actor: Actor, source: str, outside_id: str) -> OutsideTask:
    """Return what is known of a task elsewhere; raises `NotFound`."""
    found = desk.session.scalar(
        select(OutsideTask)
        .where(_visible(actor), OutsideTask.source == source, OutsideTask.outside_id == outside_id)
        .order_by(OutsideTask.id)
        .limit(1)
    )
    if found is None:
        raise NotFound(f"{source} has not told of a task {outside_id[:80]}.")
    return found


def list_outside_tasks(desk: Desk, actor: Actor) -> list[OutsideTask]:
    """Return the newest five hundred of what is known, the newest word first."""
    query = select(OutsideTask).where(_visible(actor)).order_by(OutsideTask.as_of.desc(), OutsideTask.id.desc())
    return list(desk.session.scalars(query.limit(MOST_SHOWN)))


def outside_tasks_about(desk: Desk, ticket: Ticket) -> list[OutsideTask]:
    """Return what is known of the work for a ticket, for its home, and for its person."""
    return list(desk.session.scalars(select_outside_tasks(ticket)))


def select_outside_tasks(ticket: Ticket) -> Select[OutsideTask]:
    """Select the same, the newest twenty."""
    about = [OutsideTask.ticket_id == ticket.id]
    about += [OutsideTask.unit_id == ticket.unit_id] if ticket.unit_id else []
    about += [OutsideTask.contact_id == ticket.contact_id] if ticket.contact_id else []
    query = select(OutsideTask).where(OutsideTask.company_id == ticket.company_id, or_(*about))
    return query.order_by(OutsideTask.as_of.desc(), OutsideTask.id.desc()).limit(MOST_SHOWN)


def is_stale(task: OutsideTask, now: datetime) -> bool:
    """Tell whether the other program has been silent for more than a day."""
    return now - task.as_of > STALE


def _visible(actor: Actor) -> ColumnElement[bool]:
    return own_companies(actor, OutsideTask, ability=Ability.SEE_BOARD)


def _checked(desk: Desk, company: Company, report: Report) -> dict[str, Any]:
    if not SOURCE.fullmatch(report.source):
        raise Invalid("Name the source in small letters, digits and hyphens, such as property-meld.", field="source")
    if not 0 < len(report.outside_id.strip()) <= LONGEST_ID or not report.outside_id.isprintable():
        raise Invalid(f"Give its id there: 1 to {LONGEST_ID} characters.", field="id")
    state = " ".join(report.state.split())
    if not 0 < len(state) <= LONGEST_STATE or not state.isprintable():
        raise Invalid(f"Say its state in 1 to {LONGEST_STATE} characters.", field="state")
    if len(report.words) > LONGEST_WORDS:
        raise Invalid(f"Keep the words under {LONGEST_WORDS} characters.", field="words")
    if report.url and not _is_link(report.url):
        raise Invalid("Give the address as https://…, or leave it out.", field="url")
    if report.as_of > desk.clock.now() + CLOCKS_DIFFER:
        raise Invalid("as_of lies in the future: then no later word would count.", field="as_of")
    _check_about(desk, company, report)
    names = _names_about(desk, report)
    return {
        "state": mask(state, names=names),
        "words": mask(report.words.replace("\0", "").strip(), names=names),
        "url": report.url,
        "as_of": report.as_of,
        "ticket_id": report.ticket_id,
        "unit_id": report.unit_id,
        "contact_id": report.contact_id,
    }


def _check_about(desk: Desk, company: Company, report: Report) -> None:
    known = (
        (Ticket, report.ticket_id, "ticket"),
        (Unit, report.unit_id, "unit"),
        (Contact, report.contact_id, "person"),
    )
    for model, number, field in known:
        row: Any = desk.session.get(model, number) if number is not None else None
        if number is not None and (row is None or row.company_id != company.id):
            raise Invalid(f"{company.name} has no {field} {number}.", field=field)


def _names_about(desk: Desk, report: Report) -> list[str]:
    ticket = desk.session.get(Ticket, report.ticket_id) if report.ticket_id else None
    contact = desk.session.get(Contact, report.contact_id) if report.contact_id else None
    return [*([ticket.requester_name] if ticket else []), *([contact.name] if contact else [])]


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not any(each in url for each in " \"'<>\\")
    return named and plain and parts.scheme in {"https", "http"} and len(url) <= LONGEST_URL


def _tell_ticket(desk: Desk, row: OutsideTask) -> None:
    ticket = desk.session.get(Ticket, row.ticket_id) if row.ticket_id else None
    if ticket is None:
        return
    words = f"{row.source} {row.outside_id}: {row.state}" + (f", {row.words}" if row.words else "")
    desk.session.add(make_event(desk, ticket, CHANGED, by=AuthorKind.OPERATIONS, name=row.source, reason=words[:500]))
    ticket.version += 1

"""Announcements: written by staff for some days, shown to whom they are for, offered where a ticket seems to be about one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import Company, Message, Notice, Property, Ticket
from knowledgebase.words import read_words

AUDIENCES = ("residents", "owners", "everybody")
LONGEST_TITLE, LONGEST_TEXT = 120, 2000
LONGEST_TIME = timedelta(days=366)
# How many of the words of a notice a message must have to seem to be about it.
WORDS_IN_COMMON = 2


@dataclass(frozen=True, slots=True)
class Announcement:
    """What somebody has written into the form of a notice."""

    title: str
    text: str
    starts_on: date | None
    ends_on: date | None
    audience: str = "residents"
    property_id: int | None = None
    topic: str = ""


def announce(desk: Desk, actor: Actor, company: Company, written: Announcement) -> Notice:
    """Keep a notice; raises `Forbidden`, and `Invalid` naming the field."""
    if not actor.can(Ability.WRITE_ARTICLES, company.id):
        raise Forbidden("Your role does not write notices for this company.")
    title, text = " ".join(written.title.replace("\0", "").split()), written.text.replace("\0", "").strip()
    for field, words, most in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if not words or len(words) > most:
            raise Invalid(f"Write between one and {most:,} letters.", field=field)
    if written.starts_on is None or written.ends_on is None:
        raise Invalid(
            "Give the day it begins and the day it ends.", field="starts_on" if written.ends_on else "ends_on"
        )
    if not written.starts_on <= written.ends_on <= written.starts_on + LONGEST_TIME:
        raise Invalid("It ends on the day it begins or within a year after it.", field="ends_on")
    if written.audience not in AUDIENCES:
        raise Invalid("A notice is for residents, owners or everybody.", field="audience")
    if written.property_id is not None and _property(desk, company, written.property_id) is None:
        raise Invalid("This company has no such property: choose one of the list.", field="property")
    notice = Notice(
        company_id=company.id,
        property_id=written.property_id,
        audience=written.audience,
        title=title,
        text=text,
        topic=written.topic,
        starts_on=written.starts_on,
        ends_on=written.ends_on,
        agent_id=actor.agent_id,
        created_at=desk.clock.now(),
    )
    desk.session.add(notice)
    desk.session.flush()
    return notice


def end_notice(desk: Desk, actor: Actor, notice_id: int) -> Notice:
    """Take a notice back; raises `NotFound` for what is not this actor's to take."""
    notice = desk.session.get(Notice, notice_id)
    if notice is None or not actor.can(Ability.WRITE_ARTICLES, notice.company_id):
        raise NotFound("There is no such notice.")
    desk.session.delete(notice)
    return notice


def current_notices(
    desk: Desk, company: Company, *, audience: str = "", property_id: int | None = None
) -> Sequence[Notice]:
    """Return what holds today, of the company and one property: for one audience, or all. The newest beginning comes first.

    What is for one building is told in that building alone.
    """
    today = desk.clock.now().astimezone(ZoneInfo(company.time_zone)).date()
    query = select_notices(company.id, today, audience=audience, property_id=property_id)
    return newest_first(desk.session.scalars(query))


def select_notices(
    company_id: int, today: date, *, audience: str = "", property_id: int | None = None
) -> Select[Notice]:
    """Select what holds on a day, of the company and one property."""
    mine: list[ColumnElement[bool]] = [Notice.property_id.is_(None)]
    if property_id is not None:
        mine.append(Notice.property_id == property_id)
    query = select(Notice).where(
        Notice.company_id == company_id, Notice.starts_on <= today, Notice.ends_on >= today, or_(*mine)
    )
    if audience:
        query = query.where(Notice.audience.in_((audience, "everybody")))
    return query


def newest_first(notices: Iterable[Notice]) -> Sequence[Notice]:
    """Return notices with the newest beginning first."""
    return sorted(notices, key=lambda each: (each.starts_on, each.id), reverse=True)


def list_notices(desk: Desk, company: Company) -> Sequence[tuple[Notice, str]]:
    """Return a company's notices that have not ended, each with the name of its building."""
    today = desk.clock.now().astimezone(ZoneInfo(company.time_zone)).date()
    query = select(Notice, Property.name).outerjoin(Property, Property.id == Notice.property_id)
    query = query.where(Notice.company_id == company.id, Notice.ends_on >= today).order_by(Notice.starts_on, Notice.id)
    return [(notice, name or "") for notice, name in desk.session.execute(query)]


def properties_of(desk: Desk, company: Company) -> Sequence[Property]:
    """Return the buildings a notice may be for, by name."""
    query = select(Property).where(Property.company_id == company.id).order_by(Property.name, Property.id)
    return desk.session.scalars(query).all()


def select_notices_for(ticket: Ticket, today: date) -> Select[Notice]:
    """Select what holds on a day for the people of a ticket: of its building and the company."""
    audience = "owners" if ticket.requester_role == "owner" else "residents"
    return select_notices(ticket.company_id, today, audience=audience, property_id=ticket.property_id)


def notices_about(current: Iterable[Notice], ticket: Ticket, messages: Sequence[Message]) -> Sequence[Notice]:
    """Return those of the current notices that a ticket seems to be about: on its topic or in its words."""
    current = newest_first(current)
    if not current:
        return []
    asked = next((each for each in reversed(messages) if each.direction == "in"), None)
    said = _names(f"{ticket.subject}\n{asked.reply_text if asked else ''}")
    return [
        each
        for each in current
        if (each.topic and each.topic == ticket.topic)
        or len(_names(f"{each.title}\n{each.text}") & said) >= WORDS_IN_COMMON
    ]


def _names(text: str) -> frozenset[str]:
    """Return what a text speaks of: its concepts, and the stems that stand for none."""
    items = read_words(text[:4000], "en").items
    return frozenset(name for item in items for name in (item.concepts or (() if item.light else (item.stem,))))


def _property(desk: Desk, company: Company, property_id: int) -> int | None:
    query = select(Property.id).where(Property.id == property_id, Property.company_id == company.id)
    return desk.session.scalar(query)

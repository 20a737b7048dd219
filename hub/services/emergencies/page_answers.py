"""Who takes an emergency: the person paged, by a text or by a key in the call, or a colleague by a button."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from channels.channel import Action
from channels.message import Kind, Trust
from channels.sms.hook import TAKING_KEY
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import Purpose
from hub.domain.paging import read_code
from hub.domain.ticket import AuthorKind, Direction, TicketStatus
from hub.errors import Forbidden, NotFound
from hub.models import Alarm, Contact, Message, Page, Ticket
from hub.services.emergencies.alarms import BY_CALL, BY_TEXT, end_alarm, open_alarm, page_again
from hub.services.sending.outgoing import text_at_once
from hub.services.settings.configuration import Directory
from hub.services.staff.scope import scope
from hub.services.tickets.history import make_event, record

PAGE_ANSWER = "page answer"
BY_BUTTON = "button"
MOST_WRONG_CODES = 5
REMEMBERED = timedelta(days=1)
LARGEST = 2**63 - 1


def hear_text(desk: Desk, directory: Directory, ticket: Ticket, message: Message) -> None:
    """Take `ACK 1234` from somebody who was paged as what it is, and put it away; any other text is left alone."""
    code = read_code(message.reply_text) if message.channel == "sms" and message.kind == Kind.PERSONAL else None
    if code is None or message.trust != Trust.VERIFIED:
        return
    pages = _pages_to(desk, message.company_id, message.author_address)
    if not pages:
        return
    words, meant = _weigh(desk, pages, code)
    _put_away(desk, ticket, message, pages[0][0].name)
    _answer(desk, directory, meant or ticket, message.author_address, words)


def hear_key(desk: Desk, company_id: int, action: Action) -> str:
    """Take what was pressed in a call and return what came of it; only the phone that was called counts."""
    number = action.subject
    known = number.isascii() and number.isdecimal() and int(number[:20]) <= LARGEST
    page = desk.session.get(Page, int(number)) if known else None
    if page is None or page.company_id != company_id or page.phone != action.actor:
        return "no such page"
    if action.text != TAKING_KEY:
        return f"{action.text or 'nothing'} was pressed"
    alarm = desk.session.get_one(Alarm, page.alarm_id)
    ticket = _lock(desk, alarm.ticket_id)
    return "taken" if _take(desk, ticket, alarm.id, name=page.name, how=BY_CALL) else "already taken"


def take_emergency(desk: Desk, actor: Actor, number: int) -> None:
    """Take an emergency as a colleague; raises `NotFound` where it is not theirs to see and `Forbidden` for their role."""
    ticket = _find(desk, actor, number)
    alarm = open_alarm(desk, ticket)
    if alarm is not None:
        _take(desk, ticket, alarm.id, name=actor.name, how=BY_BUTTON, actor=actor)
    elif ticket.acknowledged_by_agent_at is None:
        ticket.acknowledged_by_agent_at = desk.clock.now()
        ticket.version += 1
        record(desk, ticket, "taken", actor=actor, who=actor.name, how=BY_BUTTON)


def page_emergency_again(desk: Desk, actor: Actor, number: int) -> None:
    """Page whoever is on call once more; raises as `take_emergency` does, and `Refused` a moment after the last page."""
    ticket = _find(desk, actor, number)
    record(desk, ticket, "paging asked for", actor=actor)
    page_again(desk, ticket)


def _find(desk: Desk, actor: Actor, number: int) -> Ticket:
    """Return an emergency of a company this actor works for, locked."""
    seen = scope(actor, Ticket.company_id, ability=Ability.SEE_BOARD)
    query = select(Ticket).where(Ticket.id == number, Ticket.emergency, seen) if 0 < number <= LARGEST else None
    ticket = (
        desk.session.scalar(query.with_for_update().execution_options(populate_existing=True))
        if query is not None
        else None
    )
    if ticket is None:
        raise NotFound(f"There is no emergency #{number}.")
    if not any(actor.can(each, ticket.company_id) for each in (Ability.WORK_TICKETS, Ability.WORK_TASKS)):
        raise Forbidden("Your role takes no emergencies.")
    return ticket


def _pages_to(desk: Desk, company_id: int, phone: str) -> list[tuple[Page, Alarm]]:
    """Return what a phone was paged for and nobody has taken, or was taken within a day, newest first."""
    query = (
        select(Page, Alarm)
        .join(Alarm, Alarm.id == Page.alarm_id)
        .where(
            Page.company_id == company_id,
            Page.phone == phone,
            Page.channel == BY_TEXT,
            func.coalesce(Alarm.ended_at, desk.clock.now()) > desk.clock.now() - REMEMBERED,
        )
        .order_by(Page.id.desc())
        .limit(200)
        .execution_options(populate_existing=True)
    )
    return [(page, alarm) for page, alarm in desk.session.execute(query)]


def _weigh(desk: Desk, pages: list[tuple[Page, Alarm]], code: str) -> tuple[str, Ticket | None]:
    """Apply a code and return what the person is told, and about which ticket."""
    found = next(((page, alarm) for page, alarm in pages if code and alarm.code == code), None)
    if found is None:
        return _wrong(desk, pages, code), None
    page, alarm = found
    ticket = _lock(desk, alarm.ticket_id)
    if alarm.wrong_codes >= MOST_WRONG_CODES and alarm.ended_at is None:
        return f"#{ticket.id}: too many wrong codes. Press 1 when we call, or use the button on the ticket.", ticket
    if _take(desk, ticket, alarm.id, name=page.name, how=BY_TEXT):
        return f"#{ticket.id} is yours, {page.name}. Nobody else is called.", ticket
    desk.session.refresh(alarm)
    taker = alarm.acknowledged_by
    return (f"#{ticket.id} was taken by {taker}." if taker else f"#{ticket.id} is over."), ticket


def _wrong(desk: Desk, pages: list[tuple[Page, Alarm]], code: str) -> str:
    """Count a code that fits nothing against every open alarm it may have been meant for."""
    still_open = {alarm.id: (page, alarm) for page, alarm in pages if alarm.ended_at is None}
    if not still_open:
        return "No emergency of yours is open."
    for page, alarm in still_open.values() if code else ():
        ticket = _lock(desk, alarm.ticket_id)
        locked = open_alarm(desk, ticket)
        if locked is not None:
            locked.wrong_codes += 1
            record(desk, ticket, "wrong code", who=page.name, code=code[:8])
    return "That fits no open emergency. Text back ACK and the four digits of the page, such as ACK 1234."


def _take(desk: Desk, ticket: Ticket, alarm_id: int, *, name: str, how: str, actor: Actor | None = None) -> bool:
    """End an alarm in somebody's name, and what still waits to leave for it; returns whether it was open."""
    alarm = open_alarm(desk, ticket)
    if alarm is None or alarm.id != alarm_id:
        return False
    now = desk.clock.now()
    end_alarm(desk, alarm, f"{name} took the emergency before it left.")
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.acknowledged_how = now, name, how
    ticket.acknowledged_by_agent_at = now
    ticket.version += 1
    minutes = int((now - alarm.created_at).total_seconds() // 60)
    if actor is not None:
        record(desk, ticket, "taken", actor=actor, who=name, how=how, minutes=minutes)
    else:
        event = make_event(
            desk, ticket, "taken", by=AuthorKind.OPERATIONS, name=name, who=name, how=how, minutes=minutes
        )
        desk.session.add(event)
    return True


def _put_away(desk: Desk, ticket: Ticket, message: Message, name: str) -> None:
    """Keep an answer to a page out of people's way: no machine answers it, and a ticket of nothing else is closed."""
    now = desk.clock.now()
    message.kind = PAGE_ANSWER
    message.triaged_at = now
    message.may_answer = False
    contact = desk.session.get(Contact, message.contact_id) if message.contact_id else None
    if contact is not None and not contact.name:
        contact.name = ticket.requester_name = message.author_name = name
    desk.session.flush()
    others = select(func.count()).where(
        Message.ticket_id == ticket.id, Message.direction == Direction.IN, Message.kind != PAGE_ANSWER
    )
    if desk.session.scalar(others):
        return
    ticket.status = TicketStatus.CLOSED
    ticket.closed_at = now
    ticket.band = ticket.band or "silent"
    ticket.unread = False
    ticket.waiting_since = ticket.due_at = None


def _answer(desk: Desk, directory: Directory, ticket: Ticket, phone: str, words: str) -> None:
    purpose, unsent = Purpose.PAGE, "page not sent"
    text_at_once(desk, directory, ticket, phone, words, purpose=purpose, channel=BY_TEXT, unsent=unsent)


def _lock(desk: Desk, ticket_id: int) -> Ticket:
    desk.session.flush()
    return desk.session.get_one(Ticket, ticket_id, with_for_update=True, populate_existing=True)

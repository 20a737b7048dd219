"""Alarms: an emergency pages the ladder, one step after the other, until somebody takes it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select

from channels.message import Address, IdentityKind
from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose, Urgency
from hub.domain.masking import mask
from hub.domain.paging import CODE_DIGITS, next_place, page_speech, page_text, shorten
from hub.domain.ticket import TicketStatus
from hub.errors import Refused
from hub.models import Alarm, OnCallStep, OutboxRow, Page, Ticket
from hub.services.emergencies.on_call import ladder_of
from hub.services.sending.outgoing import Letter, post
from hub.services.settings.configuration import Directory, read_directory
from hub.services.tickets.history import record

PAGED_ANEW_AFTER = timedelta(minutes=15)
LOOK_AGAIN_AFTER = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MOST_ALARMS_OF_A_SENDER = 10
MOST_ALARMS_OF_A_COMPANY = 60
AT_ONCE = 20
BY_TEXT, BY_CALL = "sms", "voice"


def raise_alarm(desk: Desk, directory: Directory, ticket: Ticket, words: str) -> None:
    """Page whoever is on call for a ticket's emergency.

    One alarm at a time: the same danger told again changes nothing while people are being paged or have just taken it,
    another danger begins the ladder again.
    """
    alarm = open_alarm(desk, ticket)
    if alarm is None:
        if not _taken_just_now(desk, ticket):
            start_alarm(desk, directory, ticket, words)
    elif alarm.kind != ticket.emergency_kind:
        alarm.kind = ticket.emergency_kind
        alarm.summary = _summary(ticket, words)
        alarm.round += 1
        alarm.place = 0
        _page_next(desk, directory, ticket, alarm)


def start_alarm(desk: Desk, directory: Directory, ticket: Ticket, words: str) -> Alarm:
    """Open an alarm on a ticket that has none, and page the first step unless there were too many."""
    now = desk.clock.now()
    reason = _too_many(desk, ticket)
    alarm = Alarm(
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        kind=ticket.emergency_kind,
        code=_new_code(desk, ticket.company_id),
        summary=_summary(ticket, words),
        round=1,
        place=0,
        wrong_codes=0,
        created_at=now,
    )
    desk.session.add(alarm)
    desk.session.flush()
    ticket.acknowledged_by_agent_at = None
    if reason:
        alarm.unanswered_at = now
        record(desk, ticket, "page not sent", reason=reason)
    else:
        _page_next(desk, directory, ticket, alarm)
    return alarm


def open_alarm(desk: Desk, ticket: Ticket) -> Alarm | None:
    """Return the alarm nobody has taken yet, locked; its ticket is locked before it, here and wherever both are."""
    query = select(Alarm).where(Alarm.ticket_id == ticket.id, Alarm.ended_at.is_(None))
    return desk.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def climb(desk: Desk) -> int:
    """Page the next step of every alarm whose time has come, each in a transaction of its own; returns how many."""
    due = select(Alarm.id).where(Alarm.next_at <= desk.clock.now()).order_by(Alarm.next_at).limit(AT_ONCE)
    with desk.transaction() as session:
        numbers = session.scalars(due).all()
    for number in numbers:
        with desk.transaction():
            _climb_one(desk, number)
        desk.reach("alarm.climbed")
    return len(numbers)


def page_again(desk: Desk, ticket: Ticket) -> None:
    """Page the next step now, or raise the alarm anew where it was taken; raises `Refused` within a minute of the last page."""
    directory = read_directory(desk)
    alarm = open_alarm(desk, ticket)
    last = select(func.max(Page.created_at)).join(Alarm, Alarm.id == Page.alarm_id).where(Alarm.ticket_id == ticket.id)
    paged_at = desk.session.scalar(last)
    if paged_at is not None and paged_at > desk.clock.now() - LOOK_AGAIN_AFTER:
        raise Refused("Somebody was paged a moment ago: give them a minute, or call them.")
    if alarm is None:
        start_alarm(desk, directory, ticket, ticket.preview)
    else:
        _page_next(desk, directory, ticket, alarm)


def end_alarm(desk: Desk, alarm: Alarm, why: str) -> None:
    """Let nobody be paged for an alarm any more; a page that is on its way right now is left to its sender."""
    alarm.ended_at = desk.clock.now()
    alarm.next_at = None
    desk.session.flush()
    waiting = desk.session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.id.in_(select(Page.outbox_id).where(Page.alarm_id == alarm.id)),
            OutboxRow.state.in_((OutboxState.PENDING, OutboxState.UNKNOWN)),
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    for row in waiting:
        row.state = OutboxState.CANCELLED
        row.error = why


def _climb_one(desk: Desk, number: int) -> None:
    ticket_id = desk.session.scalar(select(Alarm.ticket_id).where(Alarm.id == number))
    if ticket_id is None:
        return
    ticket = desk.session.get_one(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    alarm = open_alarm(desk, ticket)
    if alarm is None or alarm.next_at is None or alarm.next_at > desk.clock.now():
        return  # somebody took it, or another worker was quicker
    if ticket.status == TicketStatus.CLOSED:
        end_alarm(desk, alarm, "The ticket was closed before it left.")
        record(desk, ticket, "alarm ended", reason="the ticket was closed")
        return
    _page_next(desk, read_directory(desk), ticket, alarm)


def _page_next(desk: Desk, directory: Directory, ticket: Ticket, alarm: Alarm) -> None:
    """Page the step after the last one; after the highest everybody is told, and the ladder begins again."""
    now = desk.clock.now()
    steps = {each.place: each for each in ladder_of(desk, ticket.company_id)}
    if not steps:
        if alarm.unanswered_at is None:
            record(desk, ticket, "nobody on call", reason="no one is on the ladder of this company")
        alarm.unanswered_at = alarm.unanswered_at or now
        alarm.next_at = now + LOOK_AGAIN_AFTER
        return
    place = next_place(list(steps), alarm.place)
    if place is None:
        record(desk, ticket, "nobody answered", round=alarm.round, steps=len(steps))
        alarm.unanswered_at = alarm.unanswered_at or now
        alarm.round += 1
        place = min(steps)
    alarm.place = place
    rank = sorted(steps).index(place) + 1
    paged = _page(desk, directory, ticket, alarm, steps[place], rank=f"{rank}/{len(steps)}")
    alarm.next_at = now + (timedelta(minutes=steps[place].wait_minutes) if paged else LOOK_AGAIN_AFTER)


def _page(desk: Desk, directory: Directory, ticket: Ticket, alarm: Alarm, step: OnCallStep, *, rank: str) -> bool:
    """Write a text and a call to one person into the outbox; returns whether either may leave."""
    base = desk.settings.base_url
    place = ticket.unit_label or "an unknown unit"
    text = page_text(
        number=ticket.id, kind=alarm.kind, place=place, summary=alarm.summary, code=alarm.code, url=f"{base}/tickets/{ticket.id}"
    )  # fmt: skip
    speech = page_speech(number=ticket.id, kind=alarm.kind, place=place)
    ways, reasons = [], []
    for channel, words in ((BY_TEXT, text), (BY_CALL, speech)):
        try:
            with desk.session.begin_nested():
                page = Page(
                    company_id=ticket.company_id,
                    alarm_id=alarm.id,
                    round=alarm.round,
                    place=alarm.place,
                    name=step.name,
                    phone=step.phone,
                    channel=channel,
                    created_at=desk.clock.now(),
                )
                desk.session.add(page)
                desk.session.flush()
                card = {"keys_to": f"{base}/hooks/sms/voice?page={page.id}"} if channel == BY_CALL else None
                row = post(
                    desk,
                    directory,
                    Letter(Purpose.PAGE, words, urgency=Urgency.NOW, card=card),
                    company_id=ticket.company_id,
                    channel=channel,
                    recipients=[Address(IdentityKind.PHONE, step.phone, step.name)],
                    ticket=ticket,
                )
                desk.session.flush()
                page.outbox_id = row.id
            ways.append(channel)
        except Refused as refusal:
            reasons.append(str(refusal))
    if ways:
        record(desk, ticket, "paged", who=step.name, phone=step.phone, ways=ways, step=rank, round=alarm.round)
    for reason in dict.fromkeys(reasons):
        record(desk, ticket, "page not sent", who=step.name, reason=reason)
    return bool(ways)


def _taken_just_now(desk: Desk, ticket: Ticket) -> bool:
    """Tell whether somebody took the same danger a moment ago: a second message about it brings nothing new."""
    taken = select(Alarm.id).where(
        Alarm.ticket_id == ticket.id,
        Alarm.kind == ticket.emergency_kind,
        Alarm.acknowledged_at > desk.clock.now() - PAGED_ANEW_AFTER,
    )
    return desk.session.scalar(taken.limit(1)) is not None


def _too_many(desk: Desk, ticket: Ticket) -> str:
    """Return why no further person may be woken: one sender, or all together, have raised as many alarms as they may."""
    lately = (
        select(func.count())
        .select_from(Alarm)
        .where(Alarm.company_id == ticket.company_id, Alarm.created_at > desk.clock.now() - HOUR)
    )
    if (desk.session.scalar(lately) or 0) >= MOST_ALARMS_OF_A_COMPANY:
        return "the company has raised as many alarms within the hour as it may: call who is on call"
    mine = lately.join(Ticket, Ticket.id == Alarm.ticket_id).where(Ticket.contact_id == ticket.contact_id)
    if ticket.contact_id is not None and (desk.session.scalar(mine) or 0) >= MOST_ALARMS_OF_A_SENDER:
        return "this sender has raised several alarms within the hour: call who is on call"
    return ""


def _new_code(desk: Desk, company_id: int) -> str:
    """Return digits that no open alarm of the company has."""
    query = select(Alarm.code).where(Alarm.company_id == company_id, Alarm.ended_at.is_(None))
    taken = set(desk.session.scalars(query))
    free = (f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" for _ in range(1000))
    return next(each for each in free if each not in taken)


def _summary(ticket: Ticket, words: str) -> str:
    return shorten(mask(words, names=[ticket.requester_name]))

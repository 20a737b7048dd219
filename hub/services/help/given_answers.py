"""What becomes of an answer from the help centre: people say by link, text or reply what it was worth; silence says nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.answers import LINK_WORKS, LONGEST_SILENCE, AnswerState
from hub.domain.ticket import Priority, TicketStatus, raise_priority
from hub.domain.verdict import Verdict, read_verdict
from hub.errors import NotFound, Refused
from hub.models import Company, GivenAnswer, Message, Ticket
from hub.services.metrics.clocks import start_clock
from hub.services.operations.tasks import open_tasks
from hub.services.settings.configuration import Directory, read_directory
from hub.services.tickets.history import record
from hub.services.tickets.requester_said import bring_back, close_as_settled, lock_ticket
from hub.services.tickets.signed_links import read_number, sign_number

LINK = "answer link"
GONE = (
    "This link does not work: it is not whole, or it was never ours. Answer the message it came with, or write to us."
)
OVER = "This link has ended: its answer is over 60 days old. If you still need us, just write to us again."
SILENCE = "silence_days"
SENT = frozenset({AnswerState.OPEN, AnswerState.SOLVED, AnswerState.PERSON, AnswerState.SILENT})


def link_of(desk: Desk, given: GivenAnswer) -> str:
    """Return the signed address where somebody says what an answer was worth. Opening it changes nothing."""
    return f"{desk.settings.base_url}/a/{sign_number(desk, LINK, given.id)}"


def find_by_link(desk: Desk, token: str) -> GivenAnswer:
    """Return the answer of a link; raises `NotFound` alike for a guess and what is no link, `Refused` for an old one."""
    number = read_number(desk, LINK, token)
    query = select(GivenAnswer).where(GivenAnswer.id == number, GivenAnswer.state.in_(SENT))
    given = desk.session.scalar(query) if number is not None else None
    if given is None:
        raise NotFound(GONE)
    if desk.clock.now() - given.created_at > LINK_WORKS:
        raise Refused(OVER)
    return given


def settle_by_link(desk: Desk, token: str, verdict: Verdict) -> GivenAnswer:
    """Take what somebody pressed on the page of a link; raises as `find_by_link`."""
    given = find_by_link(desk, token)
    _settle(desk, read_directory(desk), lock_ticket(desk, given.ticket_id), given, verdict, way="link")
    return given


def settle_in_portal(desk: Desk, ticket_id: int, verdict: Verdict) -> None:
    """Take what the requester pressed in the portal; raises `NotFound` where the ticket has no answer."""
    ticket = lock_ticket(desk, ticket_id)
    given = sent_answer_of(desk, ticket.id)
    if given is None:
        raise NotFound("There is no answer to judge on this request.")
    _settle(desk, read_directory(desk), ticket, given, verdict, way="portal")


def answer_of(desk: Desk, ticket_id: int) -> GivenAnswer | None:
    """Return the answer of a ticket, drafted or sent."""
    return desk.session.scalar(select(GivenAnswer).where(GivenAnswer.ticket_id == ticket_id))


def sent_answer_of(desk: Desk, ticket_id: int) -> GivenAnswer | None:
    """Return the answer that the desk itself sent on a ticket."""
    given = answer_of(desk, ticket_id)
    return given if given is not None and given.state in SENT else None


def hear_verdict(desk: Desk, directory: Directory, ticket: Ticket, message: Message) -> bool:
    """Read a message as what its requester says of the open answer; returns whether nobody has to read more in it."""
    given = answer_of(desk, ticket.id) if ticket.machine_answered else None
    if given is None or given.state != AnswerState.OPEN or given.message_id is None:
        return False
    theirs = message.contact_id is None or message.contact_id == ticket.contact_id
    heard = read_verdict(message.reply_text)
    if heard is None or not theirs or message.facts.get("stranger") or message.id < given.message_id:
        return False
    way = "reply" if message.channel != "sms" else "text"
    _settle(desk, directory, ticket, given, heard.verdict, way=way, message_id=message.id)
    return heard.bare


def close_silent(desk: Desk, *, limit: int = 200) -> int:
    """Close tickets whose company closes answers after some days of silence; they do not count as solved by the answer."""
    now, closed = desk.clock.now(), 0
    for company in desk.session.scalars(select(Company).order_by(Company.id)):
        days = silence_days(company)
        if not days:
            continue
        rows = desk.session.execute(
            select(GivenAnswer, Ticket)
            .join(Ticket, Ticket.id == GivenAnswer.ticket_id)
            .where(
                GivenAnswer.company_id == company.id,
                GivenAnswer.state == AnswerState.OPEN,
                GivenAnswer.created_at < now - timedelta(days=days),
                Ticket.status == TicketStatus.PENDING,
            )
            .order_by(GivenAnswer.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        directory = read_directory(desk) if rows else None
        for given, ticket in rows:
            assert directory is not None
            given.state, given.settled_at = AnswerState.SILENT, now
            _close(desk, directory, ticket, reason=f"nothing was heard for {days} days after the answer")
            closed += 1
    return closed


def silence_days(company: Company) -> int:
    """Return after how many days of silence an answered ticket is closed, 0 where it stays until somebody closes it."""
    days = company.settings.get(SILENCE, 0)
    return days if isinstance(days, int) and 0 < days <= LONGEST_SILENCE else 0


def _settle(
    desk: Desk,
    directory: Directory,
    ticket: Ticket,
    given: GivenAnswer,
    verdict: Verdict,
    *,
    way: str,
    message_id: int | None = None,
) -> None:
    """Do what was said: close what is solved, put who wants a person on top. The same said twice is said once."""
    desk.session.refresh(given)
    if given.state == verdict.value or ticket.merged_into_id is not None:
        return
    if verdict is Verdict.SOLVED and ticket.answered_at is not None and ticket.answered_at >= given.created_at:
        return  # a person has answered since: it is theirs to close
    given.state, given.way, given.settled_at = AnswerState(verdict.value), way, desk.clock.now()
    if verdict is Verdict.SOLVED:
        record(desk, ticket, "answer solved it", message_id=message_id, title=given.title, way=way)
        _close(desk, directory, ticket, reason="")
        return
    record(desk, ticket, "person wanted", message_id=message_id, title=given.title, way=way)
    bring_back(desk, ticket, opens=ticket.status in {TicketStatus.CLOSED, TicketStatus.PENDING})
    ticket.priority = raise_priority(Priority(ticket.priority), Priority.HIGH)
    # They have waited since they first asked: the answer was none to them.
    ticket.waiting_since = ticket.first_message_at or ticket.waiting_since or desk.clock.now()
    start_clock(desk, directory, ticket)


def _close(desk: Desk, directory: Directory, ticket: Ticket, *, reason: str) -> None:
    ticket.waiting_since = None
    ticket.wants_person = False
    if ticket.status != TicketStatus.CLOSED and not open_tasks(desk, ticket):
        close_as_settled(desk, ticket, reason=reason)
    ticket.last_activity_at = desk.clock.now()
    ticket.version += 1
    start_clock(desk, directory, ticket)

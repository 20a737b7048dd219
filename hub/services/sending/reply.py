"""An agent writes: a reply to the people of a ticket, or a note to colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from channels.email.markdown import markdown_to_html
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import UNDO, OutboxState, Purpose, Urgency
from hub.domain.placeholder import open_placeholders
from hub.domain.signature import short_language
from hub.domain.ticket import AuthorKind, Direction, TicketStatus, Visibility
from hub.errors import Forbidden, Invalid, Refused, Stale
from hub.models import Attachment, Company, Contact, Message, OutboxRow, Ticket
from hub.services.help.drafted_answers import judge_drafted, unjudge_drafted
from hub.services.help.quoted_articles import find_unreadable, unreadable_words
from hub.services.inbox.macros import do_macros
from hub.services.inbox.mentions import keep_mentions, settle_mentions
from hub.services.metrics.clocks import start_clock
from hub.services.metrics.surveys import take_question_back
from hub.services.operations.fix_checks import ask_if_fixed, find_finished, take_fix_check_back
from hub.services.sending.answer_target import Target, reply_target
from hub.services.sending.outgoing import Letter, post
from hub.services.sending.reply_people import choose_people
from hub.services.settings.configuration import read_directory
from hub.services.settings.greetings import Frame, filled_frame, framed
from hub.services.tickets.history import record
from hub.services.tickets.search import search_row
from hub.services.tickets.tickets import Change, change_ticket, find_ticket

LONGEST = 100_000
LONGEST_SMS = 1600
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class File:
    """A file an agent attached."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent is about to send.

    `last_seen` is the newest inbound message they had on the screen, `last_said` the newest of all. `macros` are the canned
    replies it was made of, for what they do beside. `to` are the addresses of a mail where the agent has chosen them.
    """

    text: str
    channel: str = ""
    last_seen: int | None = None
    close: bool = False
    send_at: datetime | None = None
    files: Sequence[File] = ()
    last_said: int | None = None
    macros: Sequence[int] = ()
    to: Sequence[str] | None = None


def reply(desk: Desk, actor: Actor, number: int, draft: Draft) -> Message:
    """Write a reply on a ticket and post it with its undo time.

    Raises `NotFound`; `Forbidden` for roles that do not write to people; `Invalid` for an empty text; `Stale` when the person
    wrote again in the meantime; `Refused` when they cannot be written to.
    """
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WRITE_TO_PEOPLE, ticket.company_id):
        raise Forbidden("Operations cannot write to tenants. Ask customer service instead.")
    text = _checked(draft.text)
    _refuse_open_placeholders(text)
    if draft.last_seen is not None and ticket.last_inbound_id is not None and ticket.last_inbound_id > draft.last_seen:
        raise Stale(f"{ticket.requester_name} wrote again while you were writing. Read the new message, then send.")
    _refuse_second_answer(desk, actor, ticket, draft.last_said)
    unreadable = unreadable_words(find_unreadable(desk, ticket.company_id, text))
    if unreadable:
        raise Invalid(unreadable, field="body")
    target = reply_target(desk, ticket, channel=draft.channel)
    if target.channel == "sms" and len(text) > LONGEST_SMS:
        raise Invalid(
            f"A text may have {LONGEST_SMS} characters, this one has {len(text)}: shorten it or write by email.",
            field="body",
        )
    directory = read_directory(desk)
    if draft.to is not None and target.channel == "email":
        target = choose_people(desk, directory, ticket, target, draft.to)
    now = desk.clock.now()
    if draft.send_at is not None and draft.send_at.tzinfo is None:
        raise Invalid("Give the time with its zone, such as 2026-11-16T09:00:00+01:00.", field="send_at")
    if draft.send_at is not None and draft.send_at < now - CLOCKS_DIFFER:
        raise Invalid("This time is past: give a later one, or leave it out to send now.", field="send_at")
    words, frame = _framed(desk, actor, directory.companies[ticket.company_id], ticket, target, text)
    facts = {
        "greeted": bool(frame.greeting),
        "signed": bool(frame.signature),
        "to": [{"address": each.value, "name": each.name} for each in target.recipients],
        "before": _before(ticket),
    }
    public, way = Visibility.PUBLIC, target.channel
    message = write_message(desk, actor, ticket, text, channel=way, visibility=public, files=draft.files, facts=facts)
    not_before = draft.send_at or (now + UNDO if target.channel != "portal" else None)
    letter = Letter(
        Purpose.REPLY,
        words,
        subject=reply_subject(ticket),
        html=markdown_to_html(words),
        author=actor.name,
        urgency=Urgency.PERSON,
        not_before=not_before,
        message=message,
    )
    row = post(
        desk,
        directory,
        letter,
        company_id=ticket.company_id,
        channel=target.channel,
        recipients=target.recipients,
        ticket=ticket,
    )
    finished = find_finished(desk, ticket)
    _answered(desk, actor, ticket, message)
    if finished is not None:
        ask_if_fixed(desk, directory, ticket, finished, row)
    judge_drafted(desk, ticket, message)
    start_clock(desk, directory, ticket)
    settle_mentions(desk, actor, ticket)
    do_macros(desk, actor, ticket, draft.macros)
    if draft.close:
        change_ticket(desk, actor, ticket.id, Change(status=TicketStatus.CLOSED))
    return message


def _framed(desk: Desk, actor: Actor, company: Company, ticket: Ticket, target: Target, text: str) -> tuple[str, Frame]:
    """Return what leaves, and what was put above and below it: a mail greets the first of its people in the requester's language."""
    if target.channel != "email" or not target.recipients:
        return text, Frame()
    contact = desk.session.get(Contact, ticket.contact_id) if ticket.contact_id is not None else None
    language = short_language(contact.language if contact is not None else "", ticket.language, company.language)
    name = target.recipients[0].name
    frame = filled_frame(company, language, name=name, agent=actor.name)
    return framed(desk, company, ticket, text, frame, name=name)


def _refuse_open_placeholders(text: str) -> None:
    """Raise `Invalid` for a canned reply that nobody has filled in."""
    left = open_placeholders(text)
    if left:
        raise Invalid(
            f"Fill in {', '.join(left)} first, or take it out: nobody outside should read that.", field="body"
        )


def _refuse_second_answer(desk: Desk, actor: Actor, ticket: Ticket, last_said: int | None) -> None:
    """Raise `Stale` where a colleague has answered what this agent did not have on the screen."""
    if last_said is None:
        return
    name = desk.session.scalar(
        select(Message.author_name)
        .where(
            Message.ticket_id == ticket.id,
            Message.id > last_said,
            Message.direction == Direction.OUT,
            Message.visibility == Visibility.PUBLIC,
            Message.author_kind == AuthorKind.AGENT,
            Message.agent_id != actor.agent_id,
        )
        .limit(1)
    )
    if name is not None:
        raise Stale(f"{name} has just answered. Read that answer first: it may say what you wanted to say.")


def write_note(desk: Desk, actor: Actor, number: int, text: str, *, files: Sequence[File] = ()) -> Message:
    """Write a note that only staff can see; raises as `reply` does."""
    ticket = find_ticket(desk, actor, number, lock=True)
    if not actor.can(Ability.WORK_TICKETS, ticket.company_id):
        raise Forbidden("Your role may read this ticket but not write on it.")
    message = write_message(
        desk, actor, ticket, _checked(text), channel="note", visibility=Visibility.INTERNAL, files=files
    )
    record(desk, ticket, "note", actor=actor, message_id=message.id)
    settle_mentions(desk, actor, ticket)
    keep_mentions(desk, actor, ticket, message)
    ticket.last_activity_at = desk.clock.now()
    ticket.version += 1
    return message


def undo_reply(desk: Desk, actor: Actor, message_public_id: UUID) -> tuple[str, int]:
    """Take a reply back that has not left yet and return its text and ticket; raises `Refused` when it has."""
    message = desk.session.scalar(
        select(Message).where(Message.public_id == message_public_id, Message.agent_id == actor.agent_id)
    )
    if message is None:
        raise Refused("There is nothing to take back.")
    find_ticket(desk, actor, message.ticket_id)
    _cancel(desk, message)
    take_fix_check_back(desk, message)
    ticket = find_ticket(desk, actor, message.ticket_id, lock=True)
    message.visibility = Visibility.INTERNAL
    message.kind = "withdrawn"
    if "forwards" in message.facts:
        record(desk, ticket, "reply taken back", actor=actor, message_id=message.id)
        return "", ticket.id
    if ticket.status == TicketStatus.CLOSED:
        take_question_back(desk, ticket)
    before = message.facts["before"]
    if (ticket.last_inbound_id or 0) > message.id:
        ticket.waiting_since = _instant(before["waiting_since"]) or ticket.waiting_since
    else:
        ticket.status = before["status"]
        ticket.closed_at = _instant(before["closed_at"])
        ticket.waiting_since = _instant(before["waiting_since"])
    ticket.first_response_at = _instant(before["first_response_at"])
    ticket.answered_at = _instant(before.get("answered_at", ""))
    ticket.wants_person = bool(before.get("wants_person"))
    unjudge_drafted(desk, message)
    ticket.version += 1
    start_clock(desk, read_directory(desk), ticket)
    record(desk, ticket, "reply taken back", actor=actor, message_id=message.id)
    return message.text, ticket.id


def _cancel(desk: Desk, message: Message) -> None:
    """Cancel what carries a reply, locked before its ticket as senders lock them; raises `Refused` when it has left."""
    rows = desk.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.message_id == message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        raise Refused("There is nothing to take back.")
    if any(each.state != OutboxState.PENDING or each.attempts for each in rows):
        raise Refused("It has already left.")
    for row in rows:
        row.state = OutboxState.CANCELLED
        row.error = "Taken back before it left."


def _instant(words: str) -> datetime | None:
    return datetime.fromisoformat(words) if words else None


def reply_subject(ticket: Ticket) -> str:
    """Return the subject of a reply: the ticket's, with its number once."""
    subject = ticket.subject if ticket.subject.lower().startswith("re:") else f"Re: {ticket.subject}"
    return subject if f"[#{ticket.id}]" in subject else f"{subject[:900]} [#{ticket.id}]"


def _checked(text: str) -> str:
    cleaned = text.replace("\0", "").strip()
    if not cleaned:
        raise Invalid("Write something first: the text is empty.", field="body")
    if len(cleaned) > LONGEST:
        raise Invalid(f"The text is longer than {LONGEST:,} characters: attach it as a file instead.", field="body")
    return cleaned


def write_message(
    desk: Desk,
    actor: Actor,
    ticket: Ticket,
    text: str,
    *,
    channel: str,
    visibility: Visibility,
    files: Sequence[File] = (),
    facts: dict[str, Any] | None = None,
) -> Message:
    """Put words of an agent on a ticket, with their files; nothing is sent by it."""
    message = Message(
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        direction=Direction.OUT,
        visibility=visibility,
        channel=channel,
        author_kind=AuthorKind.AGENT,
        author_name=actor.name,
        agent_id=actor.agent_id,
        text=text,
        reply_text=text,
        trust="verified",
        facts=facts or {},
        created_at=desk.clock.now(),
    )
    desk.session.add(message)
    desk.session.flush()
    for each in files:
        desk.session.add(
            Attachment(
                company_id=ticket.company_id,
                message_id=message.id,
                sha256=desk.storage.put(each.data),
                name=each.name,
                content_type=each.content_type,
                size=len(each.data),
            )
        )
    desk.session.add(search_row(ticket, message, names=[each.name for each in files]))
    return message


def _before(ticket: Ticket) -> dict[str, str | bool]:
    """Return how a ticket stands before a reply, for when that is taken back."""
    instants = ("closed_at", "waiting_since", "first_response_at", "answered_at")
    stood = {name: getattr(ticket, name) for name in instants}
    written = {name: at.isoformat() if at else "" for name, at in stood.items()}
    return {"status": ticket.status, "wants_person": ticket.wants_person, **written}


def _answered(desk: Desk, actor: Actor, ticket: Ticket, message: Message) -> None:
    """Stop the clock: the first public reply by a person is the response that counts."""
    now = desk.clock.now()
    first = ticket.first_response_at is None
    ticket.first_response_at = ticket.first_response_at or now
    ticket.answered_at = now
    ticket.waiting_since = None
    ticket.wants_person = False
    ticket.closed_at = None
    ticket.assignee_id = ticket.assignee_id or actor.agent_id
    ticket.status = TicketStatus.PENDING
    ticket.unread = False
    ticket.last_activity_at = now
    ticket.preview = " ".join(message.text.split())[:160]
    ticket.version += 1
    record(desk, ticket, "reply", actor=actor, message_id=message.id, first=first, channel=message.channel)

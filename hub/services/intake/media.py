"""Files that a provider keeps for us, such as the photos of a text: fetched once their message is safe."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, text

from channels.channel import Account, MediaChannel, Unreachable
from channels.egress import RefusedError
from channels.message import Attachment as File
from channels.message import MediaLink
from hub.desk import Desk
from hub.domain.delivery import back_off
from hub.domain.media import ATTEMPTS, NEXT_AT, WAITING, waiting_facts, without_waiting
from hub.domain.ticket import AuthorKind, Direction, Visibility
from hub.models import Attachment, ChannelAccount, Envelope, Message, Ticket
from hub.services.intake.accept import clean_text
from hub.services.settings.configuration import open_account
from hub.services.tickets.history import record
from hub.services.tickets.search import search_row

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
PATIENCE = timedelta(hours=24)
BATCH = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """The links of one message, leased for one attempt."""

    message_id: int
    attempt: int
    links: Sequence[MediaLink]
    account: Account | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one attempt brought: files, links to try again, and why others will never come."""

    files: list[File] = field(default_factory=list)
    later: list[MediaLink] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    trouble: str = ""


def fetch_media(desk: Desk, *, limit: int = BATCH) -> int:
    """Fetch the files of the next messages that wait for some and return how many messages were tried.

    What cannot be fetched is tried again, later each time, for a day; then a note on the ticket says so.
    """
    for tried in range(limit):
        with desk.transaction():
            claim = _claim(desk)
        if claim is None:
            return tried
        fetched = _fetch(desk, claim)
        desk.reach("media.fetched")
        with desk.transaction():
            _settle(desk, claim, fetched)
    return limit


def _claim(desk: Desk) -> Claim | None:
    """Lease the next message; the attempt is counted before the network is used."""
    now = desk.clock.now()
    message = desk.session.scalar(
        select(Message)
        .where(
            text("messages.facts ? 'media_waiting'"),
            text("CAST(messages.facts ->> 'media_next_at' AS timestamptz) <= :now").bindparams(now=now),
        )
        .order_by(Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if message is None:
        return None
    attempt = int(message.facts[ATTEMPTS]) + 1
    message.facts = message.facts | {ATTEMPTS: attempt, NEXT_AT: (now + LEASE).isoformat()}
    links = [MediaLink(each["url"], each["type"]) for each in message.facts[WAITING]]
    row = desk.session.scalar(
        select(ChannelAccount)
        .join(Envelope, Envelope.account_id == ChannelAccount.id)
        .where(Envelope.message_id == message.id)
    )
    return Claim(message.id, attempt, links, open_account(desk, row) if row is not None else None)


def _fetch(desk: Desk, claim: Claim) -> Fetched:
    channel = desk.channels.get(claim.account.channel) if claim.account is not None else None
    if claim.account is None or not isinstance(channel, MediaChannel):
        return Fetched(lost=["The account it came through is no longer connected."] * len(claim.links))
    fetched = Fetched()
    trouble = ""
    for link in claim.links:
        try:
            fetched.files.append(channel.fetch_media(link, claim.account))
        except RefusedError as error:
            fetched.lost.append(str(error))
        except Unreachable as error:
            trouble = str(error)
            fetched.later.append(link)
    return Fetched(fetched.files, fetched.later, fetched.lost, trouble)


def _settle(desk: Desk, claim: Claim, fetched: Fetched) -> None:
    """Keep what came, unless another worker has taken over meanwhile."""
    message = desk.session.get(Message, claim.message_id, with_for_update=True, populate_existing=True)
    if message is None or message.facts.get(ATTEMPTS) != claim.attempt:
        log.warning("The files of message %d are another worker's now.", claim.message_id)
        return
    ticket = desk.session.get(Ticket, message.ticket_id)
    assert ticket is not None
    now = desk.clock.now()
    given_up = now - message.created_at >= PATIENCE
    later = [] if given_up else fetched.later
    lost = [*fetched.lost, *([fetched.trouble] * len(fetched.later) if given_up else [])]
    links = [(each.url, each.content_type) for each in later]
    again = waiting_facts(links, now + back_off(claim.attempt), attempts=claim.attempt)
    message.facts = without_waiting(message.facts) | again
    for each in fetched.files:
        _attach(desk, message, each)
    if fetched.files:
        record(desk, ticket, "files came", message_id=message.id, count=len(fetched.files))
    if lost:
        _write_note(desk, ticket, message, lost)


def _attach(desk: Desk, message: Message, file: File) -> None:
    desk.session.add(
        Attachment(
            company_id=message.company_id,
            message_id=message.id,
            sha256=desk.storage.put(file.data),
            name=clean_text(file.name),
            content_type=file.content_type,
            declared_type=clean_text(file.declared_type)[:200],
            size=len(file.data),
        )
    )


def _write_note(desk: Desk, ticket: Ticket, message: Message, lost: Sequence[str]) -> None:
    """Tell the staff that files are missing: they can ask the person to send them again."""
    reasons = " ".join(dict.fromkeys(lost))
    count = "One file" if len(lost) == 1 else f"{len(lost)} files"
    words = f"{count} of this message could not be fetched: {reasons} Ask {ticket.requester_name} to send it again."
    note = Message(
        company_id=ticket.company_id,
        ticket_id=ticket.id,
        direction=Direction.OUT,
        visibility=Visibility.INTERNAL,
        channel="note",
        author_kind=AuthorKind.MACHINE,
        author_name="Frontdesk",
        text=words,
        reply_text=words,
        trust="verified",
        facts={"about": message.id},
        created_at=desk.clock.now(),
    )
    desk.session.add(note)
    desk.session.flush()
    desk.session.add(search_row(ticket, note))
    record(desk, ticket, "note", message_id=note.id)

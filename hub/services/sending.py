"""Step 4: outbox rows leave. The attempt is written before the network, the outcome only by whoever holds the lease."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from channels.channel import Account, Channel, ReconcilingChannel, Unreachable
from channels.message import Attachment as File
from channels.message import OutboundMessage, Outcome, Receipt
from channels.wire import from_json
from hub.desk import Desk
from hub.domain.delivery import WAITING, OutboxState, Purpose, back_off
from hub.domain.ticket import AuthorKind
from hub.errors import NotFound
from hub.models import Attachment, Message, OutboxRow, Task, Ticket
from hub.services.configuration import read_directory
from hub.services.failures import return_to_author
from hub.services.history import make_event

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 20
MOST_KNOWN = 1000


@dataclass(frozen=True, slots=True)
class Parcel:
    """A leased row as it goes to its channel.

    `lost_at` is when an earlier attempt began that may have been taken, `known` the provider's ids of other messages to
    the same people.
    """

    id: UUID
    token: UUID
    channel: str
    message: OutboundMessage
    account: Account
    lost_at: datetime | None
    known: frozenset[str]


def send(desk: Desk, *, channels: Sequence[str] = (), limit: int = BATCH) -> int:
    """Hand the next rows to their providers and return how many were tried."""
    with desk.transaction():
        parcels = _lease(desk, channels=channels, limit=limit)
    desk.reach("send.leased")
    for parcel in parcels:
        receipt = _hand_over(desk, parcel)
        desk.reach("send.handed_over")
        with desk.transaction():
            _settle(desk, parcel, receipt)
    return len(parcels)


def _lease(desk: Desk, *, channels: Sequence[str], limit: int) -> list[Parcel]:
    """Lease due rows whose earlier row on the same ticket, to the same people, has left."""
    now = desk.clock.now()
    earlier = aliased(OutboxRow)
    blocked = exists().where(
        earlier.ticket_id == OutboxRow.ticket_id,
        earlier.recipient == OutboxRow.recipient,
        earlier.channel == OutboxRow.channel,
        earlier.position < OutboxRow.position,
        earlier.state.in_(WAITING),
        or_(earlier.attempts > 0, earlier.next_at <= now),
        earlier.purpose != Purpose.PAGE,
    )
    due = and_(
        OutboxRow.next_at <= now,
        or_(
            OutboxRow.state.in_((OutboxState.PENDING, OutboxState.UNKNOWN)),
            and_(OutboxRow.state == OutboxState.SENDING, OutboxRow.lease_until < now),
        ),
    )
    query = select(OutboxRow).where(due, ~blocked).order_by(OutboxRow.urgency, OutboxRow.position).limit(limit)
    if channels:
        query = query.where(OutboxRow.channel.in_(channels))
    rows = desk.session.scalars(query.with_for_update(skip_locked=True, of=OutboxRow)).all()
    if not rows:
        return []
    directory = read_directory(desk)
    files = _files_of(desk, [each.message_id for each in rows if each.message_id])
    parcels = []
    for row in rows:
        try:
            message = _message_of(desk, row, files.get(row.message_id or 0, []))
        except NotFound as error:
            row.state = OutboxState.FAILED
            row.error = f"An attached file is missing: {error}"
            report(desk, row)
            continue
        lost_at = (row.attempted_at or now - LEASE) if row.state != OutboxState.PENDING else None
        known = _known_ids(desk, row) if lost_at else frozenset()
        row.attempted_at = lost_at or now
        row.state = OutboxState.SENDING
        row.lease_token = uuid4()
        row.lease_until = now + LEASE
        row.attempts += 1
        account = directory.accounts.get(row.account_id or 0) or Account(0, row.channel, message.sender)
        parcels.append(Parcel(row.id, row.lease_token, row.channel, message, account, lost_at, known))
    return parcels


def _known_ids(desk: Desk, row: OutboxRow) -> frozenset[str]:
    """Return what the provider calls our other messages to the same people: none of them is the lost one."""
    others = select(OutboxRow.provider_id).where(
        OutboxRow.channel == row.channel,
        OutboxRow.recipient == row.recipient,
        OutboxRow.provider_id != "",
        OutboxRow.id != row.id,
    )
    return frozenset(desk.session.scalars(others.order_by(OutboxRow.position.desc()).limit(MOST_KNOWN)))


def _message_of(desk: Desk, row: OutboxRow, files: list[Attachment]) -> OutboundMessage:
    message = from_json(OutboundMessage, row.payload)
    if files:
        loaded = tuple(
            File(each.name, each.content_type, desk.storage.get(each.sha256), disposition="attachment")
            for each in files
        )
        message = from_json(OutboundMessage, row.payload | {"attachments": []})
        message = OutboundMessage(
            **{name: getattr(message, name) for name in OutboundMessage.__slots__} | {"attachments": loaded}
        )
    return message


def _hand_over(desk: Desk, parcel: Parcel) -> Receipt:
    """Send one parcel; an attempt whose outcome is unknown is looked up first, where the provider keeps a list."""
    channel: Channel | None = desk.channels.get(parcel.channel)
    if channel is None:
        return Receipt(Outcome.FAILED, error=f"No channel is called {parcel.channel!r} here.")
    if parcel.lost_at is not None and isinstance(channel, ReconcilingChannel):
        try:
            found = channel.find_sent(parcel.message, parcel.account, since=parcel.lost_at, known=parcel.known)
        except Unreachable as error:
            return Receipt(Outcome.UNKNOWN, error=f"Whether it left could not be looked up: {error}")
        if found is not None:
            return found
    return channel.send(parcel.message, parcel.account)


def _settle(desk: Desk, parcel: Parcel, receipt: Receipt) -> None:
    """Write an outcome, unless the lease was lost to another worker."""
    row = desk.session.scalar(
        select(OutboxRow).where(OutboxRow.id == parcel.id, OutboxRow.lease_token == parcel.token).with_for_update()
    )
    if row is None:
        log.warning("The lease of outbox row %s was lost: another worker settles it.", parcel.id)
        return
    now = desk.clock.now()
    row.lease_until = None
    row.lease_token = None
    row.error = receipt.error
    if receipt.provider_id:
        row.provider_id = receipt.provider_id
    if receipt.outcome is Outcome.ACCEPTED:
        row.state = OutboxState.DELIVERED if row.channel == "portal" else OutboxState.ACCEPTED
        row.accepted_at = now
        _keep_card(desk, row)
    elif receipt.outcome is Outcome.FAILED or now >= row.give_up_at:
        row.state = OutboxState.FAILED
    else:
        row.state = OutboxState.UNKNOWN if receipt.outcome is Outcome.UNKNOWN else OutboxState.PENDING
        wait = timedelta(seconds=receipt.retry_after) if receipt.retry_after is not None else back_off(row.attempts)
        row.next_at = now + wait
        if receipt.retry_after is not None:
            row.attempts -= 1
    report(desk, row)


def report(desk: Desk, row: OutboxRow) -> None:
    """Show on the ticket what became of a row; a failed one brings the ticket back to whoever wrote it."""
    ticket = desk.session.get(Ticket, row.ticket_id) if row.ticket_id else None
    if ticket is None:
        return
    if row.state == OutboxState.FAILED:
        facts = {"recipient": row.recipient, "reason": row.error, "outbox": str(row.id), "purpose": row.purpose}
        desk.session.add(
            make_event(desk, ticket, "not sent", by=AuthorKind.MACHINE, name="", message_id=row.message_id, **facts)
        )
        if row.purpose == Purpose.REPLY:
            return_to_author(desk, ticket)
    else:
        desk.tell({"company": ticket.company_id, "ticket": ticket.id, "kind": "delivery", "queue": ticket.queue})


def retry(desk: Desk, row: OutboxRow) -> None:
    """Give a failed row another life, with the same id."""
    now = desk.clock.now()
    row.state = OutboxState.PENDING
    row.next_at = now
    row.give_up_at = now + timedelta(hours=24)
    row.error = ""
    desk.wake("send")


def release_lost(desk: Desk) -> int:
    """Count rows whose sender died; `send` takes them again by itself once their lease is over."""
    lost = update(OutboxRow).where(OutboxRow.state == OutboxState.SENDING, OutboxRow.lease_until < desk.clock.now())
    return len(desk.session.scalars(lost.values(state=OutboxState.UNKNOWN).returning(OutboxRow.id)).all())


def _files_of(desk: Desk, message_ids: Sequence[int]) -> dict[int, list[Attachment]]:
    files: dict[int, list[Attachment]] = {}
    if message_ids:
        query = (
            select(Attachment)
            .join(Message, Message.id == Attachment.message_id)
            .where(Attachment.message_id.in_(message_ids))
        )
        for each in desk.session.scalars(query.where(Message.direction == "out").order_by(Attachment.id)):
            files.setdefault(each.message_id, []).append(each)
    return files


def _keep_card(desk: Desk, row: OutboxRow) -> None:
    """Remember where a task's card stands, so that the next change updates it."""
    if row.purpose == Purpose.CARD and row.task_id and row.provider_id:
        task = desk.session.get(Task, row.task_id)
        if task is not None:
            task.card_provider_id = row.provider_id

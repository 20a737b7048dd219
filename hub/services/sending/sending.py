"""Step 4: outbox rows leave. The attempt is written before the network, the outcome only by whoever holds the lease."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from channels.channel import Channel, ReconcilingChannel, Unreachable
from channels.message import Outcome, Receipt
from hub.desk import Desk
from hub.domain.delivery import WAITING, OutboxState, Purpose, Urgency, back_off, later_word, patience
from hub.domain.recipients import Word, reasons, stand, still_tried
from hub.domain.ticket import AuthorKind, TicketStatus
from hub.errors import NotFound
from hub.models import Message, OutboxRow, Task, Ticket
from hub.services.sending.failures import return_to_author
from hub.services.sending.parcels import (
    Parcel,
    account_of,
    files_of,
    known_ids,
    read_message,
    stopped_by,
    stopped_numbers,
)
from hub.services.settings.configuration import read_directory
from hub.services.tickets.history import make_event

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
FRESH = timedelta(minutes=1)
BATCH = 20


def send(desk: Desk, *, channels: Sequence[str] = (), limit: int = BATCH, urgent: bool = False) -> int:
    """Hand the next rows to their providers and return how many were tried; `urgent` leaves those behind that may wait."""
    with desk.transaction():
        parcels = _lease(desk, channels=channels, limit=limit, urgent=urgent)
    desk.reach("send.leased")
    for parcel in parcels:
        if not _is_ours(desk, parcel):
            continue
        desk.reach("send.begun")
        receipt = _hand_over(desk, parcel)
        desk.reach("send.handed_over")
        _settle_surely(desk, parcel, receipt)
    return len(parcels)


def _lease(desk: Desk, *, channels: Sequence[str], limit: int, urgent: bool) -> list[Parcel]:
    """Lease due rows whose earlier row on the same ticket, to the same people, has left; leases are read by the database's clock."""
    now = desk.clock.now()
    query = (
        select(OutboxRow)
        .where(_is_due(desk), ~_is_blocked(now))
        .order_by(OutboxRow.urgency, OutboxRow.position)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    if channels:
        query = query.where(OutboxRow.channel.in_(channels))
    if urgent:
        query = query.where(OutboxRow.urgency == int(Urgency.NOW))
    rows = desk.session.scalars(query.with_for_update(skip_locked=True, of=OutboxRow)).all()
    if not rows:
        return []
    directory = read_directory(desk)
    files = files_of(desk, rows)
    stopped = stopped_numbers(desk, rows)
    parcels = []
    for row in rows:
        try:
            message = read_message(desk, row, files.get(row.message_id or 0, []))
        except NotFound as error:
            row.state = OutboxState.FAILED
            row.error = f"An attached file is missing: {error}"
            report(desk, row)
            continue
        lost_at = (row.attempted_at or now - LEASE) if row.state != OutboxState.PENDING else None
        known = known_ids(desk, row) if lost_at else frozenset()
        row.attempted_at = lost_at or now
        row.state = OutboxState.SENDING
        row.lease_token = uuid4()
        row.attempts += 1
        account = account_of(directory, row, message)
        parcel = Parcel(
            row.id, row.lease_token, now, row.channel, message, account, lost_at, known, stopped_by(row, stopped)
        )
        parcels.append(parcel)
    leased = update(OutboxRow).where(OutboxRow.id.in_([each.id for each in parcels]))
    desk.session.execute(leased.values(lease_until=desk.clock.shared() + LEASE))
    return parcels


def _is_due(desk: Desk) -> ColumnElement[bool]:
    """Return the condition of rows to try now: also those whose sender died."""
    tried_now = OutboxRow.state.in_((OutboxState.PENDING, OutboxState.UNKNOWN))
    return and_(OutboxRow.next_at <= desk.clock.now(), or_(tried_now, _is_lost(desk)))


def _is_lost(desk: Desk) -> ColumnElement[bool]:
    """Return the condition of rows whose lease is over: whoever had them died."""
    return and_(OutboxRow.state == OutboxState.SENDING, OutboxRow.lease_until < desk.clock.shared())


def _is_blocked(now: datetime) -> ColumnElement[bool]:
    """Return the condition of rows that would overtake an earlier one of their ticket, or card of their task; a page waits for nothing."""
    earlier, card = aliased(OutboxRow), aliased(OutboxRow)
    older_card = exists().where(
        card.task_id == OutboxRow.task_id,
        card.recipient == OutboxRow.recipient,
        card.purpose == Purpose.CARD,
        card.position < OutboxRow.position,
        card.state.in_(WAITING),
    )
    behind_another = exists().where(
        earlier.ticket_id == OutboxRow.ticket_id,
        earlier.recipient == OutboxRow.recipient,
        earlier.channel == OutboxRow.channel,
        earlier.position < OutboxRow.position,
        earlier.state.in_(WAITING),
        earlier.accepted_at.is_(None),  # with some of its people already, it holds up nothing for the sake of one
        or_(earlier.attempts > 0, earlier.next_at <= now),
        earlier.purpose != Purpose.PAGE,
    )
    return or_(behind_another, and_(OutboxRow.purpose == Purpose.CARD, older_card))


def _is_ours(desk: Desk, parcel: Parcel) -> bool:
    """Tell whether a parcel is still leased to us, and lease it anew where those before it in the batch took long."""
    now = desk.clock.now()
    if now - parcel.leased_at < FRESH:
        return True
    renewed = (
        update(OutboxRow)
        .where(
            OutboxRow.id == parcel.id,
            OutboxRow.lease_token == parcel.token,
            OutboxRow.state == OutboxState.SENDING,
        )
        .values(lease_until=desk.clock.shared() + LEASE)
        .returning(OutboxRow.id)
    )
    with desk.transaction() as session:
        return session.scalar(renewed) is not None


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
    if parcel.stopped:
        return Receipt(Outcome.FAILED, error=f"{parcel.stopped} said STOP: no text may be sent there.")
    try:
        return channel.send(parcel.message, parcel.account)
    except Exception as error:  # a channel promises not to raise: one that does must not hold up the others
        log.exception("The channel %r failed with outbox row %s.", parcel.channel, parcel.id)
        return Receipt(Outcome.UNKNOWN, error=f"Sending failed inside: {type(error).__name__}.")


def _settle_surely(desk: Desk, parcel: Parcel, receipt: Receipt) -> None:
    """Write an outcome: the provider says it only once."""
    desk.insist(lambda: _settle(desk, parcel, receipt))
    desk.reach("send.settled")


def _settle(desk: Desk, parcel: Parcel, receipt: Receipt) -> None:
    """Write an outcome, unless the lease was lost to another worker; a provider's report may have been quicker."""
    row = desk.session.scalar(
        select(OutboxRow)
        .where(OutboxRow.id == parcel.id, OutboxRow.lease_token == parcel.token)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        log.warning("The lease of outbox row %s was lost: another worker settles it.", parcel.id)
        return
    row.lease_until = None
    row.lease_token = None
    row.provider_id = receipt.provider_id or row.provider_id
    before = OutboxState(row.state)
    if before in WAITING:
        row.error = receipt.error
        row.state = _outcome_for_some(desk, row, receipt) or _outcome(desk, row, receipt)
    elif receipt.outcome is Outcome.ACCEPTED:
        row.state = later_word(before, OutboxState.ACCEPTED)
    if receipt.outcome is Outcome.ACCEPTED:
        row.accepted_at = row.accepted_at or desk.clock.now()
        _keep_card(desk, row)
    if row.state != before:
        report(desk, row)


def _outcome(desk: Desk, row: OutboxRow, receipt: Receipt) -> OutboxState:
    """Return the state after an attempt, and say when the next one is; `Retry-After` is obeyed and does not count."""
    now = desk.clock.now()
    if receipt.outcome is Outcome.ACCEPTED:
        return OutboxState.DELIVERED if row.channel == "portal" else OutboxState.ACCEPTED
    if receipt.outcome is Outcome.FAILED or now >= row.give_up_at:
        return OutboxState.FAILED
    if receipt.retry_after is not None:
        row.next_at = now + timedelta(seconds=receipt.retry_after)
        row.attempts -= 1
    else:
        row.next_at = now + back_off(row.attempts)
    return OutboxState.UNKNOWN if receipt.outcome is Outcome.UNKNOWN else OutboxState.PENDING


def _outcome_for_some(desk: Desk, row: OutboxRow, receipt: Receipt) -> OutboxState | None:
    """Return the state after an attempt where the people of a row fare differently, None where they fare alike.

    Whoever was refused for now is tried again as any row is; the others have it. Once nobody waits any more, the row is
    accepted, with the reasons of those who never got it.
    """
    words = {
        each.recipient: Word(f"{each.recipient} was refused: {each.reason}", each.permanent) for each in receipt.refused
    }
    if receipt.outcome is not Outcome.ACCEPTED:
        final = receipt.outcome is Outcome.FAILED
        words = {each: Word(f"{each}: {receipt.error}", final) for each in still_tried(row.standings) or row.addresses}
    now = desk.clock.now()
    row.standings = stand(row.standings, row.addresses, words, last=now >= row.give_up_at)
    if not row.standings:
        return None
    row.error = reasons(row.standings)
    if not still_tried(row.standings):
        return OutboxState.ACCEPTED
    row.next_at = now + back_off(row.attempts)
    return OutboxState.UNKNOWN if receipt.outcome is Outcome.UNKNOWN else OutboxState.PENDING


def report(desk: Desk, row: OutboxRow) -> None:
    """Show on the ticket what became of a row; an answer that failed, be it for one of several people, brings the ticket back."""
    if row.ticket_id is None:
        return
    for_some = row.state == OutboxState.ACCEPTED and bool(row.error)
    if row.state != OutboxState.FAILED and not for_some:
        ticket = desk.session.get(Ticket, row.ticket_id)
        if ticket is not None:
            desk.tell({"company": ticket.company_id, "ticket": ticket.id, "kind": "delivery", "queue": ticket.queue})
        return
    desk.session.flush()
    ticket = desk.session.get(Ticket, row.ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None:
        return
    facts = {"recipient": row.recipient, "reason": row.error, "outbox": str(row.id), "purpose": row.purpose}
    kind = "not sent to all" if for_some else "not sent"
    desk.session.add(make_event(desk, ticket, kind, by=AuthorKind.MACHINE, name="", message_id=row.message_id, **facts))
    waits_for_it = row.purpose == Purpose.ANSWER and ticket.status == TicketStatus.PENDING
    if row.purpose == Purpose.REPLY or waits_for_it:
        message = desk.session.get(Message, row.message_id) if row.message_id else None
        return_to_author(desk, read_directory(desk), ticket, message.agent_id if message else None)


def retry(desk: Desk, row: OutboxRow) -> None:
    """Give a failed row another life, with the same id."""
    now = desk.clock.now()
    row.state = OutboxState.PENDING
    row.next_at = now
    row.give_up_at = now + patience(row.channel)
    row.error = ""
    row.standings = {}
    desk.wake("send")


def release_lost(desk: Desk) -> int:
    """Count rows whose sender died; `send` takes them again by itself once their lease is over."""
    lost = update(OutboxRow).where(_is_lost(desk))
    return len(desk.session.scalars(lost.values(state=OutboxState.UNKNOWN).returning(OutboxRow.id)).all())


def _keep_card(desk: Desk, row: OutboxRow) -> None:
    """Remember where a task's card stands, so that the next change updates it."""
    if row.purpose == Purpose.CARD and row.task_id and row.provider_id and not row.payload.get("update_of"):
        task = desk.session.get(Task, row.task_id)
        if task is not None:
            task.card_provider_id = row.provider_id

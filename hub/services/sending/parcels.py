"""Outbox rows as they go to their channel: the message with its files, whose account carries it, and what must be known before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from channels.channel import Account
from channels.message import Attachment as File
from channels.message import IdentityKind, OutboundMessage
from channels.wire import from_json
from hub.desk import Desk
from hub.domain.delivery import Purpose
from hub.domain.recipients import still_tried
from hub.models import Attachment, Identity, Message, OutboxRow, Task
from hub.services.settings.configuration import Directory

MOST_KNOWN = 1000
DESPITE_STOP = frozenset({Purpose.CONSENT})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A leased row as it goes to its channel.

    `lost_at` is when an earlier attempt began that may have been taken, `known` the provider's ids of other messages to
    the same people, `stopped` the number among them that said STOP after this was written.
    """

    id: UUID
    token: UUID
    leased_at: datetime
    channel: str
    message: OutboundMessage
    account: Account
    lost_at: datetime | None
    known: frozenset[str]
    stopped: str


def read_message(desk: Desk, row: OutboxRow, files: Sequence[Attachment]) -> OutboundMessage:
    """Return the message of a row with its files, for those who have not got it; raises `NotFound` where a file is lost."""
    message = replace(from_json(OutboundMessage, row.payload), only=still_tried(row.standings))
    if row.purpose == Purpose.CARD and not message.update_of and row.task_id is not None:
        known = desk.session.scalar(select(Task.card_provider_id).where(Task.id == row.task_id))
        message = replace(message, update_of=known or "")  # its first card has just been taken: there is one a task
    loaded = tuple(
        File(each.name, each.content_type, desk.storage.get(each.sha256), disposition="attachment") for each in files
    )
    return replace(message, attachments=loaded) if loaded else message


def account_of(directory: Directory, row: OutboxRow, message: OutboundMessage) -> Account:
    """Return the account that carries a row; a channel without accounts gets one that only names the sender."""
    return directory.accounts.get(row.account_id or 0) or Account(0, row.channel, message.sender)


def known_ids(desk: Desk, row: OutboxRow) -> frozenset[str]:
    """Return what the provider calls our other messages to the same people: none of them is the lost one."""
    others = select(OutboxRow.provider_id).where(
        OutboxRow.channel == row.channel,
        OutboxRow.recipient == row.recipient,
        OutboxRow.provider_id != "",
        OutboxRow.id != row.id,
    )
    return frozenset(desk.session.scalars(others.order_by(OutboxRow.position.desc()).limit(MOST_KNOWN)))


def files_of(desk: Desk, rows: Sequence[OutboxRow]) -> dict[int, list[Attachment]]:
    """Return the files agents put on the messages that some rows carry, by message."""
    numbers = [each.message_id for each in rows if each.message_id]
    files: dict[int, list[Attachment]] = {}
    if numbers:
        query = (
            select(Attachment)
            .join(Message, Message.id == Attachment.message_id)
            .where(Attachment.message_id.in_(numbers), Message.direction == "out")
        )
        for each in desk.session.scalars(query.order_by(Attachment.id)):
            files.setdefault(each.message_id, []).append(each)
    return files


def stopped_numbers(desk: Desk, rows: Sequence[OutboxRow]) -> set[tuple[int, str]]:
    """Return the numbers among the recipients of some rows that said STOP, each with its company."""
    texts = {(each.company_id, each.recipient) for each in rows if each.channel == "sms"}
    if not texts:
        return set()
    found = desk.session.execute(
        select(Identity.company_id, Identity.value).where(
            tuple_(Identity.company_id, Identity.value).in_(texts),
            Identity.kind == IdentityKind.PHONE,
            Identity.opted_out_at.is_not(None),
        )
    )
    return {(company_id, number) for company_id, number in found}


def stopped_by(row: OutboxRow, stopped: set[tuple[int, str]]) -> str:
    """Return the number that must get nothing more, or nothing; the confirmation of STOP itself goes out all the same."""
    unwanted = row.channel == "sms" and (row.company_id, row.recipient) in stopped
    return row.recipient if unwanted and row.purpose not in DESPITE_STOP else ""

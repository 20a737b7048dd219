"""Who sent a message: a contact we know, a new one, or nobody we dare to name."""

from __future__ import annotations

from channels.message import IdentityKind, InboundMessage
from hub.models import Contact, Identity
from hub.services.intake.batch import MACHINE_KINDS, Batch
from hub.services.intake.piece import Piece
from hub.services.intake.writing import make_row


def find_sender(batch: Batch, piece: Piece) -> Contact | None:
    """Return the contact behind a message, made when the address is new; None where the sender is unknown, a machine, us, or forged."""
    key = piece.identity_key
    if key is None or piece.sender is None or piece.message.kind in MACHINE_KINDS or not may_link(piece.message):
        return None
    if batch.directory.is_own(piece.row.channel, piece.sender.value):
        return None
    number = batch.senders.get(key)
    contact = batch.contacts[number] if number is not None else _introduce(batch, piece, key)
    if not contact.name and piece.sender.name:
        contact.name = piece.sender.name
    return contact


def may_link(message: InboundMessage) -> bool:
    """Tell whether an address may stand for its contact: not where our mail server found it forged, nor where From is unclear."""
    return message.extra.get("authentication") not in {"fail", "unclear"} and not message.also_from


def _introduce(batch: Batch, piece: Piece, key: tuple[int, str, str]) -> Contact:
    """Make a contact for an address that writes for the first time."""
    assert piece.sender is not None
    name = piece.sender.name if piece.sender.kind is not IdentityKind.PHONE else ""
    contact = make_row(
        Contact,
        id=batch.take_id("contacts"),
        company_id=piece.row.company_id,
        name=name,
        role="",
        language=piece.message.language,
        prefers="",
        tags=[],
    )
    company_id, kind, value = key
    batch.add(contact)
    batch.put(Identity, {"company_id": company_id, "contact_id": contact.id, "kind": kind, "value": value})
    batch.contacts[contact.id] = contact
    batch.senders[key] = contact.id
    return contact

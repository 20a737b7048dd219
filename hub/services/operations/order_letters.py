"""What a craftsman is written about an order: the offer with its private link, and that it is off."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from channels.message import Address
from hub.desk import Desk
from hub.domain.delivery import Purpose, Urgency
from hub.errors import Refused
from hub.models import Contact, Order, Task
from hub.services.sending.outgoing import Letter, addresses_of, post
from hub.services.settings.configuration import Directory

KEY = "order link"
TOKEN_BYTES = 16
CHANNELS = ("sms", "email")


def make_tokens(desk: Desk, public_id: UUID) -> tuple[str, ...]:
    """Return the token of an order's link under each signing key, the present one first: 128 bits nobody can guess."""
    return tuple(
        urlsafe_b64encode(hmac.digest(key, public_id.bytes, "sha256")[:TOKEN_BYTES]).decode().rstrip("=")
        for key in desk.vault.keys(KEY)
    )


def hash_token(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def link_of(desk: Desk, order: Order) -> str:
    """Return an order's private link, empty once both signing keys have changed."""
    known = (each for each in make_tokens(desk, order.public_id) if hash_token(each) == order.token_hash)
    token = next(known, "")
    return f"{desk.settings.base_url}/o/{token}" if token else ""


def write_craftsman(desk: Desk, directory: Directory, order: Order, task: Task, words: str) -> str:
    """Post a message with the order's link by text, or else by mail, and return the channel; raises `Refused`."""
    craftsman = desk.session.get(Contact, order.craftsman_id) if order.craftsman_id else None
    channel, address = _way_to(desk, directory, craftsman, order)
    company = directory.companies[order.company_id]
    text = f"{company.name}, order O-{order.id}: {words}"
    link = link_of(desk, order)
    letter = Letter(
        Purpose.ORDER,
        f"{text}\n{link}" if link else text,
        subject=f"Order O-{order.id}: {task.title}",
        urgency=Urgency.PERSON,
        task_id=task.id,
    )
    post(desk, directory, letter, company_id=order.company_id, channel=channel, recipients=[address])
    return channel


def _way_to(desk: Desk, directory: Directory, craftsman: Contact | None, order: Order) -> tuple[str, Address]:
    """Return how a craftsman is reached: as they prefer, where the company has an account for it."""
    if craftsman is not None:
        wanted = sorted(CHANNELS, key=lambda each: each != craftsman.prefers)
        for channel in wanted:
            addresses = addresses_of(desk, craftsman, channel)
            if addresses and directory.account_of_company(channel, order.company_id) is not None:
                return channel, addresses[0]
    raise Refused(
        f"{order.craftsman_name} has neither a mobile number nor an email address that we can write to: add one to the contact."
    )

"""Which ticket a mail belongs to: signed reply addresses, and the ids of messages (RFC 5322 3.6.4)."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

MAC_BYTES = 16
LOCAL_PART_OCTETS = 64  # RFC 5321 4.5.3.1.1
_TOKEN = re.compile(r"([0-9a-z]{1,13})\.([0-9a-z]{1,8})\.([a-z2-7]{26})")
_TOKEN_IN_ADDRESS = re.compile(r"\+([0-9a-z]{1,13}\.[0-9a-z]{1,8}\.[a-z2-7]{26})@", re.IGNORECASE)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """What a reply address says: which ticket of which company. Says nothing of who is writing."""

    company_id: int
    ticket_number: int


def make_token(keys: Sequence[bytes], company_id: int, ticket_number: int, recipient: str) -> str:
    """Return the token that lets `recipient` (a canonical address) answer on a ticket; signed with the first key.

    HMAC-SHA256 cut to 128 bits over company, ticket and recipient, in letters that survive any change of case.
    Raises `ValueError` without a key.
    """
    if not keys:
        raise ValueError("Reply tokens need a key.")
    return f"{_base36(ticket_number)}.{_base36(company_id)}.{_mac(keys[0], company_id, ticket_number, recipient)}"


def read_token(keys: Sequence[bytes], token: str, recipients: Iterable[str]) -> ReplyToken | None:
    """Return what a token stands for if one of the `recipients` was given it under one of the keys, else None.

    `recipients` are the addresses that could answer by it: the sender of the mail, and for mail from an address not yet
    known the participants of the ticket (`parse_token` names it). Every key and recipient is compared in constant time.
    """
    found = parse_token(token)
    if found is None:
        return None
    given = token.lower().rpartition(".")[2].encode("ascii")
    right = False
    for recipient in recipients:
        for key in keys:
            expected = _mac(key, found.company_id, found.ticket_number, recipient)
            right |= hmac.compare_digest(given, expected.encode("ascii"))
    return found if right else None


def parse_token(token: str) -> ReplyToken | None:
    """Return the ticket that a token names, unchecked: to look up its participants and then to ask `read_token`."""
    match = _TOKEN.fullmatch(token.lower())
    if match is None or max(int(match[1], 36), int(match[2], 36)) > 2**63 - 1:
        return None
    return ReplyToken(company_id=int(match[2], 36), ticket_number=int(match[1], 36))


def _mac(key: bytes, company_id: int, ticket_number: int, recipient: str) -> str:
    text = f"reply-token:{company_id}:{ticket_number}:{recipient.strip().lower()}"
    digest = hmac.digest(key, text.encode("utf-8"), "sha256")[:MAC_BYTES]
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError("Companies and tickets have no negative numbers.")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits


def reply_address(token: str, address: str) -> str:
    """Return our address with a token in it: `desk+<ticket>.<company>.<mac>@domain` (RFC 5233 subaddressing).

    A local part that leaves no room within 64 octets (RFC 5321 4.5.3.1.1) gives way to `reply`: the domain must deliver it.
    """
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged if len(tagged) <= LOCAL_PART_OCTETS else f'reply+{token}'}@{domain}"


def find_tokens(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens in recipient fields, in order, each once; whether they are genuine only `read_token` says."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _TOKEN_IN_ADDRESS.finditer(text[:100_000]):
            token = match[1].lower()
            if _TOKEN.fullmatch(token):
                found[token] = None
    return tuple(found)


def make_message_id(message_id: UUID, ticket_number: int | None, domain: str) -> str:
    """Return the Message-ID of what we send, without brackets: `<uuid>.t4711@domain`, the same on every attempt."""
    return f"{message_id}.t{ticket_number}@{domain}" if ticket_number is not None else f"{message_id}@{domain}"


_OUR_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.t(\d{1,18}))?@([^@\s]+)")


def read_message_id(message_id: str) -> tuple[UUID, int | None] | None:
    """Return the outbox id and ticket number in one of our Message-IDs; a hint only, for anybody can write it."""
    match = _OUR_ID.fullmatch(message_id.strip("<> ").lower())
    return (UUID(match[1]), int(match[2]) if match[2] else None) if match else None

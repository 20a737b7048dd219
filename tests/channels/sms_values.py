"""Smallest valid values for the tests of the sms channel."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from twilio.request_validator import RequestValidator

from channels.channel import Account, HookRequest
from channels.message import Address, Envelope, IdentityKind, OutboundMessage
from channels.sms.form import read_form

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
MESSAGE_SID = "SM" + "a" * 32
CALL_SID = "CA" + "c" * 32
TOKEN = "the-auth-token"
DESK = "+12025550100"
ANNA = "+12025550123"
HOOK_URL = "https://desk.example.org/hooks/sms"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OUTBOX_ID = UUID("6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30")


def an_account(**settings: str) -> Account:
    defaults = {"account_sid": ACCOUNT_SID, "auth_token": TOKEN, "number": DESK}
    return Account(2, "sms", Address(IdentityKind.PHONE, DESK), {**defaults, **settings}, frozenset({DESK}))


def a_form(**fields: str) -> bytes:
    defaults = {
        "MessageSid": MESSAGE_SID,
        "AccountSid": ACCOUNT_SID,
        "From": ANNA,
        "To": DESK,
        "Body": "The tap in the kitchen drips",
        "NumMedia": "0",
    }
    return urlencode({**defaults, **fields}).encode()


def an_envelope(**fields: str) -> Envelope:
    return Envelope("sms", "twilio:2", MESSAGE_SID, a_form(**fields), NOW, {"own_addresses": DESK})


def a_call(body: bytes, *, url: str = HOOK_URL, signed_url: str = "", token: str = TOKEN) -> HookRequest:
    """A webhook call signed as Twilio signs; `signed_url` where it signs another spelling of the URL."""
    signature = RequestValidator(token).compute_signature(signed_url or url, read_form(body))
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return HookRequest(url, "POST", headers, body, {}, NOW)


def a_text(text: str = "We come at nine", to: str = ANNA, **more: object) -> OutboundMessage:
    recipients = (Address(IdentityKind.PHONE, to),)
    return OutboundMessage(OUTBOX_ID, "sms", Address(IdentityKind.PHONE, DESK), recipients, text, **more)

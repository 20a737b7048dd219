"""The sms channel, as the registry and the hub see it."""

from __future__ import annotations

from datetime import datetime

from channels.channel import Account, HookRequest, HookResult
from channels.message import (
    Attachment,
    Envelope,
    InboundMessage,
    MediaLink,
    OutboundMessage,
    Receipt,
    Unreadable,
)
from channels.sms.history import find_text, list_recent
from channels.sms.hook import verify_call
from channels.sms.inbound import parse_form
from channels.sms.media import fetch_file
from channels.sms.outbound import refusal, send_text


class SmsChannel:
    """Text messages through Twilio.

    Settings of an account: `account_sid`, `auth_token`, `auth_token_previous` (still accepted on webhooks while a token
    is being changed), `number` (E.164, or the SID of a Messaging Service), `api_base` (another server, for tests).
    """

    kind = "sms"

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        """Read the form Twilio posted."""
        return parse_form(envelope)

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Hand one text to Twilio; `status_callback` gets the outbox id as `id`, if it names none."""
        return send_text(message, account)

    def refusal(self, message: OutboundMessage, account: Account) -> str:
        """Return why a text can never be sent, as a sentence, or nothing; asks nobody."""
        return refusal(message, account)

    def verify(self, request: HookRequest, account: Account, *, part: str = "") -> HookResult:
        """Check and read a call to `/hooks/sms`, or to `status`, `voice` or `call` below it (the part's name)."""
        return verify_call(request, account, part)

    def recent(self, account: Account, *, since: datetime) -> list[Envelope]:
        """List the texts that came in since an instant; raises `Unreachable`."""
        return list_recent(account, since)

    def find_sent(
        self, message: OutboundMessage, account: Account, *, since: datetime, known: frozenset[str] = frozenset()
    ) -> Receipt | None:
        """Look up by recipient and body whether a text was taken; raises `Unreachable`.

        `known` are the ids of texts that are accounted for: the same words sent to the same person before.
        """
        return find_text(message, account, since, known)

    def fetch_media(self, link: MediaLink, account: Account) -> Attachment:
        """Download one picture of a text; raises `Unreachable`."""
        return fetch_file(link, account)

"""Telling other programs what happened: signed, by POST, to addresses that administrators enter. Nothing comes in this way."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import ssl
import time

from channels.channel import Account, Unreachable
from channels.egress import Policy, RefusedError, Resolver, check_address, deliver
from channels.message import Envelope, InboundMessage, OutboundMessage, Outcome, Receipt, Unreadable

SECONDS = 10.0
LONGEST_WAIT = 3600.0
PREFIX = "whsec_"


class Webhook:
    """POSTs of JSON, signed as https://www.standardwebhooks.com/ has it.

    Settings of an account: `url`, `secret` and, while it is being changed, `secret_previous` (each `whsec_` and base64).
    `own_hosts` are hosts the operator of the installation named, which may be private and without TLS.
    It is no channel of the registry: other programs are told, they do not write here.
    """

    kind = "webhook"

    def __init__(
        self,
        own_hosts: frozenset[str] = frozenset(),
        *,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = Policy(own_hosts=own_hosts, seconds=SECONDS, hops=0)
        self._resolve, self._tls = resolve, tls

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:  # noqa: ARG002
        """Say that nothing can come in this way."""
        return Unreadable("Webhooks are sent from here and never received.")

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Post the message's text; every 2xx is taken, 410 ends it, all else is tried again with the same id."""
        url, body = account.settings.get("url", ""), message.text.encode()
        keys = [account.settings.get(name, "") for name in ("secret", "secret_previous")]
        reason = self.refusal(message, account)
        if reason:
            return Receipt(Outcome.FAILED, error=reason)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Frontdesk",
            **sign(str(message.id), int(time.time()), body, [each for each in keys if each]),
        }
        try:
            said = deliver(url, body, self._policy, headers=headers, resolve=self._resolve, tls=self._tls)
        except RefusedError as error:
            return Receipt(Outcome.FAILED, error=str(error))
        except Unreachable as error:
            return Receipt(Outcome.RETRY, error=str(error))
        if 200 <= said.status < 300:
            return Receipt(Outcome.ACCEPTED, provider_id=str(said.status))
        if said.status == 410:
            return Receipt(Outcome.FAILED, error="It answered 410: it wants nothing more. Remove it or mend it there.")
        return Receipt(Outcome.RETRY, error=f"It answered {said.status}.", retry_after=_seconds(said.retry_after))

    def refusal(self, message: OutboundMessage, account: Account) -> str:  # noqa: ARG002
        """Return why it can never be posted, as a sentence, or nothing; asks nobody."""
        url = account.settings.get("url", "")
        if not url or not account.settings.get("secret", ""):
            return "This webhook was paused or removed: start it again under Settings, Webhooks."
        return self.address_refusal(url)

    def address_refusal(self, url: str) -> str:
        """Return why an address can never be called, as a sentence, or nothing."""
        try:
            check_address(url, self._policy)
        except RefusedError as error:
            return str(error)
        return ""


def make_secret() -> str:
    """Return a new secret for signing: 256 bits by chance."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(identifier: str, seconds: int, body: bytes, keys: list[str]) -> dict[str, str]:
    """Return the headers that show a body is ours and how old it is: a signature for each secret that is valid now."""
    signed = f"{identifier}.{seconds}.".encode() + body
    marks = [base64.b64encode(hmac.new(_key(each), signed, hashlib.sha256).digest()).decode() for each in keys]
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def _seconds(words: str) -> float | None:
    known = words.isascii() and words.isdecimal() and len(words) < 10
    return min(float(words), LONGEST_WAIT) if known else None

"""The email channel: raw mail in, mail out."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from channels.channel import Account, Batch, Cursor, StopSignal
from channels.email import mailbox
from channels.email.incoming import read_mail
from channels.email.outbox import Outbox
from channels.message import Envelope, InboundMessage, OutboundMessage, Receipt, Unreadable

log = logging.getLogger(__name__)


class EmailChannel:
    """Mail by IMAP, SMTP listener or API in, by SMTP out.

    Settings of an account: those of `outbox.read_smtp_settings` for sending and of `imap_settings.read_settings` for
    fetching.
    """

    kind = "email"

    def __init__(self) -> None:
        self._outbox = Outbox()

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        """Read a raw message; pure, and total: any bytes give a message or `Unreadable` with a sentence."""
        try:
            return read_mail(envelope)
        except Exception:  # the last net: whatever is wrong in here must not stop the mailbox
            log.exception("A mail could not be read (source %s)", envelope.source)
            return Unreadable("The message could not be read because of an error of ours; the original is kept.")

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Hand one message to the account's sending server."""
        return self._outbox.send(message, account)

    def close(self) -> None:
        """End the connections kept to sending servers."""
        self._outbox.close()

    def fetch(self, account: Account, cursor: Cursor, *, stop: StopSignal) -> Iterator[Batch]:
        """Yield what is in the account's mailbox and what comes in; raises `Unreachable`."""
        return mailbox.fetch(account, cursor, stop=stop)

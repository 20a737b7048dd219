"""One envelope of a batch, and all that can be read out of it without looking anything up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from channels.html import SafeHtml, safe_html
from channels.message import Address, InboundMessage, Kind
from classifiers.emergencies import Emergency, suspect
from hub.domain.reference import hash_id
from hub.models import Envelope
from hub.services.intake.accept import clean_text
from hub.services.sending.speaking import told_language

MOST_REFERENCES = 100
SUSPECTED = "suspected"
"""The fact of a message that names the danger it may speak of: triage weighs it before whatever else waits."""


@dataclass(frozen=True)
class Piece:
    """One envelope of the batch and what its channel read in it; a quiet one is kept and changes nothing on its ticket."""

    row: Envelope
    message: InboundMessage
    quiet: bool = False
    files: tuple[str, ...] = ()
    """The names under which the storage keeps its attachments: their SHA-256."""

    @property
    def sender(self) -> Address | None:
        """Return who says they sent it."""
        return self.message.sender

    @cached_property
    def identity_key(self) -> tuple[int, str, str] | None:
        """Return the key of the sender's identity in this company."""
        return (self.row.company_id, str(self.sender.kind), self.sender.value) if self.sender else None

    @cached_property
    def delivery_key(self) -> bytes | None:
        """Return what two deliveries of one mail share: identity, sender, date, subject and body (reliability 3.2 rule 2)."""
        message = self.message
        if not message.message_id or self.row.channel != "email":
            return None
        parts = (
            message.message_id,
            message.sender.value if message.sender else "",
            str(message.sent_at),
            message.subject,
            message.text,
            message.html,
        )
        return hashlib.sha256("\0".join((*parts, "".join(self.files))).encode("utf-8", "replace")).digest()

    @cached_property
    def safe_html(self) -> str:
        """Return its HTML as it may be shown."""
        return clean_text(self._cleaned.html)

    @property
    def hidden_text(self) -> bool:
        """Tell whether a person's HTML hides words from whoever reads it; machines hide their first lines by habit."""
        return self.message.kind == Kind.PERSONAL and self._cleaned.hidden_text

    @cached_property
    def _cleaned(self) -> SafeHtml:
        return safe_html(self.message.html) if self.message.html else SafeHtml("")

    @cached_property
    def language(self) -> str:
        """Return the language it tells, or nothing."""
        return told_language(self.message)

    @cached_property
    def suspected(self) -> Emergency | None:
        """Return the emergency its own words may speak of; history speaks of none."""
        return None if self.row.history else suspected_in(self.message)

    @property
    def danger(self) -> Emergency | None:
        """Return the emergency its own words plainly speak of."""
        return self.suspected if self.suspected is not None and self.suspected.plain else None

    def read_ahead(self) -> None:
        """Do all that needs no look-up, before locks are taken for which other workers wait."""
        _ = self.safe_html, self.language, self.suspected, self.delivery_key, self.reference_hashes

    @cached_property
    def reference_hashes(self) -> list[bytes]:
        """Return the hashes of the Message-IDs it answers, nearest first."""
        return [hash_id(each) for each in self.message.reference_ids[:MOST_REFERENCES]]


def suspected_in(message: InboundMessage) -> Emergency | None:
    """Return the emergency that a person's own words may speak of; what machines write speaks of none."""
    if message.kind != Kind.PERSONAL:
        return None
    return suspect(f"{message.subject}\n{message.reply_text or message.text}")

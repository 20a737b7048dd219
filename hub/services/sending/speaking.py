"""Which language a person is written to: their own where we know it, else the message's, else the company's."""

from __future__ import annotations

from channels.message import InboundMessage
from classifiers.language import detect
from hub.models import Company, Contact, Message


def told_language(message: InboundMessage) -> str:
    """Return the language a message is written in: by its words, else what its sender's device said; empty if neither tells."""
    return detect(f"{message.subject}\n{message.reply_text or message.text}") or message.language[:2].lower()


def language_for(company: Company, contact: Contact | None, message: Message) -> str:
    """Return the language to answer a message in; a message too short to tell its own tells nothing."""
    known = contact.language if contact else ""
    return (known or message.language or company.language)[:2].lower()

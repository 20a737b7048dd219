"""The full-text index: its rows are written in the same transaction as what they index."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func
from sqlalchemy.sql.elements import ColumnElement

from hub.models import Message, SearchDocument, Ticket

LONGEST = 200_000
LONGEST_WORD = 200


def search_row(ticket: Ticket, message: Message, *, names: Iterable[str] = ()) -> SearchDocument:
    """Return the index row of a message: its subject, its words, and the names of its files."""
    return SearchDocument(
        company_id=ticket.company_id,
        kind="note" if message.visibility == "internal" else "message",
        subject_id=message.id,
        ticket_id=ticket.id,
        words=words_of(f"{message.subject} {message.text} {' '.join(names)}"),
        happened_at=message.created_at,
    )


def words_of(text: str) -> ColumnElement[str]:
    """Return the tsvector of a text: cut at 200,000 characters, accents dropped, no stemming (the desk serves many languages)."""
    shortened = " ".join(word[:LONGEST_WORD] for word in text[:LONGEST].split())
    return func.to_tsvector("simple", func.unaccent(shortened))

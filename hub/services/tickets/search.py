"""The full-text index: its rows are written in the same transaction as what they index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from hub.models import Message, SearchDocument, Ticket

LONGEST = 200_000
LONGEST_WORD = 200
_ENDLESS_WORD = re.compile(rf"(\S{{{LONGEST_WORD}}})\S+")
_SMALL, _CAPITAL = "a-zß-öø-ÿ", "A-ZÀ-ÖØ-Þ"
# What parts the words of a file's name: all but letters and digits, and where a capital begins another word.
_BETWEEN = re.compile(rf"[\W_]+|(?<=[{_SMALL}\d])(?=[{_CAPITAL}])|(?<=[{_CAPITAL}])(?=[{_CAPITAL}][{_SMALL}])")


def search_row(ticket: Ticket, message: Message, *, names: Iterable[str] = ()) -> SearchDocument:
    """Return the index row of a message: its subject, the names of its files, and its words."""
    values = search_values(ticket, message, names=names)
    return SearchDocument(**values | {"words": _indexed(values["words"])})


def search_values(ticket: Ticket, message: Message, *, names: Iterable[str] = ()) -> dict[str, Any]:
    """Return the same with the words as text, for `write_search_rows`."""
    return {
        "company_id": ticket.company_id,
        "kind": "note" if message.visibility == "internal" else "message",
        "subject_id": message.id,
        "ticket_id": ticket.id,
        "words": _shortened(f"{message.subject} {' '.join(map(name_words, names))} {message.text}"),
        "happened_at": message.created_at,
    }


def name_words(name: str) -> str:
    """Return a file's name as it is and in the words it is made of: `lease_Demir-2024.pdf lease Demir 2024 pdf`."""
    apart = " ".join(_BETWEEN.sub(" ", name).split())
    return name if apart == name else f"{name} {apart}"


def write_search_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write index rows with one statement, run once for all of them."""
    if rows:
        session.execute(_WRITE, {name: [row[name] for row in rows] for name in _COLUMNS})


def _shortened(text: str) -> str:
    """Cut a text at 200,000 characters, and its words where an index takes no more."""
    return _ENDLESS_WORD.sub(r"\1", text[:LONGEST])


def _indexed(words: Any) -> ColumnElement[str]:
    """Return a text's tsvector: accents dropped, no stemming (the desk serves many languages)."""
    return func.to_tsvector("simple", func.unaccent(words))


_COLUMNS = ("company_id", "kind", "subject_id", "ticket_id", "words", "happened_at")
_WRITE = text("""
    INSERT INTO search_documents (company_id, kind, subject_id, ticket_id, words, happened_at)
    SELECT company_id, kind, subject_id, ticket_id, to_tsvector('simple', unaccent(words)), happened_at
    FROM unnest(
        CAST(:company_id AS bigint[]), CAST(:kind AS text[]), CAST(:subject_id AS bigint[]), CAST(:ticket_id AS bigint[]),
        CAST(:words AS text[]), CAST(:happened_at AS timestamptz[])
    ) AS given (company_id, kind, subject_id, ticket_id, words, happened_at)
""")

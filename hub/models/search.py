"""The full-text index, written by the services in the same transaction as what it indexes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Owned


class SearchDocument(Owned, Base):
    """The words of one message, article or other thing that can be found."""

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_search_documents_words", "words", postgresql_using="gin"),
        Index("ix_search_documents_newest", "company_id", "kind", "happened_at"),
    )

    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    words: Mapped[Any] = mapped_column(TSVECTOR)
    happened_at: Mapped[datetime]

"""Articles of the help centres, what readers said of them, and what triage thought."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class Article(Owned, Dated, Base):
    """A knowledge base entry in one language for one audience."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("company_id", "audience", "language", "slug"),
        CheckConstraint("audience IN ('residents', 'owners', 'staff')", name="audience_known"),
    )

    slug: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text, server_default="")
    audience: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="en")
    translation_of: Mapped[str] = mapped_column(Text, server_default="")
    body: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, server_default="")
    phrasings: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    related: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    automatic: Mapped[bool] = mapped_column(server_default="true")
    old_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    reviewed_on: Mapped[date | None]
    demo: Mapped[bool] = mapped_column(server_default="false")


class ArticleVersion(Owned, Dated, Base):
    """What an article said after one change, and who made it."""

    __tablename__ = "article_versions"
    __table_args__ = (Index("ix_article_versions_article", "article_id", "id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    agent_name: Mapped[str] = mapped_column(Text, server_default="")
    change: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, server_default="")
    body: Mapped[str] = mapped_column(Text)
    phrasings: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class ArticleFeedback(Owned, Dated, Base):
    """One reader's yes or no."""

    __tablename__ = "article_feedback"

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    helpful: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, server_default="")
    text: Mapped[str] = mapped_column(Text, server_default="")


class Suggestion(Owned, Dated, Base):
    """An article that may answer a message, found by the worker and kept for the composer."""

    __tablename__ = "suggestions"
    __table_args__ = (UniqueConstraint("message_id", "article_id"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(SmallInteger)
    confidence: Mapped[float] = mapped_column(Float)
    passage: Mapped[str] = mapped_column(Text)


class Prediction(Owned, Dated, Base):
    """What triage thought of a message; `model` says why no model was asked, and is empty where one was."""

    __tablename__ = "predictions"
    __table_args__ = (Index("ix_predictions_ticket", "ticket_id", "id"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(Text)
    queue: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    band: Mapped[str] = mapped_column(Text)
    emergency: Mapped[str] = mapped_column(Text, server_default="")
    alternatives: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    evidence: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    model: Mapped[str] = mapped_column(Text, server_default="")


class Correction(Owned, Dated, Base):
    """An agent kept or changed what triage said: a training example."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_ticket", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    queue_before: Mapped[str] = mapped_column(Text)
    queue_after: Mapped[str] = mapped_column(Text)
    topic_after: Mapped[str] = mapped_column(Text, server_default="")
    source: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None]

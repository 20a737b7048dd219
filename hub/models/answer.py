"""Answers from the help centre: what was drafted or sent, from which article, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.answers import AnswerState


class GivenAnswer(Owned, Dated, Base):
    """The one answer of a ticket: a draft where people send it, else what the desk sent. `title` outlives the article."""

    __tablename__ = "given_answers"
    __table_args__ = (
        one_of("state", AnswerState),
        Index("ix_given_answers_open", "created_at", postgresql_where="state = 'open'"),
        Index("ix_given_answers_settled", "company_id", "state", "settled_at"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), unique=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="en")
    passage: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text, server_default="")
    settled_at: Mapped[datetime | None]

"""Messages, the Message-IDs they answer to, and their files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.ticket import AuthorKind, Direction, Visibility

SENT = "visibility = 'public' AND direction = 'out'"


class Message(Owned, Dated, Base):
    """One utterance on a ticket; an internal one is a note.

    `text` is all of it, `reply_text` what remains without quotes and signature, `safe_html` the sanitised HTML. `facts` keeps
    what screens need and nobody searches: recipients, proposed sender of a forward, suggested CC, defects in words; and the
    files that `hub.services.intake.media` has still to fetch.
    """

    __tablename__ = "messages"
    __table_args__ = (
        one_of("direction", Direction),
        one_of("visibility", Visibility),
        one_of("author_kind", AuthorKind),
        Index("ix_messages_ticket", "ticket_id", "id"),
        Index("ix_messages_untriaged", "id", postgresql_where="triaged_at IS NULL AND direction = 'in'"),
        Index(
            "ix_messages_sent", "agent_id", text("id DESC"), postgresql_where=text(f"agent_id IS NOT NULL AND {SENT}")
        ),
        Index("ix_messages_media", "id", postgresql_where="facts ? 'media_waiting'"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    direction: Mapped[str] = mapped_column(Text)
    visibility: Mapped[str] = mapped_column(Text, server_default="public")
    channel: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default="personal")
    author_kind: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text, server_default="")
    author_address: Mapped[str] = mapped_column(Text, server_default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(Text, server_default="")
    text: Mapped[str] = mapped_column(Text, server_default="")
    reply_text: Mapped[str] = mapped_column(Text, server_default="")
    safe_html: Mapped[str] = mapped_column(Text, server_default="")
    trust: Mapped[str] = mapped_column(Text, server_default="unverified")
    language: Mapped[str] = mapped_column(Text, server_default="")
    sent_at: Mapped[datetime | None]
    triaged_at: Mapped[datetime | None]
    may_answer: Mapped[bool] = mapped_column(server_default="false")
    history: Mapped[bool] = mapped_column(server_default="false")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class MessageReference(Owned, Base):
    """A Message-ID that was sent or seen with a message, as a hash: mail answering it belongs to the same ticket."""

    __tablename__ = "message_references"
    __table_args__ = (Index("ix_message_references_hash", "company_id", "id_hash"),)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    sent: Mapped[bool] = mapped_column(server_default="false")


class Attachment(Owned, Dated, Base):
    """A file on a message; the bytes are in storage under their SHA-256."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_sha256", "sha256"),)

    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    declared_type: Mapped[str] = mapped_column(Text, server_default="")
    disposition: Mapped[str] = mapped_column(Text, server_default="attachment")
    content_id: Mapped[str] = mapped_column(Text, server_default="")
    size: Mapped[int]

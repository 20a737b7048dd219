"""What arrived, as it arrived: written before anything is parsed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Owned, one_of
from hub.domain.envelope import EnvelopeState


class Envelope(Owned, Base):
    """One delivery. `raw` holds up to a megabyte, larger bytes are in storage under `raw_sha256`.

    `source_key` makes a delivery unique in its source, `content_key` finds the same bytes again after a mailbox was
    renumbered, `delivery_key` one mail sent to two of our addresses (reliability page, 3.2).
    """

    __tablename__ = "envelopes"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        one_of("state", EnvelopeState),
        CheckConstraint("state <> 'done' OR message_id IS NOT NULL", name="done_has_message"),
        Index("ix_envelopes_waiting", "lane", "id", postgresql_where="state = 'new'"),
        Index("ix_envelopes_content", "company_id", "content_key"),
        Index("ix_envelopes_delivery", "company_id", "delivery_key", postgresql_where="delivery_key IS NOT NULL"),
        Index("ix_envelopes_state", "state", "id", postgresql_where="state = 'parked'"),
    )

    account_id: Mapped[int | None] = mapped_column(ForeignKey("channel_accounts.id", ondelete="SET NULL"))
    channel: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_key: Mapped[bytes] = mapped_column(LargeBinary)
    content_key: Mapped[bytes] = mapped_column(LargeBinary)
    delivery_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    raw_sha256: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, server_default="new")
    lane: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    history: Mapped[bool] = mapped_column(server_default="false")
    attempts: Mapped[int] = mapped_column(server_default="0")
    lease_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), unique=True)
    stub_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("envelopes.id", ondelete="SET NULL"))

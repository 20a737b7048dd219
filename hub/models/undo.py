"""The way back from what an agent has just done."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class UndoRow(Owned, Dated, Base):
    """What tickets were before one action of one agent, and what the action made of them."""

    __tablename__ = "undos"
    __table_args__ = (Index("ix_undos_created_at", "created_at"),)

    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    used_at: Mapped[datetime | None]

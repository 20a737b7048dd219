"""Orders to craftsmen, their steps and the photos that came with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.order import OPEN_STATES, OrderState
from hub.domain.ticket import AuthorKind

OPEN = ", ".join(f"'{each}'" for each in sorted(OPEN_STATES))


class Order(Owned, Dated, Base):
    """What a craftsman is asked to do for a task, `O-312`; a task has one open order at a time.

    `slots` are the times offered, each `[begin, end]` in ISO 8601; `starts_at` and `ends_at` the time agreed, or proposed while
    that is its state. `token_hash` is the SHA-256 of the private link's token, which is kept nowhere.
    """

    __tablename__ = "orders"
    __table_args__ = (
        one_of("state", OrderState),
        Index("ix_orders_task", "task_id", "id"),
        Index("uq_orders_open", "task_id", unique=True, postgresql_where=f"state IN ({OPEN})"),
        Index("ix_orders_waiting", "answer_by", postgresql_where="state IN ('offered', 'proposed')"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    craftsman_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    craftsman_name: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    public_id: Mapped[UUID] = mapped_column(unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    state: Mapped[str] = mapped_column(Text, server_default="offered")
    scope: Mapped[str] = mapped_column(Text)
    limit_cents: Mapped[int | None]
    needs_photo: Mapped[bool] = mapped_column(server_default="true")
    slots: Mapped[list[list[str]]] = mapped_column(JSONB, server_default="[]")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    answer_by: Mapped[datetime]
    chased_at: Mapped[datetime | None]
    more_cents: Mapped[int | None]
    more_reason: Mapped[str] = mapped_column(Text, server_default="")
    report: Mapped[str] = mapped_column(Text, server_default="")
    no_photo_reason: Mapped[str] = mapped_column(Text, server_default="")
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")


class OrderEvent(Owned, Dated, Base):
    """One step of an order, append-only. A form's id is kept once: whatever a phone sends again does nothing."""

    __tablename__ = "order_events"
    __table_args__ = (
        one_of("actor_kind", AuthorKind),
        UniqueConstraint("order_id", "form_id"),
        Index("ix_order_events_order", "order_id", "id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    form_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text, server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class OrderPhoto(Owned, Dated, Base):
    """A photo a craftsman sent: of the finished work, or of what more is to be done."""

    __tablename__ = "order_photos"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    step: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]

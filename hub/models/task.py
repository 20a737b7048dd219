"""Tasks for operations, the tickets they serve, and their history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned, one_of
from hub.domain.task import TaskKind, TaskState
from hub.domain.ticket import AuthorKind, Priority


class Task(Owned, Dated, Base):
    """A piece of work for operations, `T-88`. Its text has names, numbers and addresses masked.

    `details` answers what its kind asks (`hub.domain.task_kinds`), `steps_done` says who did which step of the checklist.
    `standing` is how its order stands, in a few words; `question` what customer service was asked and has not answered.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        one_of("state", TaskState),
        one_of("kind", TaskKind),
        one_of("priority", Priority),
        Index("ix_tasks_board", "company_id", "state", text("id DESC")),
    )

    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    team: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text, server_default="normal")
    state: Mapped[str] = mapped_column(Text, server_default="to_do")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="SET NULL"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="SET NULL"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="SET NULL"), index=True)
    place: Mapped[str] = mapped_column(Text, server_default="")
    access_notes: Mapped[str] = mapped_column(Text, server_default="")
    due_on: Mapped[date | None]
    details: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    steps_done: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, server_default="{}")
    cost_cents: Mapped[int | None]
    standing: Mapped[str] = mapped_column(Text, server_default="")
    question: Mapped[str] = mapped_column(Text, server_default="")
    blocked_reason: Mapped[str] = mapped_column(Text, server_default="")
    blocked_until: Mapped[date | None]
    card_provider_id: Mapped[str] = mapped_column(Text, server_default="")
    done_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")


class TaskTicket(Owned, Dated, Base):
    """A ticket whose people wait for a task."""

    __tablename__ = "task_tickets"
    __table_args__ = (UniqueConstraint("task_id", "ticket_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)


class TaskEvent(Owned, Dated, Base):
    """One line of a task's history, append-only."""

    __tablename__ = "task_events"
    __table_args__ = (one_of("actor_kind", AuthorKind), Index("ix_task_events_task", "task_id", "id"))

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    actor_kind: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(Text, server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class TaskPhoto(Owned, Dated, Base):
    """A photo that operations sent from their chat tool; until `sha256` is known it waits to be fetched from `url`."""

    __tablename__ = "task_photos"
    __table_args__ = (
        UniqueConstraint("task_id", "url"),
        Index("ix_task_photos_waiting", "next_at", postgresql_where="next_at IS NOT NULL"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    public_id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    url: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(Text, server_default="")
    content_type: Mapped[str] = mapped_column(Text, server_default="")
    sha256: Mapped[str] = mapped_column(Text, server_default="")
    size: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime | None]


class NumberRelease(Owned, Dated, Base):
    """A resident's number that one colleague may see on a task, for one visit: until `ends_at`, or until it is closed."""

    __tablename__ = "number_releases"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    released_by: Mapped[str] = mapped_column(Text, server_default="")
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

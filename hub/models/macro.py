"""Canned replies and their actions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Owned


class Macro(Owned, Dated, Base):
    """A canned reply, with placeholders such as `{{name}}`, and what it does to the ticket."""

    __tablename__ = "macros"
    __table_args__ = (UniqueConstraint("company_id", "name"),)

    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default="en")
    actions: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

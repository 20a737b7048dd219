"""Staff accounts, what they may do where, teams and their queues, and how they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hub.db import Base, Dated, Numbered, Owned, one_of
from hub.domain.access import Role


class Agent(Numbered, Dated, Base):
    """A staff account. An agent may serve several companies: see `Membership`."""

    __tablename__ = "agents"

    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, server_default="0")
    active: Mapped[bool] = mapped_column(server_default="true")
    slack_user: Mapped[str] = mapped_column(Text, server_default="")
    demo: Mapped[bool] = mapped_column(server_default="false")
    appearance: Mapped[str] = mapped_column(Text, server_default="system")
    density: Mapped[str] = mapped_column(Text, server_default="default")
    shortcuts: Mapped[bool] = mapped_column(server_default="true")


class Membership(Owned, Dated, Base):
    """A role of an agent in a company; `queues` empty means all of them."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("company_id", "agent_id"), one_of("role", Role))

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(Text)
    queues: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    balances: Mapped[bool] = mapped_column(server_default="false")


class Team(Owned, Base):
    """A group of staff that works a queue; without a time zone of its own it keeps the company's."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("company_id", "slug"),)

    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    slack_channel: Mapped[str] = mapped_column(Text, server_default="")
    time_zone: Mapped[str] = mapped_column(Text, server_default="")
    works_on_holidays: Mapped[bool] = mapped_column(server_default="false")


class Queue(Owned, Base):
    """The ordered list of tickets that a team works; `slug` is one of the contract's five."""

    __tablename__ = "queues"
    __table_args__ = (UniqueConstraint("company_id", "slug"),)

    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    makes_tasks: Mapped[bool] = mapped_column(server_default="false")


class SignIn(Numbered, Dated, Base):
    """A signed-in browser, of an agent or of a contact; signing out ends it on the server."""

    __tablename__ = "sign_ins"

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInLink(Numbered, Dated, Base):
    """A single-use link or code: 15 minutes, bound to one purpose and one address; only hashes are kept."""

    __tablename__ = "sign_in_links"
    __table_args__ = (Index("ix_sign_in_links_address", "address", "created_at"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(Text)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(server_default="0")


class ApiToken(Numbered, Dated, Base):
    """A bearer token that acts as its agent; only its hash is kept."""

    __tablename__ = "api_tokens"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(Text, server_default="")
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Numbered, Dated, Base):
    """The first answer to a POST with an Idempotency-Key, kept for a day."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("agent_id", "key_hash"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)

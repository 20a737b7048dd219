"""Answers from the help centre: drafts and what was sent, what became of each, and who still wants a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None

STATES = "'draft', 'unchanged', 'changed', 'unused', 'open', 'solved', 'person', 'silent'"
LIVE = sa.text("status <> 'closed' AND NOT history AND NOT quarantined")
INDEXES = (("ix_tickets_urgency", "company_id"), ("ix_tickets_assignee", "assignee_id"))


def upgrade() -> None:
    op.add_column("tickets", sa.Column("wants_person", sa.Boolean(), server_default="false", nullable=False))
    _order_by("emergency DESC", "wants_person DESC")
    op.create_table(
        "given_answers",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_answers")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_given_answers_ticket_id")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_given_answers_state_known")),
        _key("company_id", "companies", "CASCADE"),
        _key("ticket_id", "tickets", "CASCADE"),
        _key("question_id", "messages", "SET NULL"),
        _key("message_id", "messages", "SET NULL"),
        _key("article_id", "articles", "SET NULL"),
    )
    for column in ("company_id", "question_id", "message_id", "article_id"):
        op.create_index(op.f(f"ix_given_answers_{column}"), "given_answers", [column])
    op.create_index(
        "ix_given_answers_open", "given_answers", ["created_at"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index("ix_given_answers_settled", "given_answers", ["company_id", "state", "settled_at"])


def downgrade() -> None:
    op.drop_table("given_answers")
    _order_by("emergency DESC")
    op.drop_column("tickets", "wants_person")


def _order_by(*ranks: str) -> None:
    """Make the indexes of the lists anew, in the order the lists are read."""
    for name, first in INDEXES:
        op.drop_index(name, table_name="tickets")
        op.create_index(
            name, "tickets", [first, *(sa.text(rank) for rank in ranks), "due_at", "id"], postgresql_where=LIVE
        )


def _key(column: str, parent: str, then: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_given_answers_{column}_{parent}"), ondelete=then
    )

"""Colleagues named in notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEYS = (("company_id", "companies"), ("ticket_id", "tickets"), ("message_id", "messages"), ("agent_id", "agents"))


def upgrade() -> None:
    op.create_table(
        "mentions",
        *(sa.Column(column, sa.BigInteger(), nullable=False) for column, _ in KEYS),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{parent}.id"], name=op.f(f"fk_mentions_{column}_{parent}"), ondelete="CASCADE"
            )
            for column, parent in KEYS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
        sa.UniqueConstraint("message_id", "agent_id", name=op.f("uq_mentions_message_id_agent_id")),
    )
    op.create_index(op.f("ix_mentions_company_id"), "mentions", ["company_id"])
    op.create_index(op.f("ix_mentions_ticket_id"), "mentions", ["ticket_id"])
    op.create_index(
        "ix_mentions_waiting", "mentions", ["agent_id", "ticket_id"], postgresql_where=sa.text("settled_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("mentions")

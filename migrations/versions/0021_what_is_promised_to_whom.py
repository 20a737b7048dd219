"""Policies of what is promised, and every clock of a ticket with when it must be looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = "'first_response', 'next_response', 'resolution', 'news'"


def upgrade() -> None:
    op.create_table(
        "sla_policies",
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("business", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("warn_minutes", sa.BigInteger(), server_default="0", nullable=False),
        *(
            sa.Column(each, sa.Text(), server_default="", nullable=False)
            for each in ("queue", "priority", "topic", "channel")
        ),
        sa.Column("escalates", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(f"clock IN ({KINDS})", name=op.f("ck_sla_policies_clock_known")),
        sa.CheckConstraint("minutes > 0 AND warn_minutes >= 0", name=op.f("ck_sla_policies_minutes_are_sensible")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_sla_policies_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policies")),
        sa.UniqueConstraint(
            "company_id",
            "clock",
            "queue",
            "priority",
            "topic",
            "channel",
            name=op.f("uq_sla_policies_company_id_clock_queue_priority_topic_channel"),
        ),
    )
    op.create_index(op.f("ix_sla_policies_company_id"), "sla_policies", ["company_id"])
    op.add_column("tickets", sa.Column("clocks", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("tickets", sa.Column("clock_next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_tickets_clock", "tickets", ["clock_next_at"], postgresql_where=sa.text("clock_next_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_clock", "tickets")
    for column in ("answered_at", "clock_next_at", "clocks"):
        op.drop_column("tickets", column)
    op.drop_table("sla_policies")

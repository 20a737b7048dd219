"""The way back from an action, and what a snoozed ticket waits for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "undos",
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_undos_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_undos_agent_id_agents"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undos")),
        sa.UniqueConstraint("public_id", name=op.f("uq_undos_public_id")),
    )
    op.create_index(op.f("ix_undos_company_id"), "undos", ["company_id"])
    op.create_index(op.f("ix_undos_agent_id"), "undos", ["agent_id"])
    op.create_index("ix_undos_created_at", "undos", ["created_at"])
    op.add_column("tickets", sa.Column("snoozed_for", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("tickets", "snoozed_for")
    op.drop_table("undos")

"""Views of the inbox that agents have kept, what they sent lately, and the name a company's mail is sent under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_saved_views_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_saved_views_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("agent_id", "name", name=op.f("uq_saved_views_agent_id_name")),
    )
    op.create_index(op.f("ix_saved_views_company_id"), "saved_views", ["company_id"])
    op.add_column("companies", sa.Column("sends_as", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_messages_sent",
        "messages",
        ["agent_id", sa.text("id DESC")],
        postgresql_where=sa.text("agent_id IS NOT NULL AND visibility = 'public' AND direction = 'out'"),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_sent", table_name="messages")
    op.drop_column("companies", "sends_as")
    op.drop_table("saved_views")

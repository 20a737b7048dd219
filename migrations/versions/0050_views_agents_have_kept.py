"""Views that agents have kept, what they sent lately and were told of, and the name a company's mail is sent under."""

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
    op.create_table(
        "notifications",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mention', 'assigned', 'answer', 'late', 'failed')", name=op.f("ck_notifications_kind_known")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{parent}.id"], name=op.f(f"fk_notifications_{column}_{parent}"), ondelete="CASCADE"
            )
            for column, parent in (("agent_id", "agents"), ("ticket_id", "tickets"), ("company_id", "companies"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "agent_id",
            "ticket_id",
            "kind",
            "occasion",
            name=op.f("uq_notifications_agent_id_ticket_id_kind_occasion"),
        ),
    )
    op.create_index(op.f("ix_notifications_company_id"), "notifications", ["company_id"])
    op.create_index(op.f("ix_notifications_ticket_id"), "notifications", ["ticket_id"])
    op.create_index("ix_notifications_log", "notifications", ["agent_id", sa.text("id DESC")])
    op.create_index(
        "ix_notifications_unseen",
        "notifications",
        ["agent_id", "ticket_id"],
        postgresql_where=sa.text("seen_at IS NULL"),
    )
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
    op.drop_table("notifications")
    op.drop_table("saved_views")

"""Dated announcements for a company or one of its properties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", sa.Text(), server_default="residents", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_notices_ends_after_it_starts")),
        sa.CheckConstraint("audience IN ('residents', 'owners', 'everybody')", name=op.f("ck_notices_audience_known")),
        _key("company_id", "companies", "CASCADE"),
        _key("property_id", "properties", "CASCADE"),
        _key("agent_id", "agents", "SET NULL"),
    )
    op.create_index(op.f("ix_notices_property_id"), "notices", ["property_id"])
    op.create_index(op.f("ix_notices_company_id"), "notices", ["company_id"])
    op.create_index("ix_notices_current", "notices", ["company_id", "ends_on"])


def downgrade() -> None:
    op.drop_table("notices")


def _key(column: str, parent: str, then: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_notices_{column}_{parent}"), ondelete=then
    )

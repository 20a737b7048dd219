"""A resident's number that customer service releases to one colleague for one visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_releases",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("released_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_releases")),
        *(_key(column, table) for column, table in KEYS),
    )
    op.create_index(op.f("ix_number_releases_company_id"), "number_releases", ["company_id"])
    op.create_index(op.f("ix_number_releases_task_id"), "number_releases", ["task_id"])


def downgrade() -> None:
    op.drop_table("number_releases")


KEYS = (
    ("company_id", "companies"),
    ("task_id", "tasks"),
    ("ticket_id", "tickets"),
    ("identity_id", "identities"),
    ("agent_id", "agents"),
)


def _key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_number_releases_{column}_{table}"), ondelete="CASCADE"
    )

"""Work whose truth is in another program: shown here, changed there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_tasks",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("outside_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_tasks")),
        _key("company_id", "companies", "CASCADE"),
        _key("ticket_id", "tickets", "SET NULL"),
        _key("unit_id", "units", "SET NULL"),
        _key("contact_id", "contacts", "SET NULL"),
        sa.UniqueConstraint(
            "company_id", "source", "outside_id", name=op.f("uq_outside_tasks_company_id_source_outside_id")
        ),
    )
    for column in ("company_id", "ticket_id", "unit_id", "contact_id"):
        op.create_index(op.f(f"ix_outside_tasks_{column}"), "outside_tasks", [column])


def downgrade() -> None:
    op.drop_table("outside_tasks")


def _key(column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_outside_tasks_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete)

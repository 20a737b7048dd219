"""What is measured on tickets, its sums by day, and how far the measuring has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measurements",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(
            sa.Column(each, sa.Text(), server_default="", nullable=False)
            for each in ("queue", "channel", "topic", "audience", "detail")
        ),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("business", sa.BigInteger(), nullable=True),
        sa.Column("wall", sa.BigInteger(), nullable=True),
        *_owned("measurements"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_measurements_ticket_id_tickets"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_measurements_company_id"), "measurements", ["company_id"])
    op.create_index("ix_measurements_ticket_id", "measurements", ["ticket_id"])
    op.create_index("ix_measurements_day", "measurements", ["company_id", "figure", "day"])
    op.create_table(
        "daily_sums",
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(each, sa.Text(), nullable=False) for each in ("figure", "detail", "dimension", "member")),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("business", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("wall", postgresql.JSONB(), server_default="{}", nullable=False),
        *_owned("daily_sums"),
        sa.UniqueConstraint(
            "company_id",
            "dimension",
            "figure",
            "day",
            "member",
            "detail",
            name=op.f("uq_daily_sums_company_id_dimension_figure_day_member_detail"),
        ),
    )
    op.create_index(op.f("ix_daily_sums_company_id"), "daily_sums", ["company_id"])
    op.create_table(
        "measured_tickets",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_measured_tickets_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_measured_tickets")),
    )
    op.create_table(
        "measuring",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measuring")),
    )


def downgrade() -> None:
    for table in ("measuring", "measured_tickets", "daily_sums", "measurements"):
        op.drop_table(table)


def _owned(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """Return the columns and keys of a row that belongs to a company."""
    return (
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )

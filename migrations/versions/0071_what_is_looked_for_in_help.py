"""What people look for in the help centres, and where an article spared them writing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_searches",
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        *_owned("help_searches"),
        sa.UniqueConstraint(
            "company_id",
            "audience",
            "asked_on",
            "words",
            name=op.f("uq_help_searches_company_id_audience_asked_on_words"),
        ),
    )
    op.create_index("ix_help_searches_asked_on", "help_searches", ["asked_on"])
    op.create_table(
        "spared_tickets",
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_owned("spared_tickets"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_spared_tickets_article_id_articles"), ondelete="SET NULL"
        ),
    )
    op.create_index("ix_spared_tickets_company", "spared_tickets", ["company_id", "created_at"])
    op.create_index(op.f("ix_spared_tickets_article_id"), "spared_tickets", ["article_id"])
    for table in ("help_searches", "spared_tickets"):
        op.create_index(op.f(f"ix_{table}_company_id"), table, ["company_id"])


def downgrade() -> None:
    op.drop_table("spared_tickets")
    op.drop_table("help_searches")


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what every table has: a number and a company."""
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id_companies"), ondelete="CASCADE"
        ),
    )

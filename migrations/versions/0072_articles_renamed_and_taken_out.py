"""Articles that are renamed or taken out: their earlier addresses, and each version somebody wrote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0072"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("old_slugs", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("articles", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "article_versions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_name", sa.Text(), server_default="", nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("phrasings", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        _key("company_id", "companies", "CASCADE"),
        _key("article_id", "articles", "CASCADE"),
        _key("agent_id", "agents", "SET NULL"),
    )
    op.create_index(op.f("ix_article_versions_company_id"), "article_versions", ["company_id"])
    op.create_index("ix_article_versions_article", "article_versions", ["article_id", "id"])


def downgrade() -> None:
    op.drop_table("article_versions")
    op.drop_column("articles", "withdrawn_at")
    op.drop_column("articles", "old_slugs")


def _key(column: str, parent: str, then: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_article_versions_{column}_{parent}"), ondelete=then
    )

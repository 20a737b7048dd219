"""What agents have begun to write, and who is at which ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        *_owned("drafts"),
        sa.CheckConstraint("kind IN ('reply', 'note')", name=op.f("ck_drafts_kind_known")),
        sa.UniqueConstraint("agent_id", "ticket_id", "kind", name=op.f("uq_drafts_agent_id_ticket_id_kind")),
    )
    op.create_index(op.f("ix_drafts_company_id"), "drafts", ["company_id"])
    op.create_index(op.f("ix_drafts_ticket_id"), "drafts", ["ticket_id"])
    op.create_table(
        "presences",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        *_owned("presences"),
        sa.CheckConstraint("state IN ('viewing', 'replying')", name=op.f("ck_presences_state_known")),
        sa.UniqueConstraint("ticket_id", "agent_id", name=op.f("uq_presences_ticket_id_agent_id")),
    )
    op.create_index(op.f("ix_presences_company_id"), "presences", ["company_id"])
    op.create_index(op.f("ix_presences_agent_id"), "presences", ["agent_id"])


def downgrade() -> None:
    op.drop_table("presences")
    op.drop_table("drafts")


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what every row of an agent on a ticket of a company has."""
    keys = (("company_id", "companies"), ("agent_id", "agents"), ("ticket_id", "tickets"))
    return (
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}_{parent}"), ondelete="CASCADE"
            )
            for column, parent in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )

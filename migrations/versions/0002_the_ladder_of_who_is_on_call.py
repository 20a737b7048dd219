"""The ladder of who is on call, alarms and pages; a team's one on-call number becomes the ladder's first step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TAKE_OVER = """
INSERT INTO on_call_steps (company_id, place, name, phone, wait_minutes)
SELECT company_id, row_number() OVER (PARTITION BY company_id ORDER BY slug <> 'maintenance', min(id)), min(name), on_call_phone, 5
FROM teams WHERE on_call_phone <> '' GROUP BY company_id, on_call_phone, slug <> 'maintenance'
"""
GIVE_BACK = """
UPDATE teams SET on_call_phone = first.phone
FROM (SELECT DISTINCT ON (company_id) company_id, phone FROM on_call_steps ORDER BY company_id, place) AS first
WHERE teams.company_id = first.company_id AND teams.slug = 'maintenance'
"""


def upgrade() -> None:
    op.create_table(
        "on_call_steps",
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("wait_minutes", sa.SmallInteger(), server_default="5", nullable=False),
        *_owned(),
        sa.CheckConstraint("wait_minutes BETWEEN 1 AND 120", name=op.f("ck_on_call_steps_wait_is_sensible")),
        sa.UniqueConstraint(
            "company_id",
            "place",
            name=op.f("uq_on_call_steps_company_id_place"),
            deferrable=True,
            initially="DEFERRED",
        ),
        *_keys("on_call_steps"),
    )
    op.create_index(op.f("ix_on_call_steps_company_id"), "on_call_steps", ["company_id"])
    op.create_table(
        "alarms",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("round", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("place", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_codes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), server_default="", nullable=False),
        sa.Column("acknowledged_how", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_owned(),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_alarms_ticket_id_tickets"), ondelete="CASCADE"
        ),
        *_keys("alarms"),
    )
    op.create_index(op.f("ix_alarms_company_id"), "alarms", ["company_id"])
    op.create_index(
        "uq_alarms_open", "alarms", ["ticket_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index("ix_alarms_next", "alarms", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))
    op.create_index("ix_alarms_ticket_id", "alarms", ["ticket_id", "id"])
    op.create_table(
        "pages",
        sa.Column("alarm_id", sa.BigInteger(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        *_owned(),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarms.id"], name=op.f("fk_pages_alarm_id_alarms"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_pages_outbox_id_outbox"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint(
            "alarm_id", "round", "place", "channel", name=op.f("uq_pages_alarm_id_round_place_channel")
        ),
        *_keys("pages"),
    )
    op.create_index(op.f("ix_pages_company_id"), "pages", ["company_id"])
    op.create_index("ix_pages_phone", "pages", ["company_id", "phone"])
    op.create_index("ix_pages_outbox_id", "pages", ["outbox_id"])
    op.execute(TAKE_OVER)
    op.drop_column("teams", "on_call_phone")


def downgrade() -> None:
    op.add_column("teams", sa.Column("on_call_phone", sa.Text(), server_default="", nullable=False))
    op.execute(GIVE_BACK)
    op.drop_table("pages")
    op.drop_table("alarms")
    op.drop_table("on_call_steps")


def _owned() -> tuple[sa.Column[object], ...]:
    """Return the columns that every table of a company has."""
    return (
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    """Return the primary key of a table and its key to the company."""
    return (
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )

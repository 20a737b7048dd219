"""'Is it fixed?': what residents are asked after work is done, and what they said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0054"
branch_labels = None
depends_on = None

PURPOSES = (
    "'reply', 'acknowledgement', 'answer', 'safety', 'page', 'survey', 'card', 'sign_in', 'consent', 'order', "
    "'webhook', 'task'"
)


def upgrade() -> None:
    _allow_purposes(f"{PURPOSES}, 'fix_check'")
    op.create_table(
        "fix_checks",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("told_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix_checks")),
        sa.CheckConstraint("state IN ('asked', 'yes', 'no')", name=op.f("ck_fix_checks_state_known")),
        _key("company_id", "companies", "CASCADE"),
        _key("ticket_id", "tickets", "CASCADE"),
        _key("task_id", "tasks", "CASCADE"),
        _key("contact_id", "contacts", "CASCADE"),
        _key("told_id", "messages", "SET NULL"),
        _key("message_id", "messages", "SET NULL"),
    )
    for column in ("company_id", "ticket_id", "task_id", "told_id", "message_id"):
        op.create_index(op.f(f"ix_fix_checks_{column}"), "fix_checks", [column])
    op.create_index("ix_fix_checks_contact", "fix_checks", ["contact_id", "created_at"])


def downgrade() -> None:
    op.drop_table("fix_checks")
    op.execute("SELECT set_config('hub.erase', 'on', true)")
    op.execute("DELETE FROM outbox WHERE purpose = 'fix_check'")
    _allow_purposes(PURPOSES)


def _allow_purposes(words: str) -> None:
    op.drop_constraint(op.f("ck_outbox_purpose_known"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_purpose_known"), "outbox", f"purpose IN ({words})")


def _key(column: str, parent: str, then: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_fix_checks_{column}_{parent}"), ondelete=then
    )

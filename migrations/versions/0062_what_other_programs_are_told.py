"""What other programs are told leaves by the outbox."""

from __future__ import annotations

from alembic import op

revision = "0062"
down_revision = "0071"
branch_labels = None
depends_on = None

PURPOSES = "'reply', 'acknowledgement', 'answer', 'safety', 'page', 'survey', 'card', 'sign_in', 'consent', 'order'"


def upgrade() -> None:
    _allow_purposes(f"{PURPOSES}, 'webhook'")
    op.create_index("ix_outbox_account", "outbox", ["account_id", "position"], postgresql_where="channel = 'webhook'")


def downgrade() -> None:
    op.drop_index("ix_outbox_account", table_name="outbox")
    op.execute("DELETE FROM outbox WHERE purpose = 'webhook'")
    _allow_purposes(PURPOSES)


def _allow_purposes(words: str) -> None:
    op.drop_constraint(op.f("ck_outbox_purpose_known"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_purpose_known"), "outbox", f"purpose IN ({words})")

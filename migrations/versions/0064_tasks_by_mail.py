"""Tasks by mail leave by the outbox."""

from __future__ import annotations

from alembic import op

revision = "0064"
down_revision = "0072"
branch_labels = None
depends_on = None

PURPOSES = (
    "'reply', 'acknowledgement', 'answer', 'safety', 'page', 'survey', 'card', 'sign_in', 'consent', 'order', 'webhook'"
)


def upgrade() -> None:
    _allow_purposes(f"{PURPOSES}, 'task'")


def downgrade() -> None:
    op.execute("SELECT set_config('hub.erase', 'on', true)")
    op.execute("DELETE FROM outbox WHERE purpose = 'task'")
    _allow_purposes(PURPOSES)


def _allow_purposes(words: str) -> None:
    op.drop_constraint(op.f("ck_outbox_purpose_known"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_purpose_known"), "outbox", f"purpose IN ({words})")

"""Indexes by which views are counted, and what is nobody's and open emergencies are found without looking at every ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0073"
branch_labels = None
depends_on = None

AWAKE = "status <> 'closed' AND NOT history AND NOT quarantined AND snooze_until IS NULL"
EMERGENCY = "emergency AND status <> 'closed' AND NOT history"


def upgrade() -> None:
    counted = ["company_id", "status", "assignee_id", "band", "queue"]
    op.create_index("ix_tickets_counted", "tickets", counted, postgresql_where=sa.text(AWAKE))
    urgency = ["company_id", sa.text("emergency DESC"), sa.text("wants_person DESC"), "due_at", "id"]
    op.create_index(
        "ix_tickets_nobodys", "tickets", urgency, postgresql_where=sa.text(f"{AWAKE} AND assignee_id IS NULL")
    )
    op.create_index("ix_tickets_emergency", "tickets", ["company_id", "id"], postgresql_where=sa.text(EMERGENCY))


def downgrade() -> None:
    op.drop_index("ix_tickets_emergency", table_name="tickets")
    op.drop_index("ix_tickets_nobodys", table_name="tickets")
    op.drop_index("ix_tickets_counted", table_name="tickets")

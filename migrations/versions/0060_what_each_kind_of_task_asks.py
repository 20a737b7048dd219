"""What each kind of task asks for, its checklist, and what the work cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("details", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("tasks", sa.Column("steps_done", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("tasks", sa.Column("cost_cents", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for column in ("cost_cents", "steps_done", "details"):
        op.drop_column("tasks", column)

"""What operations ask customer service about a task."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("question", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("tasks", "question")

"""How dense each agent wants the list of tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agents", sa.Column("density", sa.Text(), server_default="default", nullable=False))


def downgrade() -> None:
    op.drop_column("agents", "density")

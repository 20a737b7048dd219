"""Keep the bytes of a message as they came, not compressed: mail compresses badly, and slowly."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Store what comes from now on as it is; what is there stays compressed and is read as before."""
    op.execute("ALTER TABLE envelopes ALTER COLUMN raw SET STORAGE EXTERNAL")


def downgrade() -> None:
    """Compress again what comes from now on."""
    op.execute("ALTER TABLE envelopes ALTER COLUMN raw SET STORAGE EXTENDED")

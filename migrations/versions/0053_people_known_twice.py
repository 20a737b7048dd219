"""Somebody who was known twice leads to the person they were joined to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("joined_to_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_contacts_joined_to_id_contacts"), "contacts", "contacts", ["joined_to_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(op.f("ix_contacts_joined_to_id"), "contacts", ["joined_to_id"])


def downgrade() -> None:
    op.drop_column("contacts", "joined_to_id")

"""Photos that operations put into the thread of a task's card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_photos",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), server_default="", nullable=False),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_photos")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_task_photos_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_photos_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("task_id", "url", name=op.f("uq_task_photos_task_id_url")),
        sa.UniqueConstraint("public_id", name=op.f("uq_task_photos_public_id")),
    )
    op.create_index(op.f("ix_task_photos_company_id"), "task_photos", ["company_id"])
    op.create_index(
        "ix_task_photos_waiting", "task_photos", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_table("task_photos")

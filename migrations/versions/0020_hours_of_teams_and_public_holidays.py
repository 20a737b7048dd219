"""Hours and zones of teams; public holidays by country and region; days worked although one of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXTS = (
    ("companies", "holiday_country"),
    ("companies", "holiday_region"),
    ("teams", "time_zone"),
)
SWITCHES = (("teams", "works_on_holidays"), ("holidays", "worked"))


def upgrade() -> None:
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    for table, column in SWITCHES:
        op.add_column(table, sa.Column(column, sa.Boolean(), server_default="false", nullable=False))
    op.create_index("ix_business_hours_team_id", "business_hours", ["team_id"])


def downgrade() -> None:
    op.drop_index("ix_business_hours_team_id", "business_hours")
    for table, column in (*TEXTS, *SWITCHES):
        op.drop_column(table, column)

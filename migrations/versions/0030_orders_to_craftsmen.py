"""Orders to craftsmen: their steps, their photos, where a craftsman works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = (
    "'offered', 'proposed', 'accepted', 'on_site', 'more_work', 'finished', 'cannot_finish', 'declined', 'cancelled', "
    "'expired'"
)
PURPOSES = "'reply', 'acknowledgement', 'answer', 'safety', 'page', 'survey', 'card', 'sign_in', 'consent'"
APPEND_ONLY = "BEFORE UPDATE OR DELETE ON order_events FOR EACH ROW EXECUTE FUNCTION refuse_change()"


def upgrade() -> None:
    op.add_column("contacts", _text("areas"))
    op.add_column("tasks", _text("standing"))
    _allow_purposes(f"{PURPOSES}, 'order'")
    op.create_table(
        "orders",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("craftsman_id", sa.BigInteger(), nullable=True),
        sa.Column("craftsman_name", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="offered", nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("limit_cents", sa.BigInteger(), nullable=True),
        sa.Column("needs_photo", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("slots", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("more_cents", sa.BigInteger(), nullable=True),
        _text("more_reason"),
        _text("report"),
        _text("no_photo_reason"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        *_owned("orders"),
        *_keys("orders", ("task_id", "tasks", "CASCADE"), ("craftsman_id", "contacts", "SET NULL")),
        *_keys("orders", ("agent_id", "agents", "SET NULL")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_orders_state_known")),
        sa.UniqueConstraint("public_id", name=op.f("uq_orders_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_orders_token_hash")),
    )
    op.create_index(op.f("ix_orders_company_id"), "orders", ["company_id"])
    op.create_index(op.f("ix_orders_craftsman_id"), "orders", ["craftsman_id"])
    op.create_index("ix_orders_task", "orders", ["task_id", "id"])
    op.create_index(
        "uq_orders_open",
        "orders",
        ["task_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('accepted', 'more_work', 'offered', 'on_site', 'proposed')"),
    )
    op.create_index(
        "ix_orders_waiting", "orders", ["answer_by"], postgresql_where=sa.text("state IN ('offered', 'proposed')")
    )
    op.create_table(
        "order_events",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        _text("actor_name"),
        sa.Column("facts", postgresql.JSONB(), server_default="{}", nullable=False),
        *_owned("order_events"),
        *_keys("order_events", ("order_id", "orders", "CASCADE")),
        sa.CheckConstraint(
            "actor_kind IN ('contact', 'agent', 'machine', 'operations')", name=op.f("ck_order_events_actor_kind_known")
        ),
        sa.UniqueConstraint("order_id", "form_id", name=op.f("uq_order_events_order_id_form_id")),
    )
    op.create_index(op.f("ix_order_events_company_id"), "order_events", ["company_id"])
    op.create_index("ix_order_events_order", "order_events", ["order_id", "id"])
    op.execute(f"CREATE TRIGGER order_events_append_only {APPEND_ONLY}")
    op.create_table(
        "order_photos",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_owned("order_photos"),
        *_keys("order_photos", ("order_id", "orders", "CASCADE")),
        sa.UniqueConstraint("public_id", name=op.f("uq_order_photos_public_id")),
    )
    op.create_index(op.f("ix_order_photos_company_id"), "order_photos", ["company_id"])
    op.create_index(op.f("ix_order_photos_order_id"), "order_photos", ["order_id"])


def downgrade() -> None:
    for table in ("order_photos", "order_events", "orders"):
        op.drop_table(table)
    op.execute("SELECT set_config('hub.erase', 'on', true)")
    op.execute("DELETE FROM outbox WHERE purpose = 'order'")
    _allow_purposes(PURPOSES)
    op.drop_column("tasks", "standing")
    op.drop_column("contacts", "areas")


def _allow_purposes(words: str) -> None:
    op.drop_constraint(op.f("ck_outbox_purpose_known"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_purpose_known"), "outbox", f"purpose IN ({words})")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what every table has: a number, a company, when it was made."""
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *_keys(table, ("company_id", "companies", "CASCADE")),
    )


def _keys(table: str, *keys: tuple[str, str, str]) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}_{parent}"), ondelete=then)
        for column, parent, then in keys
    )

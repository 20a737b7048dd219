"""The tables of the core."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('hub.erase', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER ticket_events_append_only BEFORE UPDATE OR DELETE ON ticket_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER task_events_append_only BEFORE UPDATE OR DELETE ON task_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.create_table(
        "agents",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("slack_user", sa.Text(), server_default="", nullable=False),
        sa.Column("demo", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("appearance", sa.Text(), server_default="system", nullable=False),
        sa.Column("shortcuts", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("email", name=op.f("uq_agents_email")),
    )
    op.create_table(
        "companies",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), server_default="Europe/Berlin", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("region", sa.Text(), server_default="US", nullable=False),
        sa.Column("currency", sa.Text(), server_default="EUR", nullable=False),
        sa.Column("accent", sa.Text(), server_default="#0B5F75", nullable=False),
        sa.Column("signature", sa.Text(), server_default="", nullable=False),
        sa.Column("emergency_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("answers_by_itself", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("acknowledges", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("host", name=op.f("uq_companies_host")),
        sa.UniqueConstraint("slug", name=op.f("uq_companies_slug")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_api_tokens_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index(op.f("ix_api_tokens_agent_id"), "api_tokens", ["agent_id"], unique=False)
    op.create_table(
        "articles",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("translation_of", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("phrasings", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("related", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("automatic", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("audience IN ('residents', 'owners', 'staff')", name=op.f("ck_articles_audience_known")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_articles_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint(
            "company_id", "audience", "language", "slug", name=op.f("uq_articles_company_id_audience_language_slug")
        ),
    )
    op.create_index(op.f("ix_articles_company_id"), "articles", ["company_id"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_blocks_agent_id_agents"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_blocks_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("company_id", "value", name=op.f("uq_blocks_company_id_value")),
    )
    op.create_index(op.f("ix_blocks_company_id"), "blocks", ["company_id"], unique=False)
    op.create_table(
        "channel_accounts",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=True),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        sa.Column("last_fetch_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_channel_accounts_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_accounts")),
        sa.UniqueConstraint(
            "company_id", "channel", "address", name=op.f("uq_channel_accounts_company_id_channel_address")
        ),
    )
    op.create_index("ix_channel_accounts_address", "channel_accounts", ["channel", "address"], unique=False)
    op.create_index(op.f("ix_channel_accounts_company_id"), "channel_accounts", ["company_id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("prefers", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("trade", sa.Text(), server_default="", nullable=False),
        sa.Column("insured_until", sa.Date(), nullable=True),
        sa.Column("outside_id", sa.Text(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_contacts_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("company_id", "outside_id", name=op.f("uq_contacts_company_id_outside_id")),
    )
    op.create_index(op.f("ix_contacts_company_id"), "contacts", ["company_id"], unique=False)
    op.create_index(
        "ix_contacts_name_trgm",
        "contacts",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "holidays",
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_holidays_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holidays")),
        sa.UniqueConstraint("company_id", "falls_on", name=op.f("uq_holidays_company_id_falls_on")),
    )
    op.create_index(op.f("ix_holidays_company_id"), "holidays", ["company_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_idempotency_keys_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("agent_id", "key_hash", name=op.f("uq_idempotency_keys_agent_id_key_hash")),
    )
    op.create_table(
        "macros",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("actions", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_macros_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macros")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_macros_company_id_name")),
    )
    op.create_index(op.f("ix_macros_company_id"), "macros", ["company_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("queues", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("balances", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('agent', 'operations', 'manager', 'admin')", name=op.f("ck_memberships_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_memberships_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_memberships_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("company_id", "agent_id", name=op.f("uq_memberships_company_id_agent_id")),
    )
    op.create_index(op.f("ix_memberships_agent_id"), "memberships", ["agent_id"], unique=False)
    op.create_index(op.f("ix_memberships_company_id"), "memberships", ["company_id"], unique=False)
    op.create_table(
        "properties",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), server_default="", nullable=False),
        sa.Column("postcode", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("slack_channel", sa.Text(), server_default="", nullable=False),
        sa.Column("outside_id", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_properties_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_properties")),
        sa.UniqueConstraint("company_id", "outside_id", name=op.f("uq_properties_company_id_outside_id")),
    )
    op.create_index(op.f("ix_properties_company_id"), "properties", ["company_id"], unique=False)
    op.create_index(
        "ix_properties_name_trgm",
        "properties",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "provider_events",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_key", sa.LargeBinary(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_provider_events_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_events")),
        sa.UniqueConstraint("provider", "event_key", name=op.f("uq_provider_events_provider_event_key")),
    )
    op.create_index(op.f("ix_provider_events_company_id"), "provider_events", ["company_id"], unique=False)
    op.create_index(
        "ix_provider_events_waiting", "provider_events", ["id"], unique=False, postgresql_where="applied_at IS NULL"
    )
    op.create_table(
        "tags",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_tags_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("company_id", "name", name=op.f("uq_tags_company_id_name")),
    )
    op.create_index(op.f("ix_tags_company_id"), "tags", ["company_id"], unique=False)
    op.create_table(
        "teams",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slack_channel", sa.Text(), server_default="", nullable=False),
        sa.Column("on_call_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_teams_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("company_id", "slug", name=op.f("uq_teams_company_id_slug")),
    )
    op.create_index(op.f("ix_teams_company_id"), "teams", ["company_id"], unique=False)
    op.create_table(
        "article_feedback",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_feedback_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_article_feedback_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
    )
    op.create_index(op.f("ix_article_feedback_article_id"), "article_feedback", ["article_id"], unique=False)
    op.create_index(op.f("ix_article_feedback_company_id"), "article_feedback", ["company_id"], unique=False)
    op.create_table(
        "business_hours",
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_business_hours_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_business_hours_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_hours")),
    )
    op.create_index(op.f("ix_business_hours_company_id"), "business_hours", ["company_id"], unique=False)
    op.create_table(
        "identities",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_answered_by_machine_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_identities_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_identities_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("company_id", "kind", "value", name=op.f("uq_identities_company_id_kind_value")),
    )
    op.create_index(op.f("ix_identities_company_id"), "identities", ["company_id"], unique=False)
    op.create_index(op.f("ix_identities_contact_id"), "identities", ["contact_id"], unique=False)
    op.create_index(
        "ix_identities_value_trgm",
        "identities",
        ["value"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"value": "gin_trgm_ops"},
    )
    op.create_table(
        "queues",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("makes_tasks", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_queues_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_queues_team_id_teams"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
        sa.UniqueConstraint("company_id", "slug", name=op.f("uq_queues_company_id_slug")),
    )
    op.create_index(op.f("ix_queues_company_id"), "queues", ["company_id"], unique=False)
    op.create_table(
        "units",
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("floor", sa.Text(), server_default="", nullable=False),
        sa.Column("access_notes", sa.Text(), server_default="", nullable=False),
        sa.Column("outside_id", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_units_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_units_property_id_properties"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("company_id", "outside_id", name=op.f("uq_units_company_id_outside_id")),
        sa.UniqueConstraint("property_id", "label", name=op.f("uq_units_property_id_label")),
    )
    op.create_index(op.f("ix_units_company_id"), "units", ["company_id"], unique=False)
    op.create_index(op.f("ix_units_property_id"), "units", ["property_id"], unique=False)
    op.create_table(
        "leases",
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("deposit_cents", sa.BigInteger(), nullable=True),
        sa.Column("balance_cents", sa.BigInteger(), nullable=True),
        sa.Column("balance_on", sa.Date(), nullable=True),
        sa.Column("notice_months", sa.BigInteger(), nullable=True),
        sa.Column("outside_id", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("int8range(unit_id, unit_id, '[]')"), "&&"),
            (sa.text("daterange(starts_on, ends_on, '[)')"), "&&"),
            using="gist",
            name="ex_leases_no_overlap",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_leases_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_leases_unit_id_units"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
        sa.UniqueConstraint("company_id", "outside_id", name=op.f("uq_leases_company_id_outside_id")),
    )
    op.create_index(op.f("ix_leases_company_id"), "leases", ["company_id"], unique=False)
    op.create_index(op.f("ix_leases_unit_id"), "leases", ["unit_id"], unique=False)
    op.create_table(
        "ownerships",
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ownerships_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_ownerships_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_ownerships_property_id_properties"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_ownerships_unit_id_units"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownerships")),
    )
    op.create_index(op.f("ix_ownerships_company_id"), "ownerships", ["company_id"], unique=False)
    op.create_index(op.f("ix_ownerships_contact_id"), "ownerships", ["contact_id"], unique=False)
    op.create_index(op.f("ix_ownerships_property_id"), "ownerships", ["property_id"], unique=False)
    op.create_index(op.f("ix_ownerships_unit_id"), "ownerships", ["unit_id"], unique=False)
    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_codes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_sign_in_links_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_sign_in_links_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_sign_in_links_identity_id_identities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_links_token_hash")),
    )
    op.create_index("ix_sign_in_links_address", "sign_in_links", ["address", "created_at"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_sign_ins_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_sign_ins_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_sign_ins_identity_id_identities"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_ins_secret_hash")),
    )
    op.create_index(op.f("ix_sign_ins_agent_id"), "sign_ins", ["agent_id"], unique=False)
    op.create_index(op.f("ix_sign_ins_contact_id"), "sign_ins", ["contact_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), server_default="normal", nullable=False),
        sa.Column("state", sa.Text(), server_default="to_do", nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("access_notes", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("blocked_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("blocked_until", sa.Date(), nullable=True),
        sa.Column("card_provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('repair', 'property_turn', 'lease_renewal', 'viewing', 'key', 'name_plate', 'billing_matter', 'other')",
            name=op.f("ck_tasks_kind_known"),
        ),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_tasks_priority_known")),
        sa.CheckConstraint(
            "state IN ('to_do', 'scheduled', 'with_craftsman', 'in_progress', 'blocked', 'done', 'cancelled')",
            name=op.f("ck_tasks_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["agents.id"], name=op.f("fk_tasks_assignee_id_agents"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_tasks_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_tasks_property_id_properties"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_tasks_unit_id_units"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_board", "tasks", ["company_id", "state", sa.literal_column("id DESC")], unique=False)
    op.create_index(op.f("ix_tasks_company_id"), "tasks", ["company_id"], unique=False)
    op.create_index(op.f("ix_tasks_property_id"), "tasks", ["property_id"], unique=False)
    op.create_index(op.f("ix_tasks_unit_id"), "tasks", ["unit_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("queue", sa.Text(), server_default="front-desk", nullable=False),
        sa.Column("status", sa.Text(), server_default="new", nullable=False),
        sa.Column("priority", sa.Text(), server_default="normal", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("band", sa.Text(), server_default="", nullable=False),
        sa.Column("emergency", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("emergency_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("acknowledged_by_agent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("requester_name", sa.Text(), server_default="", nullable=False),
        sa.Column("requester_role", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_label", sa.Text(), server_default="", nullable=False),
        sa.Column("preview", sa.Text(), server_default="", nullable=False),
        sa.Column("blocker", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("unread", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("history", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("quarantined", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("machine_answered", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("snooze_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("news_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_inbound_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("follow_up_of_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_tickets_priority_known")),
        sa.CheckConstraint(
            "status IN ('new', 'open', 'pending', 'on_hold', 'closed')", name=op.f("ck_tickets_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["agents.id"], name=op.f("fk_tickets_assignee_id_agents"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "queue"],
            ["queues.company_id", "queues.slug"],
            name=op.f("fk_tickets_company_id_queue_queues"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_tickets_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_tickets_contact_id_contacts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_of_id"], ["tickets.id"], name=op.f("fk_tickets_follow_up_of_id_tickets"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["tickets.id"], name=op.f("fk_tickets_merged_into_id_tickets"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_tickets_property_id_properties"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_tickets_unit_id_units"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tickets_public_id")),
    )
    op.create_index(
        "ix_tickets_activity",
        "tickets",
        ["company_id", sa.literal_column("last_activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_assignee",
        "tickets",
        ["assignee_id", sa.literal_column("emergency DESC"), "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed' AND NOT history AND NOT quarantined"),
    )
    op.create_index(op.f("ix_tickets_company_id"), "tickets", ["company_id"], unique=False)
    op.create_index(
        "ix_tickets_follow_up",
        "tickets",
        ["follow_up_of_id"],
        unique=False,
        postgresql_where=sa.text("follow_up_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tickets_requester", "tickets", ["contact_id", sa.literal_column("last_activity_at DESC")], unique=False
    )
    op.create_index(
        "ix_tickets_snoozed",
        "tickets",
        ["snooze_until"],
        unique=False,
        postgresql_where=sa.text("snooze_until IS NOT NULL"),
    )
    op.create_index("ix_tickets_unit", "tickets", ["unit_id", sa.literal_column("last_activity_at DESC")], unique=False)
    op.create_index(
        "ix_tickets_urgency",
        "tickets",
        ["company_id", sa.literal_column("emergency DESC"), "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed' AND NOT history AND NOT quarantined"),
    )
    op.create_table(
        "lease_parties",
        sa.Column("lease_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_lease_parties_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_lease_parties_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lease_id"], ["leases.id"], name=op.f("fk_lease_parties_lease_id_leases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease_parties")),
        sa.UniqueConstraint("lease_id", "contact_id", name=op.f("uq_lease_parties_lease_id_contact_id")),
    )
    op.create_index(op.f("ix_lease_parties_company_id"), "lease_parties", ["company_id"], unique=False)
    op.create_index(op.f("ix_lease_parties_contact_id"), "lease_parties", ["contact_id"], unique=False)
    op.create_table(
        "machine_answers",
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_machine_answers_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_machine_answers_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_answers")),
    )
    op.create_index(op.f("ix_machine_answers_company_id"), "machine_answers", ["company_id"], unique=False)
    op.create_index(
        "ix_machine_answers_recipient", "machine_answers", ["company_id", "recipient", "created_at"], unique=False
    )
    op.create_index(op.f("ix_machine_answers_ticket_id"), "machine_answers", ["ticket_id"], unique=False)
    op.create_index(
        "ix_machine_answers_time", "machine_answers", ["company_id", sa.literal_column("created_at DESC")], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), server_default="public", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="personal", nullable=False),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), server_default="", nullable=False),
        sa.Column("author_address", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("reply_text", sa.Text(), server_default="", nullable=False),
        sa.Column("safe_html", sa.Text(), server_default="", nullable=False),
        sa.Column("trust", sa.Text(), server_default="unverified", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("triaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("may_answer", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("history", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "author_kind IN ('contact', 'agent', 'machine', 'operations')", name=op.f("ck_messages_author_kind_known")
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_messages_direction_known")),
        sa.CheckConstraint("visibility IN ('public', 'internal')", name=op.f("ck_messages_visibility_known")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_messages_agent_id_agents"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_messages_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id_contacts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_messages_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_messages_public_id")),
    )
    op.create_index(op.f("ix_messages_company_id"), "messages", ["company_id"], unique=False)
    op.create_index(op.f("ix_messages_contact_id"), "messages", ["contact_id"], unique=False)
    op.create_index("ix_messages_ticket", "messages", ["ticket_id", "id"], unique=False)
    op.create_index("ix_messages_media", "messages", ["id"], unique=False, postgresql_where="facts ? 'media_waiting'")
    op.create_index(
        "ix_messages_untriaged",
        "messages",
        ["id"],
        unique=False,
        postgresql_where="triaged_at IS NULL AND direction = 'in'",
    )
    op.create_table(
        "participants",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["agents.id"], name=op.f("fk_participants_added_by_id_agents"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_participants_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_participants_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_participants_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("ticket_id", "contact_id", name=op.f("uq_participants_ticket_id_contact_id")),
    )
    op.create_index(op.f("ix_participants_company_id"), "participants", ["company_id"], unique=False)
    op.create_index(op.f("ix_participants_contact_id"), "participants", ["contact_id"], unique=False)
    op.create_table(
        "rents",
        sa.Column("lease_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_rents_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lease_id"], ["leases.id"], name=op.f("fk_rents_lease_id_leases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rents")),
        sa.UniqueConstraint("lease_id", "starts_on", name=op.f("uq_rents_lease_id_starts_on")),
    )
    op.create_index(op.f("ix_rents_company_id"), "rents", ["company_id"], unique=False)
    op.create_table(
        "search_documents",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_search_documents_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_search_documents_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_documents_kind_subject_id")),
    )
    op.create_index(op.f("ix_search_documents_company_id"), "search_documents", ["company_id"], unique=False)
    op.create_index(
        "ix_search_documents_newest", "search_documents", ["company_id", "kind", "happened_at"], unique=False
    )
    op.create_index(op.f("ix_search_documents_ticket_id"), "search_documents", ["ticket_id"], unique=False)
    op.create_index("ix_search_documents_words", "search_documents", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "surveys",
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), server_default="residents", nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_surveys_score_in_range")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_surveys_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_surveys_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_surveys_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("public_id", name=op.f("uq_surveys_public_id")),
    )
    op.create_index("ix_surveys_answered", "surveys", ["company_id", "answered_at"], unique=False)
    op.create_index(op.f("ix_surveys_company_id"), "surveys", ["company_id"], unique=False)
    op.create_index("ix_surveys_contact", "surveys", ["contact_id", "created_at"], unique=False)
    op.create_index(op.f("ix_surveys_ticket_id"), "surveys", ["ticket_id"], unique=False)
    op.create_table(
        "task_events",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('contact', 'agent', 'machine', 'operations')", name=op.f("ck_task_events_actor_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_task_events_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_events_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_events")),
    )
    op.create_index(op.f("ix_task_events_company_id"), "task_events", ["company_id"], unique=False)
    op.create_index("ix_task_events_task", "task_events", ["task_id", "id"], unique=False)
    op.create_table(
        "task_tickets",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_task_tickets_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_tickets_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_task_tickets_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_tickets")),
        sa.UniqueConstraint("task_id", "ticket_id", name=op.f("uq_task_tickets_task_id_ticket_id")),
    )
    op.create_index(op.f("ix_task_tickets_company_id"), "task_tickets", ["company_id"], unique=False)
    op.create_index(op.f("ix_task_tickets_ticket_id"), "task_tickets", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_events",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('contact', 'agent', 'machine', 'operations')",
            name=op.f("ck_ticket_events_actor_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_ticket_events_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_events_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_events")),
    )
    op.create_index(op.f("ix_ticket_events_company_id"), "ticket_events", ["company_id"], unique=False)
    op.create_index("ix_ticket_events_kind", "ticket_events", ["company_id", "kind", "created_at"], unique=False)
    op.create_index("ix_ticket_events_ticket", "ticket_events", ["ticket_id", "id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("declared_type", sa.Text(), server_default="", nullable=False),
        sa.Column("disposition", sa.Text(), server_default="attachment", nullable=False),
        sa.Column("content_id", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_attachments_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_attachments_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachments_public_id")),
    )
    op.create_index(op.f("ix_attachments_company_id"), "attachments", ["company_id"], unique=False)
    op.create_index(op.f("ix_attachments_message_id"), "attachments", ["message_id"], unique=False)
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("queue_before", sa.Text(), nullable=False),
        sa.Column("queue_after", sa.Text(), nullable=False),
        sa.Column("topic_after", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_corrections_agent_id_agents"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_corrections_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_corrections_message_id_messages"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_corrections_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_company_id"), "corrections", ["company_id"], unique=False)
    op.create_index("ix_corrections_ticket", "corrections", ["ticket_id"], unique=False)
    op.create_table(
        "envelopes",
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.LargeBinary(), nullable=False),
        sa.Column("content_key", sa.LargeBinary(), nullable=False),
        sa.Column("delivery_key", sa.LargeBinary(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_sha256", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("lane", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("history", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("stub_ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("duplicate_of_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("state <> 'done' OR message_id IS NOT NULL", name=op.f("ck_envelopes_done_has_message")),
        sa.CheckConstraint(
            "state IN ('new', 'done', 'parked', 'duplicate', 'suppressed')", name=op.f("ck_envelopes_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["channel_accounts.id"],
            name=op.f("fk_envelopes_account_id_channel_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_envelopes_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["envelopes.id"],
            name=op.f("fk_envelopes_duplicate_of_id_envelopes"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_envelopes_message_id_messages"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["stub_ticket_id"], ["tickets.id"], name=op.f("fk_envelopes_stub_ticket_id_tickets"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
        sa.UniqueConstraint("message_id", name=op.f("uq_envelopes_message_id")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_envelopes_source_source_key")),
    )
    op.create_index(op.f("ix_envelopes_company_id"), "envelopes", ["company_id"], unique=False)
    op.create_index("ix_envelopes_content", "envelopes", ["company_id", "content_key"], unique=False)
    op.create_index(
        "ix_envelopes_delivery",
        "envelopes",
        ["company_id", "delivery_key"],
        unique=False,
        postgresql_where="delivery_key IS NOT NULL",
    )
    op.create_index(
        "ix_envelopes_state", "envelopes", ["state", "id"], unique=False, postgresql_where="state = 'parked'"
    )
    op.create_index("ix_envelopes_waiting", "envelopes", ["lane", "id"], unique=False, postgresql_where="state = 'new'")
    op.create_table(
        "message_references",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_message_references_company_id_companies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_references_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_message_references_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_references")),
    )
    op.create_index(op.f("ix_message_references_company_id"), "message_references", ["company_id"], unique=False)
    op.create_index("ix_message_references_hash", "message_references", ["company_id", "id_hash"], unique=False)
    op.create_index(op.f("ix_message_references_message_id"), "message_references", ["message_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=True),
        sa.Column("urgency", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('reply', 'acknowledgement', 'answer', 'safety', 'page', 'survey', 'card', 'sign_in', 'consent')",
            name=op.f("ck_outbox_purpose_known"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'accepted', 'delivered', 'failed', 'unknown', 'held', 'cancelled')",
            name=op.f("ck_outbox_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["channel_accounts.id"],
            name=op.f("fk_outbox_account_id_channel_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_outbox_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_outbox_task_id_tasks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_outbox_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("position", name=op.f("uq_outbox_position")),
        sa.UniqueConstraint("rfc_message_id", name=op.f("uq_outbox_rfc_message_id")),
    )
    op.create_index("ix_outbox_company", "outbox", ["company_id", "position"], unique=False)
    op.create_index("ix_outbox_message", "outbox", ["message_id"], unique=False)
    op.create_index(
        "ix_outbox_provider", "outbox", ["channel", "provider_id"], unique=False, postgresql_where="provider_id <> ''"
    )
    op.create_index("ix_outbox_recipient", "outbox", ["channel", "recipient"], unique=False)
    op.create_index("ix_outbox_ticket", "outbox", ["ticket_id", "position"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["urgency", "next_at", "position"],
        unique=False,
        postgresql_where="state IN ('pending', 'sending', 'unknown')",
    )
    op.create_table(
        "predictions",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Text(), server_default="", nullable=False),
        sa.Column("alternatives", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_predictions_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_predictions_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_predictions_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predictions")),
        sa.UniqueConstraint("message_id", name=op.f("uq_predictions_message_id")),
    )
    op.create_index(op.f("ix_predictions_company_id"), "predictions", ["company_id"], unique=False)
    op.create_index("ix_predictions_ticket", "predictions", ["ticket_id", "id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_suggestions_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_suggestions_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_suggestions_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_suggestions_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint("message_id", "article_id", name=op.f("uq_suggestions_message_id_article_id")),
    )
    op.create_index(op.f("ix_suggestions_article_id"), "suggestions", ["article_id"], unique=False)
    op.create_index(op.f("ix_suggestions_company_id"), "suggestions", ["company_id"], unique=False)
    op.create_index(op.f("ix_suggestions_ticket_id"), "suggestions", ["ticket_id"], unique=False)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.execute("DROP TRIGGER ticket_events_append_only ON ticket_events")
    op.execute("DROP TRIGGER task_events_append_only ON task_events")
    op.execute("DROP FUNCTION refuse_change")
    op.drop_index(op.f("ix_suggestions_ticket_id"), table_name="suggestions")
    op.drop_index(op.f("ix_suggestions_company_id"), table_name="suggestions")
    op.drop_index(op.f("ix_suggestions_article_id"), table_name="suggestions")
    op.drop_table("suggestions")
    op.drop_index("ix_predictions_ticket", table_name="predictions")
    op.drop_index(op.f("ix_predictions_company_id"), table_name="predictions")
    op.drop_table("predictions")
    op.drop_index(
        "ix_outbox_waiting", table_name="outbox", postgresql_where="state IN ('pending', 'sending', 'unknown')"
    )
    op.drop_index("ix_outbox_ticket", table_name="outbox")
    op.drop_index("ix_outbox_recipient", table_name="outbox")
    op.drop_index("ix_outbox_provider", table_name="outbox", postgresql_where="provider_id <> ''")
    op.drop_index("ix_outbox_message", table_name="outbox")
    op.drop_index("ix_outbox_company", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_message_references_message_id"), table_name="message_references")
    op.drop_index("ix_message_references_hash", table_name="message_references")
    op.drop_index(op.f("ix_message_references_company_id"), table_name="message_references")
    op.drop_table("message_references")
    op.drop_index("ix_envelopes_waiting", table_name="envelopes", postgresql_where="state = 'new'")
    op.drop_index("ix_envelopes_state", table_name="envelopes", postgresql_where="state = 'parked'")
    op.drop_index("ix_envelopes_delivery", table_name="envelopes", postgresql_where="delivery_key IS NOT NULL")
    op.drop_index("ix_envelopes_content", table_name="envelopes")
    op.drop_index(op.f("ix_envelopes_company_id"), table_name="envelopes")
    op.drop_table("envelopes")
    op.drop_index("ix_corrections_ticket", table_name="corrections")
    op.drop_index(op.f("ix_corrections_company_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_index("ix_attachments_sha256", table_name="attachments")
    op.drop_index(op.f("ix_attachments_message_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_company_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_ticket_events_ticket", table_name="ticket_events")
    op.drop_index("ix_ticket_events_kind", table_name="ticket_events")
    op.drop_index(op.f("ix_ticket_events_company_id"), table_name="ticket_events")
    op.drop_table("ticket_events")
    op.drop_index(op.f("ix_task_tickets_ticket_id"), table_name="task_tickets")
    op.drop_index(op.f("ix_task_tickets_company_id"), table_name="task_tickets")
    op.drop_table("task_tickets")
    op.drop_index("ix_task_events_task", table_name="task_events")
    op.drop_index(op.f("ix_task_events_company_id"), table_name="task_events")
    op.drop_table("task_events")
    op.drop_index(op.f("ix_surveys_ticket_id"), table_name="surveys")
    op.drop_index("ix_surveys_contact", table_name="surveys")
    op.drop_index(op.f("ix_surveys_company_id"), table_name="surveys")
    op.drop_index("ix_surveys_answered", table_name="surveys")
    op.drop_table("surveys")
    op.drop_index("ix_search_documents_words", table_name="search_documents", postgresql_using="gin")
    op.drop_index(op.f("ix_search_documents_ticket_id"), table_name="search_documents")
    op.drop_index("ix_search_documents_newest", table_name="search_documents")
    op.drop_index(op.f("ix_search_documents_company_id"), table_name="search_documents")
    op.drop_table("search_documents")
    op.drop_index(op.f("ix_rents_company_id"), table_name="rents")
    op.drop_table("rents")
    op.drop_index(op.f("ix_participants_contact_id"), table_name="participants")
    op.drop_index(op.f("ix_participants_company_id"), table_name="participants")
    op.drop_table("participants")
    op.drop_index("ix_messages_media", table_name="messages", postgresql_where="facts ? 'media_waiting'")
    op.drop_index(
        "ix_messages_untriaged", table_name="messages", postgresql_where="triaged_at IS NULL AND direction = 'in'"
    )
    op.drop_index("ix_messages_ticket", table_name="messages")
    op.drop_index(op.f("ix_messages_contact_id"), table_name="messages")
    op.drop_index(op.f("ix_messages_company_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_index("ix_machine_answers_time", table_name="machine_answers")
    op.drop_index(op.f("ix_machine_answers_ticket_id"), table_name="machine_answers")
    op.drop_index("ix_machine_answers_recipient", table_name="machine_answers")
    op.drop_index(op.f("ix_machine_answers_company_id"), table_name="machine_answers")
    op.drop_table("machine_answers")
    op.drop_index(op.f("ix_lease_parties_contact_id"), table_name="lease_parties")
    op.drop_index(op.f("ix_lease_parties_company_id"), table_name="lease_parties")
    op.drop_table("lease_parties")
    op.drop_index(
        "ix_tickets_urgency",
        table_name="tickets",
        postgresql_where=sa.text("status <> 'closed' AND NOT history AND NOT quarantined"),
    )
    op.drop_index("ix_tickets_unit", table_name="tickets")
    op.drop_index("ix_tickets_snoozed", table_name="tickets", postgresql_where=sa.text("snooze_until IS NOT NULL"))
    op.drop_index("ix_tickets_requester", table_name="tickets")
    op.drop_index("ix_tickets_follow_up", table_name="tickets", postgresql_where=sa.text("follow_up_of_id IS NOT NULL"))
    op.drop_index(op.f("ix_tickets_company_id"), table_name="tickets")
    op.drop_index(
        "ix_tickets_assignee",
        table_name="tickets",
        postgresql_where=sa.text("status <> 'closed' AND NOT history AND NOT quarantined"),
    )
    op.drop_index("ix_tickets_activity", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index(op.f("ix_tasks_unit_id"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_property_id"), table_name="tasks")
    op.drop_index(op.f("ix_tasks_company_id"), table_name="tasks")
    op.drop_index("ix_tasks_board", table_name="tasks")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_sign_ins_contact_id"), table_name="sign_ins")
    op.drop_index(op.f("ix_sign_ins_agent_id"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index("ix_sign_in_links_address", table_name="sign_in_links")
    op.drop_table("sign_in_links")
    op.drop_index(op.f("ix_ownerships_unit_id"), table_name="ownerships")
    op.drop_index(op.f("ix_ownerships_property_id"), table_name="ownerships")
    op.drop_index(op.f("ix_ownerships_contact_id"), table_name="ownerships")
    op.drop_index(op.f("ix_ownerships_company_id"), table_name="ownerships")
    op.drop_table("ownerships")
    op.drop_index(op.f("ix_leases_unit_id"), table_name="leases")
    op.drop_index(op.f("ix_leases_company_id"), table_name="leases")
    op.drop_table("leases")
    op.drop_index(op.f("ix_units_property_id"), table_name="units")
    op.drop_index(op.f("ix_units_company_id"), table_name="units")
    op.drop_table("units")
    op.drop_index(op.f("ix_queues_company_id"), table_name="queues")
    op.drop_table("queues")
    op.drop_index(
        "ix_identities_value_trgm",
        table_name="identities",
        postgresql_using="gin",
        postgresql_ops={"value": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_identities_contact_id"), table_name="identities")
    op.drop_index(op.f("ix_identities_company_id"), table_name="identities")
    op.drop_table("identities")
    op.drop_index(op.f("ix_business_hours_company_id"), table_name="business_hours")
    op.drop_table("business_hours")
    op.drop_index(op.f("ix_article_feedback_company_id"), table_name="article_feedback")
    op.drop_index(op.f("ix_article_feedback_article_id"), table_name="article_feedback")
    op.drop_table("article_feedback")
    op.drop_index(op.f("ix_teams_company_id"), table_name="teams")
    op.drop_table("teams")
    op.drop_index(op.f("ix_tags_company_id"), table_name="tags")
    op.drop_table("tags")
    op.drop_index("ix_provider_events_waiting", table_name="provider_events", postgresql_where="applied_at IS NULL")
    op.drop_index(op.f("ix_provider_events_company_id"), table_name="provider_events")
    op.drop_table("provider_events")
    op.drop_index(
        "ix_properties_name_trgm",
        table_name="properties",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_properties_company_id"), table_name="properties")
    op.drop_table("properties")
    op.drop_index(op.f("ix_memberships_company_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_agent_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_index(op.f("ix_macros_company_id"), table_name="macros")
    op.drop_table("macros")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_holidays_company_id"), table_name="holidays")
    op.drop_table("holidays")
    op.drop_index(
        "ix_contacts_name_trgm", table_name="contacts", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}
    )
    op.drop_index(op.f("ix_contacts_company_id"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_index(op.f("ix_channel_accounts_company_id"), table_name="channel_accounts")
    op.drop_index("ix_channel_accounts_address", table_name="channel_accounts")
    op.drop_table("channel_accounts")
    op.drop_index(op.f("ix_blocks_company_id"), table_name="blocks")
    op.drop_table("blocks")
    op.drop_index(op.f("ix_articles_company_id"), table_name="articles")
    op.drop_table("articles")
    op.drop_index(op.f("ix_api_tokens_agent_id"), table_name="api_tokens")
    op.drop_table("api_tokens")
    op.drop_table("companies")
    op.drop_table("agents")

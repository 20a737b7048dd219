"""The migrations make exactly the tables the models describe, and can be taken back."""

from __future__ import annotations

from apiflask import APIFlask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import text

from hub.db import Base, db
from hub.schema import MIGRATIONS, schema_version


def tables() -> set[str]:
    """Return the names of the tables there are."""
    with db.engine.connect() as connection:
        return set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))


def test_migrated_database_is_what_the_models_describe(app: APIFlask) -> None:
    check(directory=str(MIGRATIONS))  # ends the process with what differs

    assert {table.name for table in Base.metadata.sorted_tables} <= tables()


def test_migrations_can_be_taken_back_and_run_again(app: APIFlask) -> None:
    newest = schema_version(app)

    downgrade(directory=str(MIGRATIONS), revision="base")
    left = tables() - {"alembic_version"}
    upgrade(directory=str(MIGRATIONS))

    assert left == set()
    assert schema_version(app) == newest

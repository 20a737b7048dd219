"""The migrations make exactly the tables the models describe, and can be taken back."""

from __future__ import annotations

from apiflask import APIFlask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.db import Base, db
from hub.schema import MIGRATIONS, schema_version
from tests.factories import make_company


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


def test_history_cannot_be_changed_or_deleted(app: APIFlask) -> None:
    desk = app.extensions["desk"]
    company = make_company(desk)
    session = desk.session
    session.execute(
        text("INSERT INTO tickets (company_id, channel) VALUES (:company, 'email')"), {"company": company.id}
    )
    session.execute(
        text(
            "INSERT INTO ticket_events (company_id, ticket_id, kind, actor_kind) "
            "SELECT company_id, id, 'created', 'machine' FROM tickets"
        )
    )
    session.commit()

    refused = []
    for statement in ("UPDATE ticket_events SET kind = 'other'", "DELETE FROM ticket_events"):
        try:
            session.execute(text(statement))
        except DBAPIError as error:
            refused.append("append-only" in str(error))
        session.rollback()

    assert refused == [True, True]

"""The migrations make exactly the tables the models describe, and can be taken back."""

from __future__ import annotations

from apiflask import APIFlask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import text

from hub.db import Base, db
from hub.desk import Desk
from hub.models import Attachment
from hub.schema import MIGRATIONS, schema_version
from hub.services.inbox.finding import search_tickets
from tests.factories import make_agent, make_company, save
from tests.services.steps import mail, take_in


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


def test_files_that_came_before_are_found_by_every_word_of_their_names(app: APIFlask, desk: Desk) -> None:
    company = make_company(desk, mail="desk@example.org")
    (message,) = take_in(desk, mail())
    file = {"name": "lease_Demir-2024AnhangB.pdf", "content_type": "application/pdf", "sha256": b"", "size": 0}
    save(desk, Attachment(company_id=company.id, message_id=message.id, **file))
    maria = make_agent(desk, company)
    desk.session.close()

    downgrade(directory=str(MIGRATIONS), revision="0051")
    upgrade(directory=str(MIGRATIONS))

    found = [len(search_tickets(desk, maria, each).tickets) for each in ("lease", "demir", "2024", "anhang")]
    assert found == [1, 1, 1, 1]

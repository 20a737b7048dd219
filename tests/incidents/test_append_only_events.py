"""Histories rewritten (no public id: whoever got into a desk's database took out their own tracks).

Our rule: what happened to a ticket is only ever added. The database itself refuses to change or delete an event.
"""

from __future__ import annotations

from apiflask import APIFlask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.factories import make_company


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

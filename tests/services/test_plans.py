"""How PostgreSQL finds what the inbox asks for: by the indexes made for it, with no look at every ticket there is."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event, text

from hub.db import db
from hub.desk import Desk
from hub.domain.access import Actor
from hub.services.inbox.inbox import count_views, list_tickets
from hub.services.inbox.notices import read_notices
from tests.factories import make_agent, make_company

# Four companies of 5,000 tickets, nineteen of twenty closed, two of three open ones somebody's: 20 agents share them.
TICKETS = """
    INSERT INTO tickets (company_id, channel, status, assignee_id, queue, emergency, last_activity_at, due_at)
    SELECT companies.id, 'email', CASE WHEN mod(at, 20) = 0 THEN 'open' ELSE 'closed' END,
        CASE WHEN mod(at, 60) > 0 THEN (SELECT min(id) FROM agents) + mod(at / 20, 20) END,
        'front-desk', mod(at, 1000) = 0, now() - at * interval '1 minute', now() + at * interval '1 minute'
    FROM companies, generate_series(1, 5000) at
"""
ASKED: dict[str, tuple[Callable[[Desk, Actor], object], set[str]]] = {
    "the list of what is nobody's": (lambda desk, who: list_tickets(desk, who, "unassigned"), {"ix_tickets_nobodys"}),
    "the list of what is mine": (
        lambda desk, who: list_tickets(desk, who, "mine"),
        {"ix_tickets_assignee", "ix_tickets_counted"},
    ),
    "the list of everything": (lambda desk, who: list_tickets(desk, who, "all"), {"ix_tickets_activity"}),
    "the counts of the views": (count_views, {"ix_tickets_counted"}),
    "open emergencies": (read_notices, {"ix_tickets_emergency"}),
}


def test_what_every_page_asks_is_answered_by_an_index(desk: Desk) -> None:
    for name in ("Lindenhof Care", "Hafen Homes", "Parkview Residences", "Canal Row"):
        company = make_company(desk, name)
        agents = [make_agent(desk, company, f"Agent {number}") for number in range(5)]
    desk.session.execute(text(TICKETS))
    desk.session.execute(text("ANALYZE tickets"))
    desk.session.commit()

    for name, (ask, wanted) in ASKED.items():
        lines = plans_of(desk, ask, agents[0])
        assert any(f" {each} " in line for line in lines for each in wanted), (name, lines)
        assert not any("Seq Scan on tickets" in line for line in lines), (name, lines)


def plans_of(desk: Desk, ask: Callable[[Desk, Actor], object], who: Actor) -> list[str]:
    """Return the plan of every statement that an answer took, line by line."""
    statements: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *given: statements.append((given[2], given[3])))
    try:
        ask(desk, who)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    connection = desk.session.connection()
    plans = [connection.exec_driver_sql(f"EXPLAIN {sql}", given) for sql, given in statements]
    return [f"{line[0]} " for plan in plans for line in plan]

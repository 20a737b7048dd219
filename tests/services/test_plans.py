"""How PostgreSQL finds what the inbox asks for: by the indexes made for it, with no look at every ticket there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event, text

from hub.db import db
from hub.desk import Desk
from hub.domain.access import Actor
from hub.services.inbox.inbox import count_views, list_tickets
from hub.services.inbox.notices import read_notices
from tests.factories import make_agent, make_company

ASKED: dict[str, tuple[Callable[[Desk, Actor], object], set[str]]] = {
    "the list of what is nobody's": (lambda desk, who: list_tickets(desk, who, "unassigned"), {"ix_tickets_nobodys"}),
    "the list of what is mine": (lambda desk, who: list_tickets(desk, who, "mine"), {"ix_tickets_assignee"}),
    "the list of everything": (lambda desk, who: list_tickets(desk, who, "all"), {"ix_tickets_activity"}),
    "the counts of the views": (count_views, {"ix_tickets_counted"}),
    "open emergencies": (read_notices, {"ix_tickets_emergency"}),
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_every_page_asks_is_answered_by_an_index(desk: Desk, asked: str) -> None:
    maria = make_agent(desk, make_company(desk))
    ask, wanted = ASKED[asked]
    statements: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *given: statements.append((given[2], given[3])))
    try:
        ask(desk, maria)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    session = desk.session
    session.execute(text("SET LOCAL enable_seqscan = off"))  # a table this small is quicker read as a whole
    session.execute(text("SET LOCAL enable_bitmapscan = off"))
    session.execute(text("SET LOCAL enable_sort = off"))
    plans = [session.connection().exec_driver_sql(f"EXPLAIN {sql}", given) for sql, given in statements]
    lines = [str(line[0]) for plan in plans for line in plan]

    assert {each for each in wanted if not any(f"using {each} " in line for line in lines)} == set()
    assert not any("Seq Scan on tickets" in line for line in lines)

"""One office for all rows of a module: taken in once, emptied before other tests begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from hub.clock import FixedClock
from hub.db import db
from hub.desk import Desk
from tests.bad_input.taking import Taking
from tests.conftest import COUNT_ANEW, EMPTY, MONDAY_MORNING
from tests.factories import make_agent, make_company
from tests.services.steps import Office, thinking, with_providers
from tests.web.visitors import sign_in


@contextmanager
def emptied(app: APIFlask, clock: FixedClock) -> Iterator[Desk]:
    """Lend the desk on an empty database, and leave it empty."""
    clock.at = MONDAY_MORNING
    with app.app_context():
        found: Desk = app.extensions["desk"]
        try:
            yield found
        finally:
            db.session.rollback()
            db.session.execute(text(EMPTY))
            db.session.execute(text(COUNT_ANEW))
            db.session.commit()


@pytest.fixture(scope="module")
def taking(whole_app: APIFlask, clock: FixedClock) -> Iterator[Taking]:
    """Lend an office that takes rows in."""
    with emptied(whole_app, clock) as desk:
        company = make_company(desk, mail="desk@example.org", number="+12025550100")
        maria = make_agent(desk, company)
        browser = sign_in(whole_app, desk, maria)
        busy, providers = with_providers(thinking(desk))
        yield Taking(Office(busy, company, maria, providers), clock, browser)

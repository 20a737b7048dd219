"""A company at work whose pages are looked at."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from hub.desk import Desk
from tests.factories import make_agent, make_company
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, thinking, with_providers


@pytest.fixture
def office(desk: Desk) -> Office:
    """Return a company with a mailbox, its agent, and a desk whose channels end at scripted providers."""
    company = make_company(desk, mail="desk@example.org")
    maria = make_agent(desk, company)
    desk, providers = with_providers(thinking(desk))
    return Office(desk, company, maria, providers)


@pytest.fixture
def work(app: APIFlask, desk: Desk) -> Work:
    """Return a drain to clear, at a company with a mailbox and a number."""
    company = make_company(desk, mail="desk@example.org", number="+12025550100")
    scripted, providers = with_providers(thinking(desk))
    return make_work(Office(scripted, company, make_agent(desk, company), providers))

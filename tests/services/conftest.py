"""A company at work: an address, a number, an agent, and providers that do as they are told."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from hub.desk import Desk
from hub.models import Agent, Company
from hub.services.staff import accounts
from tests.factories import make_agent, make_company, make_step
from tests.services.coming_in import MARIA, PASSWORD
from tests.services.paging import INES, TOM
from tests.services.steps import Office, thinking, with_providers


@pytest.fixture
def company(desk: Desk) -> Company:
    """Return a company with a mailbox."""
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def office(desk: Desk) -> Office:
    """Return a company with a mailbox and a number, its agent, and a desk whose channels end at scripted providers."""
    company = make_company(desk, mail="desk@example.org", number="+12025550100")
    maria = make_agent(desk, company)
    desk, providers = with_providers(thinking(desk))
    return Office(desk, company, maria, providers)


@pytest.fixture
def maria(office: Office) -> Agent:
    """Return an agent who has a password."""
    with office.desk.transaction() as session:
        session.execute(update(Agent).values(email=MARIA))
        accounts.set_password(office.desk, office.maria.agent_id or 0, PASSWORD)
    office.desk.session.expire_all()
    return office.desk.session.get_one(Agent, office.maria.agent_id)


@pytest.fixture
def ladder(office: Office) -> None:
    """Put two people on call."""
    make_step(office.desk, office.company, "Tom Ritter", TOM, wait_minutes=5)
    make_step(office.desk, office.company, "Ines Vogt", INES, wait_minutes=10)

"""Programs that call the API: one for each role, with a token in every call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Agent, Company
from hub.services.staff.accounts import create_api_token
from tests.factories import make_agent, make_company


@dataclass(frozen=True)
class Program:
    """Calls the API as one account."""

    client: FlaskClient
    token: str
    agent_id: int

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, json=json, **more) if json is not None else self.call("POST", path, **more)

    def patch(self, path: str, json: Any) -> TestResponse:
        return self.call("PATCH", path, json=json)


def program_for(app: APIFlask, desk: Desk, agent_id: int) -> Program:
    """Return a program that acts for an account."""
    agent = desk.session.get(Agent, agent_id)
    assert agent is not None
    token = create_api_token(desk, agent.email)
    desk.session.commit()
    return Program(app.test_client(), token, agent_id)


def program_as(app: APIFlask, desk: Desk, company: Company, role: Role, **more: Any) -> Program:
    """Return a program with one role in one company."""
    actor = make_agent(desk, company, role=role, **more)
    assert actor.agent_id is not None
    return program_for(app, desk, actor.agent_id)


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org", number="+12025550100")


@pytest.fixture
def maria(app: APIFlask, desk: Desk, company: Company) -> Program:
    """Customer service."""
    return program_as(app, desk, company, Role.AGENT)


@pytest.fixture
def tom(app: APIFlask, desk: Desk, company: Company) -> Program:
    """Operations."""
    return program_as(app, desk, company, Role.OPERATIONS)


@pytest.fixture
def ines(app: APIFlask, desk: Desk, company: Company) -> Program:
    """The manager."""
    return program_as(app, desk, company, Role.MANAGER)


@pytest.fixture
def admin(app: APIFlask, desk: Desk, company: Company) -> Program:
    """The administrator."""
    return program_as(app, desk, company, Role.ADMIN)

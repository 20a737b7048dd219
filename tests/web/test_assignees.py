"""The page that says who gets a team's tasks."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from hub.desk import Desk
from hub.domain.access import Role
from hub.domain.task_kinds import TRADES
from hub.models import Company
from hub.services.operations.assigning import rule_of
from tests.factories import make_agent, make_unit
from tests.services.steps import Office
from tests.web.visitors import sign_in, token_on


@pytest.mark.parametrize(
    ("rule", "asked"),
    [("nobody", 0), ("property", 2), ("trade", len(TRADES) + 1), ("rota", 3)],
)
def test_a_rule_asks_for_what_it_needs(app: APIFlask, desk: Desk, office: Office, rule: str, asked: int) -> None:
    make_unit(desk, office.company)
    make_agent(desk, office.company, "Tom Ritter", Role.OPERATIONS)
    admin = sign_in(app, desk, make_agent(desk, office.company, "Ada", Role.ADMIN))

    page = admin.get(f"/admin/assignees?team=maintenance&rule={rule}").get_data(as_text=True)

    assert page.count("<select") == asked


def test_a_rule_is_saved_and_a_wrong_one_keeps_what_was_typed(app: APIFlask, desk: Desk, office: Office) -> None:
    tom = make_agent(desk, office.company, "Tom Ritter", Role.OPERATIONS)
    admin = sign_in(app, desk, make_agent(desk, office.company, "Ada", Role.ADMIN))
    page = admin.get("/admin/assignees").get_data(as_text=True)
    form = {"csrf_token": token_on(page), "company": office.company.slug, "team": "leasing"}

    wrong = admin.post("/admin/assignees", data=form | {"rule": "rota"})
    saved = admin.post("/admin/assignees", data=form | {"rule": "trade", "trade-lift": str(tom.agent_id)})

    assert wrong.status_code == 422
    assert "Name at least one person" in wrong.get_data(as_text=True)
    assert saved.status_code == 302
    desk.session.expire_all()
    assert rule_of(desk.session.get_one(Company, office.company.id), "leasing").trades == {"lift": tom.agent_id}
    assert "1 team has a rule" in admin.get("/admin").get_data(as_text=True)


def test_only_administrators_see_it(app: APIFlask, desk: Desk, office: Office) -> None:
    assert sign_in(app, desk, office.maria).get("/admin/assignees").status_code == 403

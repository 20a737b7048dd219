"""Link scanners (supabase/auth#1214, nextauth#1840): the mail filter opened the sign-in link before its reader, and was signed in.

Our rule: looking at a link changes nothing, however often and by whom. A press of its button signs in, once; and a mailbox alone is
no second factor.
"""

from __future__ import annotations

import re

import pyotp
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Agent
from hub.services.staff import accounts, second_factor
from tests.factories import make_agent, make_company
from tests.services.coming_in import staff_link
from tests.services.steps import Office, outbox
from tests.web.visitors import token_on, visit


@pytest.fixture
def browser(app: APIFlask) -> FlaskClient:
    """Return a browser in which nobody is signed in."""
    return visit(app)


def press(browser: FlaskClient, path: str, **fields: str) -> int:
    """Press the button of a link's page."""
    token = token_on(browser.get(path).get_data(as_text=True))
    return browser.post(path, data={"csrf_token": token, **fields}).status_code


def make_link(desk: Desk, *, totp: bool, clock: FixedClock) -> tuple[str, str]:
    """Return a link mailed to an agent, and the present code of their authenticator."""
    maria = make_agent(desk, make_company(desk, mail="desk@example.org"))
    with desk.transaction() as session:
        agent = session.get_one(Agent, maria.agent_id)
        code = ""
        if totp:
            authenticator = pyotp.parse_uri(second_factor.begin_totp(desk, agent.id))
            assert isinstance(authenticator, pyotp.TOTP)
            code = authenticator.at(clock.at)
            second_factor.confirm_totp(desk, agent.id, code)
        session.flush()
        accounts.request_agent_link(desk, agent.email)
    found = re.search(r"(/login/link/\S+)", outbox(desk, "sign_in")[0].payload["text"])
    assert found is not None
    return found[1], code


def test_a_link_that_is_looked_at_again_and_again_still_signs_in_once(
    desk: Desk, browser: FlaskClient, clock: FixedClock
) -> None:
    path, _ = make_link(desk, totp=False, clock=clock)
    for _ in range(3):
        browser.get(path)
        browser.head(path)

    assert press(browser, path) == 302
    assert browser.get(path).status_code == 410


def test_with_a_second_factor_the_link_asks_for_its_code_and_stays_good_until_it_fits(
    desk: Desk, browser: FlaskClient, clock: FixedClock
) -> None:
    path, code = make_link(desk, totp=True, clock=clock)

    without = press(browser, path)
    wrong = press(browser, path, code="000000" if code != "000000" else "000001")
    right = press(browser, path, code=code)

    assert (without, wrong, right) == (401, 401, 302)


def test_looking_at_a_link_changes_nothing(office: Office, maria: Agent) -> None:
    token = staff_link(office.desk)

    for _ in range(5):
        accounts.read_link(office.desk, token)

    assert office.desk.session.new == office.desk.session.dirty
    with office.desk.transaction():
        assert accounts.sign_in_with_link(office.desk, token).agent_id == maria.id

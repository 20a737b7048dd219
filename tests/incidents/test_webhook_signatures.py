"""Webhooks of anybody (Twilio 50535649249307, Slack): calls were believed by an address they claimed, or a second time.

Our rule: a call is believed by its signature over the configured address and its very bytes, young enough, once; while a secret
is changed both count. A forged call leaves nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Envelope, ProviderEvent
from tests.channels.slack_values import USER, a_press
from tests.channels.sms_values import TOKEN, a_form
from tests.factories import make_company
from tests.services.steps import take_in
from tests.web.callers import BASE, connect_slack, connect_sms, counted, press, text_us


@pytest.mark.parametrize(
    ("token", "signed_for"),
    [
        ("another token", BASE + "/hooks/sms"),
        (TOKEN, "https://desk.example.org/hooks/sms"),
        (TOKEN, BASE + "/hooks/sms/status"),
        (TOKEN, "http://evil.example/hooks/sms"),
    ],
)
def test_a_forged_call_is_refused_and_leaves_nothing(app: APIFlask, desk: Desk, token: str, signed_for: str) -> None:
    connect_sms(desk, make_company(desk))

    answer = text_us(app, a_form(), token=token, signed_for=signed_for)

    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert counted(desk, Envelope) == 0


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded"])
def test_only_the_configured_address_counts_whatever_the_request_claims(app: APIFlask, desk: Desk, name: str) -> None:
    connect_sms(desk, make_company(desk))
    claimed = {name: "host=evil.example" if name == "Forwarded" else "evil.example"}

    genuine = text_us(app, a_form(), **claimed)
    forged = text_us(app, a_form(), signed_for="http://evil.example/hooks/sms", **claimed)

    assert (genuine.status_code, forged.status_code) == (200, 403)


def test_both_tokens_count_while_one_is_changed(app: APIFlask, desk: Desk) -> None:
    connect_sms(desk, make_company(desk), auth_token="the new token", auth_token_previous=TOKEN)

    assert text_us(app, a_form()).status_code == 200


def test_a_press_older_than_five_minutes_is_refused(app: APIFlask, desk: Desk, clock: FixedClock) -> None:
    connect_slack(desk, make_company(desk))

    assert press(app, a_press(), clock, age=301).status_code == 401
    assert counted(desk, ProviderEvent) == 0


def test_a_press_from_another_workspace_is_refused(app: APIFlask, desk: Desk, clock: FixedClock) -> None:
    connect_slack(desk, make_company(desk), team_id="T999")

    assert press(app, a_press(), clock).status_code == 403


def test_a_text_called_in_twenty_times_at_once_is_one_message(app: APIFlask, desk: Desk) -> None:
    connect_sms(desk, make_company(desk))
    start = Barrier(20)

    def call(_: int) -> int:
        start.wait(timeout=20)
        return text_us(app, a_form()).status_code

    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(call, range(20)))

    assert set(statuses) == {200}
    assert len(take_in(desk)) == 1


def test_a_press_in_slack_is_kept_once(app: APIFlask, desk: Desk, clock: FixedClock) -> None:
    company = make_company(desk)
    connect_slack(desk, company)

    answers = [press(app, a_press(), clock, **{"X-Slack-Retry-Num": str(number)}) for number in range(3)]

    assert {each.status_code for each in answers} == {200}
    event = desk.session.scalars(select(ProviderEvent)).one()
    assert (event.company_id, event.body["action"]["subject"], event.body["action"]["actor"]) == (
        company.id,
        "T-88",
        USER,
    )

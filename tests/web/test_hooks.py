"""Providers call us: signed, stored before they are answered, and forged calls leave nothing behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import Envelope, Message, OutboxRow, ProviderEvent
from hub.services.intake import receive
from tests.channels.sms_values import ACCOUNT_SID, ANNA, DESK, MESSAGE_SID, a_form
from tests.factories import make_company, save
from tests.web.callers import ELSEWHERE, connect_slack, connect_sms, counted, press, text_us


def take_in(desk: Desk) -> list[Message]:
    while receive(desk):
        pass
    return list(desk.session.scalars(select(Message).order_by(Message.id)))


def test_a_text_becomes_a_message_of_the_company_whose_number_was_texted(app: APIFlask, desk: Desk) -> None:
    make_company(desk, "Ahornhaus")
    company = make_company(desk)
    connect_sms(desk, company)

    answer = text_us(app, a_form(Body="No hot water"))

    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert "<Response/>" in answer.text
    (message,) = take_in(desk)
    assert (message.company_id, message.text, message.author_address) == (company.id, "No hot water", ANNA)


def test_companies_that_share_a_provider_account_each_get_their_own_texts(app: APIFlask, desk: Desk) -> None:
    first, second = make_company(desk, "Ahornhaus"), make_company(desk, "Birkenhof")
    connect_sms(desk, first, DESK)
    account = connect_sms(desk, second, ELSEWHERE)

    text_us(app, a_form(To=ELSEWHERE))

    row = desk.session.scalars(select(Envelope)).one()
    assert (row.company_id, row.account_id, row.source) == (second.id, account.id, f"twilio:{account.id}")


def test_a_text_to_a_number_of_nobody_is_kept_and_no_machine_answers_it(
    app: APIFlask, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    connect_sms(desk, make_company(desk))

    answer = text_us(app, a_form(To=ELSEWHERE))

    assert answer.status_code == 200
    (message,) = take_in(desk)
    assert message.may_answer is False
    assert "This text was sent to a number that does not belong to this desk." in message.facts["defects"]
    assert desk.session.scalars(select(Envelope)).one().facts["unrouted"] == ELSEWHERE
    assert "nobody's here" in caplog.text


def test_the_same_id_with_other_words_keeps_the_first(app: APIFlask, desk: Desk) -> None:
    connect_sms(desk, make_company(desk))

    statuses = [text_us(app, a_form(Body=words)).status_code for words in ("First", "Second")]

    assert statuses == [200, 200]
    assert [each.text for each in take_in(desk)] == ["First"]


@pytest.mark.parametrize("fields", [{"MessageSid": ""}, {"MessageSid": "x" * 10_000}])
def test_a_genuine_call_that_cannot_be_read_is_told_so(app: APIFlask, desk: Desk, fields: Mapping[str, str]) -> None:
    connect_sms(desk, make_company(desk))

    answer = text_us(app, a_form(**fields))

    assert answer.status_code == 400
    assert "MessageSid" in answer.get_json()["detail"]
    assert counted(desk, Envelope) == 0


@pytest.mark.parametrize("path", ["/hooks/nothing", "/hooks/email", "/hooks/portal/x"])
def test_a_channel_that_nobody_calls_has_no_address(app: APIFlask, desk: Desk, path: str) -> None:
    make_company(desk)

    answer = app.test_client().post(path, data=b"x")

    assert answer.status_code == 404


def test_asking_instead_of_posting_is_not_allowed(app: APIFlask, desk: Desk) -> None:
    connect_sms(desk, make_company(desk))

    assert app.test_client().get("/hooks/sms").status_code == 405


def test_a_call_that_is_too_large_is_refused(app: APIFlask, desk: Desk) -> None:
    connect_sms(desk, make_company(desk))

    answer = text_us(app, b"x" * (11 * 1024 * 1024))

    assert answer.status_code == 413


def test_an_account_that_was_switched_off_takes_no_calls(app: APIFlask, desk: Desk) -> None:
    row = connect_sms(desk, make_company(desk))
    row.active = False
    desk.session.commit()

    assert text_us(app, a_form()).status_code == 403


def test_a_report_is_kept_once_for_the_company_whose_message_it_is_about(
    app: APIFlask, desk: Desk, clock: FixedClock
) -> None:
    first, second = make_company(desk, "Ahornhaus"), make_company(desk, "Birkenhof")
    connect_sms(desk, first, DESK)
    connect_sms(desk, second, ELSEWHERE)
    row = OutboxRow(
        id=uuid4(), company_id=second.id, channel="sms", purpose="reply", recipient=ANNA, payload={},
        next_at=clock.at, give_up_at=clock.at, state="accepted", provider_id=MESSAGE_SID,
    )  # fmt: skip
    save(desk, row)
    body = urlencode({"MessageSid": MESSAGE_SID, "AccountSid": ACCOUNT_SID, "MessageStatus": "delivered"}).encode()

    statuses = [text_us(app, body, path=f"/hooks/sms/status?id={row.id}").status_code for _ in range(3)]

    assert statuses == [204, 204, 204]
    event = desk.session.scalars(select(ProviderEvent)).one()
    assert (event.company_id, event.body["report"]["state"]) == (second.id, "delivered")


def test_slack_sees_that_the_address_is_ours(app: APIFlask, desk: Desk, clock: FixedClock) -> None:
    connect_slack(desk, make_company(desk))
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()

    answer = press(app, body, clock)

    assert (answer.status_code, answer.text) == (200, "3eZbrw1a")


@pytest.mark.parametrize(
    "body", [b"payload=nothing", b"payload=", b"{}x", b"{" * 10_000, b"payload=" + b"[" * 5_000_000]
)
def test_a_call_from_slack_that_is_nonsense_is_told_so(
    app: APIFlask, desk: Desk, clock: FixedClock, body: bytes
) -> None:
    connect_slack(desk, make_company(desk))

    assert press(app, body, clock).status_code == 400

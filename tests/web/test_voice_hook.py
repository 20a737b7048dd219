"""The calls of an alarm with Twilio's stand-in at the other end: placed, picked up, a key pressed; forged keys change nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from hub.app import choose_channels
from hub.desk import Desk
from hub.models import Alarm, Company, OutboxRow, Page, ProviderEvent
from hub.services.sending.provider_events import apply_events
from tests.channels.sms_values import CALL_SID
from tests.factories import make_company, make_step
from tests.ports import free_port
from tests.services.paging import FLOOD, INES, TOM, alarms, facts_of
from tests.services.steps import events_of, send_all, take_in, text_message
from tests.standins.twilio import TwilioStandIn
from tests.standins.twilio.server import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from tests.web.callers import BASE, connect_sms, text_us


@pytest.fixture
def twilio(app: APIFlask) -> Iterator[TwilioStandIn]:
    """Twilio, whose calls to our public address reach the application here."""
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with TwilioStandIn() as standin:
        standin.caller.routes[BASE] = f"http://127.0.0.1:{port}"
        yield standin
    server.shutdown()
    thread.join()


@pytest.fixture
def company(desk: Desk, twilio: TwilioStandIn) -> Company:
    company = make_company(desk)
    secrets = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "api_base": twilio.url}
    connect_sms(desk, company, NUMBER, **secrets)
    make_step(desk, company, "Tom Ritter", TOM)
    return company


@pytest.fixture
def ticket_id(desk: Desk, company: Company) -> int:
    """The emergency whose on-call phone is ringing."""
    real = replace(desk, channels=choose_channels(practice=False))
    (message,) = take_in(real, text_message(FLOOD, to=NUMBER), company_id=company.id)
    send_all(real)
    return message.ticket_id


def the_call(twilio: TwilioStandIn) -> str:
    (sid,) = twilio.account.calls
    return sid


def pressed(desk: Desk) -> int:
    keys = select(func.count()).select_from(ProviderEvent).where(ProviderEvent.body.has_key("action"))
    return desk.session.scalar(keys) or 0


@pytest.mark.usefixtures("ticket_id")
def test_the_call_reads_the_emergency_and_the_key_takes_it(desk: Desk, twilio: TwilioStandIn) -> None:
    call = twilio.answer_call(the_call(twilio), digits="1")
    apply_events(desk)

    assert call.recipient == TOM
    assert any("flood" in each and "Press 1 to take it" in each for each in call.said)
    assert call.said[-1] == "Thank you. It is yours."
    assert [(each.acknowledged_by, each.acknowledged_how) for each in alarms(desk)] == [("Tom Ritter", "voice")]
    page = desk.session.scalars(select(Page).where(Page.channel == "voice")).one()
    assert desk.session.get_one(OutboxRow, page.outbox_id, populate_existing=True).state == "delivered"


@pytest.mark.usefixtures("ticket_id")
def test_another_key_says_what_to_do_and_takes_nothing(desk: Desk, twilio: TwilioStandIn) -> None:
    call = twilio.answer_call(the_call(twilio), digits="5")
    apply_events(desk)

    assert "Text back the code" in call.said[-1]
    assert alarms(desk)[0].ended_at is None


def test_a_mailbox_that_picks_up_takes_nothing(desk: Desk, twilio: TwilioStandIn, ticket_id: int) -> None:
    twilio.answer_call(the_call(twilio))
    apply_events(desk)

    assert alarms(desk)[0].ended_at is None
    assert "taken" not in events_of(desk, ticket_id)


@pytest.mark.parametrize(
    ("how", "why"), [("no-answer", "Nobody picked up."), ("busy", "The line was busy."), ("failed", "check the number")]
)
def test_a_call_that_was_not_picked_up_is_told_on_the_ticket(
    desk: Desk, twilio: TwilioStandIn, ticket_id: int, how: str, why: str
) -> None:
    twilio.leave_call(the_call(twilio), how)
    apply_events(desk)

    (told,) = facts_of(desk, ticket_id, "not sent")
    assert why in str(told["reason"])
    assert alarms(desk)[0].ended_at is None


@pytest.mark.usefixtures("ticket_id")
def test_a_key_with_a_wrong_signature_or_of_another_account_stores_nothing(app: APIFlask, desk: Desk) -> None:
    page = desk.session.scalars(select(Page.id).where(Page.channel == "voice")).one()
    path = f"/hooks/sms/voice?page={page}"
    form = {"AccountSid": ACCOUNT_SID, "CallSid": CALL_SID, "Digits": "1", "To": TOM}

    answers = [
        text_us(app, urlencode(form).encode(), path=path, token="another token"),
        text_us(
            app, urlencode(form).encode(), path=path, token=AUTH_TOKEN, signed_for=f"{BASE}/hooks/sms/voice?page=0"
        ),
        text_us(app, urlencode(form | {"AccountSid": "AC" + "9" * 32}).encode(), path=path, token=AUTH_TOKEN),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403]
    assert pressed(desk) == 0


@pytest.mark.usefixtures("ticket_id")
def test_a_key_pressed_twice_or_from_another_number_counts_once_and_never(app: APIFlask, desk: Desk) -> None:
    page = desk.session.scalars(select(Page.id).where(Page.channel == "voice")).one()
    path = f"/hooks/sms/voice?page={page}"
    form = {"AccountSid": ACCOUNT_SID, "CallSid": CALL_SID, "Digits": "1", "To": TOM}

    text_us(app, urlencode(form | {"To": INES, "CallSid": "CA" + "d" * 32}).encode(), path=path, token=AUTH_TOKEN)
    apply_events(desk)
    untouched = alarms(desk)[0].ended_at
    for _ in range(2):
        text_us(app, urlencode(form).encode(), path=path, token=AUTH_TOKEN)
    apply_events(desk)

    assert untouched is None
    assert pressed(desk) == 2
    assert desk.session.scalars(select(Alarm.acknowledged_by)).all() == ["Tom Ritter"]

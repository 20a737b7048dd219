"""C23: a provider's reports come in any order, more than once, too early and too late; the last word is the true one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from werkzeug.serving import make_server

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import ProviderEvent
from hub.services.sending.provider_events import apply_events
from tests.chaos.conftest import Judge
from tests.chaos.room import NUMBER, Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import Tally
from tests.ports import free_port
from tests.standins.twilio import NOTHING, Plan, TwilioStandIn

WORDS = ("queued", "sending", "sent", "undelivered", "delivered")
REPEATS = 5
Order = tuple[str, ...]


@pytest.fixture
def twilio(app: APIFlask) -> Iterator[TwilioStandIn]:
    """Lend a Twilio that reaches this desk's web pages."""
    port = free_port()
    server = make_server("127.0.0.1", port, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    with TwilioStandIn(numbers=(NUMBER,), plan=NOTHING) as running:
        running.caller.routes["http://desk.example.org"] = f"http://127.0.0.1:{port}"
        yield running
    server.shutdown()
    serving.join()
    server.server_close()


def furnish(desk: Desk, clock: FixedClock, twilio: TwilioStandIn) -> Room:
    """Return a room with a number at that Twilio."""
    clock.at = datetime.now(UTC)
    account = twilio.account
    sms = {"account_sid": account.sid, "auth_token": account.auth_token, "number": NUMBER, "api_base": twilio.url}
    return Room.furnish(desk, clock, sms=sms)


def number_of(index: int) -> str:
    """Return one of the numbers kept for fiction."""
    return f"+4477009{index:05d}"


def test_c23_reports_in_every_order_end_the_same(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, twilio: TwilioStandIn
) -> None:
    room, tally = furnish(desk, clock, twilio), Tally.begin("C23", scale.seed)
    orders = list(permutations(WORDS))
    scale.dice("C23").shuffle(orders)
    del orders[scale.pick(40, len(orders)) :]
    early = len(orders) // 4  # told before the create request is answered
    for index, order in enumerate(orders[:early]):
        twilio.lifecycle.plans[number_of(index)] = Plan(WORDS[-1:], told=order, before_answer=True)
    rows = room.answer_texts(tally, [number_of(index) for index in range(len(orders))])
    told_again = set(rows[::10])

    room.send_until_settled()
    apply_events(desk)
    sids = {each.id: each.provider_id for each in room.rows()}
    for step in range(len(WORDS)):
        for row, order in list(zip(rows, orders, strict=True))[early:]:
            twilio.callbacks(sids[row.id], order[step : step + 1] * (REPEATS if row in told_again else 1))
        if step % 2:
            apply_events(desk)
    clock.at += timedelta(days=2)
    twilio.callbacks(sids[rows[0].id], ["sent", "queued"])
    apply_events(desk)

    judge("C23", tally, room, look=lambda: [each.body for each in twilio.created])
    assert {each.accepted for each in twilio.deliveries} == {True}
    assert [(each.error, sids[each.id]) for each in room.rows() if each.state != "delivered"] == []
    assert desk.session.scalars(select(ProviderEvent.id).where(ProviderEvent.applied_at.is_(None))).all() == []


def test_c23_a_report_about_nothing_of_ours_waits_a_day_and_holds_up_no_other(
    desk: Desk, clock: FixedClock, twilio: TwilioStandIn
) -> None:
    room = furnish(desk, clock, twilio)
    row = room.answer_text(Tally.begin("C23u", 0), number_of(1))
    room.send_until_settled()
    strange = {"MessageSid": "SM" + "f" * 32, "MessageStatus": "delivered", "AccountSid": twilio.account.sid}
    twilio.caller.post("http://desk.example.org/hooks/sms/status", strange)

    twilio.callbacks(next(each.provider_id for each in room.rows() if each.id == row.id), ["delivered"])
    apply_events(desk)
    waiting = desk.session.scalars(select(ProviderEvent.id).where(ProviderEvent.applied_at.is_(None))).all()
    clock.at += timedelta(days=2)
    apply_events(desk)
    left = desk.session.scalars(select(ProviderEvent.id).where(ProviderEvent.applied_at.is_(None))).all()

    assert [each.state for each in room.rows()] == ["delivered"]
    assert (len(waiting), len(left)) == (1, 0)


def test_c22_a_text_that_twilio_took_and_dropped_in_a_flood_comes_back_to_people(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, twilio: TwilioStandIn
) -> None:
    room, tally = furnish(desk, clock, twilio), Tally.begin("C22d", scale.seed)
    twilio.lifecycle.ordinary = Plan(("failed",), error_code=14107, before_answer=True)

    row = room.answer_text(tally, number_of(1))
    room.send_until_settled()
    apply_events(desk)

    judge("C22 dropped", tally, room, look=lambda: [each.body for each in twilio.created])
    assert room.read(row).state == "failed"
    (told,) = room.events("not sent")
    assert told.facts["reason"].endswith("wait a minute, then send it again. (Twilio 14107)")

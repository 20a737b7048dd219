"""C26: processes whose clocks are ten minutes apart, or step back, lose and double nothing, and no lease lives for ever."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.errors import Refused
from hub.models import Agent
from hub.services.sending.sending import send
from hub.services.staff.accounts import sign_in_with_link
from hub.services.tickets.ticket_messages import list_messages
from tests.chaos.conftest import Judge
from tests.chaos.letters_out import tokens_sent, write_replies
from tests.chaos.rig import Rig
from tests.chaos.room import NUMBER, Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import TOKEN, Tally
from tests.services.coming_in import staff_link
from tests.services.steps import take_in, text_message
from tests.standins.twilio import NOTHING, TwilioStandIn

SKEW = 600.0


def test_c26_clocks_twenty_minutes_apart_lose_and_double_nothing(rig: Rig, judge: Judge) -> None:
    inwards, outwards = Tally.begin("C26", rig.scale.seed), Tally.begin("C26o", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("fetch", {**rig.environ(), "TZ": "Pacific/Kiritimati"}, ahead=-SKEW, apart=True)
    rig.crew.start("worker", {**rig.environ(), "TZ": "America/Caracas"}, ahead=-SKEW, apart=True)
    rig.crew.start("worker", rig.environ(), ahead=SKEW, apart=True)
    rig.crew.start("clock", rig.environ(), ahead=SKEW, apart=True)

    for _ in range(rig.scale.pick(2, 20)):
        rig.dovecot.append_all(inwards.mails(rig.scale.pick(10, 30)), mailbox.user)
        write_replies(rig, outwards, rig.scale.pick(3, 10))

    judge("C26 in", inwards, rig)
    judge("C26 out", outwards, rig, look=lambda: tokens_sent(rig.sink))


@pytest.mark.parametrize("skew", [-SKEW, SKEW])
def test_c26_a_text_whose_answer_was_lost_is_found_though_the_clocks_differ(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, skew: float
) -> None:
    clock.at = datetime.now(UTC) + timedelta(seconds=skew)
    tally = Tally.begin("C26t", scale.seed)
    with TwilioStandIn(numbers=(NUMBER,), plan=NOTHING) as twilio:
        account = twilio.account
        account.now = lambda: clock.at - timedelta(seconds=skew)
        sms = {"account_sid": account.sid, "auth_token": account.auth_token, "number": NUMBER, "api_base": twilio.url}
        room = Room.furnish(desk, clock, sms=sms)
        for number in range(scale.pick(2, 20)):
            room.answer_text(tally, f"+1202555{number + 110:04d}")
            twilio.script("timeout_after_accepting", seconds=0.1)
            room.send_until_settled()

        judge("C26 texts", tally, room, look=lambda: [each.body for each in twilio.created])
        made = Counter(token for each in twilio.created for token in TOKEN.findall(each.body))
    assert set(made.values()) == {1}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 10, 25, 1, 5, tzinfo=UTC),  # Berlin's clocks go back an hour
        datetime(2027, 3, 28, 1, 5, tzinfo=UTC),  # and forward
        datetime(2028, 3, 1, 0, 5, tzinfo=UTC),  # ten minutes before, it is the 29th of February
    ],
    ids=["autumn", "spring", "leap day"],
)
def test_c26_a_lease_taken_before_the_clock_stepped_back_ends(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, at: datetime
) -> None:
    tally = Tally.begin("C26l", scale.seed)
    with TwilioStandIn(numbers=(NUMBER,), plan=NOTHING) as twilio:
        account = twilio.account
        account.now = lambda: clock.at
        sms = {"account_sid": account.sid, "auth_token": account.auth_token, "number": NUMBER, "api_base": twilio.url}
        room = Room.furnish(desk, clock, sms=sms)
        clock.at = at
        room.answer_text(tally, "+12025550110")
        twilio.script("cut_before_accepting")
        send(room.desk)
        clock.at -= timedelta(minutes=10)

        room.send_until_settled()
        judge("C26 step", tally, room, look=lambda: [each.body for each in twilio.created])
    assert [each.state for each in room.rows()] == ["accepted"]


def test_c26_a_conversation_is_in_the_order_in_which_it_came_whatever_the_clocks_said(
    desk: Desk, clock: FixedClock
) -> None:
    room = Room.furnish(desk, clock)
    said = []
    for minutes in (0, 20, -20, 10):
        clock.at += timedelta(minutes=minutes)
        (message,) = take_in(room.desk, text_message(f"After {minutes} minutes"))
        said.append(message.text)

    shown = list_messages(room.desk, room.maria, message.ticket_id).items
    assert [each.message.text for each in shown if each.message.direction == "in"] == said


@pytest.mark.parametrize("minutes", [-2, 2])
def test_c26_a_sign_in_link_made_on_a_host_whose_clock_differs_opens_once(
    desk: Desk, clock: FixedClock, minutes: int
) -> None:
    room = Room.furnish(desk, clock)
    email = desk.session.scalars(select(Agent.email)).one()
    token = staff_link(desk, email)

    clock.at += timedelta(minutes=minutes)
    with desk.transaction():
        signed_in = sign_in_with_link(desk, token)

    assert signed_in.agent_id == room.maria.agent_id
    with pytest.raises(Refused):
        sign_in_with_link(desk, token)

"""C22: Twilio fails in every way it knows; each text is created once, or has visibly failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hub.clock import FixedClock
from hub.desk import Desk
from hub.services.sending.sending import send
from tests.chaos.conftest import Judge
from tests.chaos.room import NUMBER, Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import TOKEN, Tally
from tests.standins.twilio import NOTHING, TwilioStandIn

PASSING = [
    *("429", "500", "503", "html", "empty", "no_sid"),
    *("timeout_before_accepting", "timeout_after_accepting", "cut_before_accepting", "cut_after_accepting"),
]


RETRY_AFTER = 7
ANNA = "+12025550180"
FINAL = {21211: "cannot receive texts", 21610: "STOP", 21614: "cannot receive texts"}
BUSY = (14107, 20429, 21611)


@pytest.fixture
def twilio(clock: FixedClock) -> Iterator[TwilioStandIn]:
    """Lend a Twilio that lives by the desk's clock."""
    clock.at = datetime.now(UTC)
    with TwilioStandIn(numbers=(NUMBER,), plan=NOTHING) as running:
        running.account.now = lambda: clock.at
        yield running


@pytest.fixture
def room(desk: Desk, clock: FixedClock, twilio: TwilioStandIn) -> Room:
    """Lend a room with a number at that Twilio."""
    account = twilio.account
    sms = {"account_sid": account.sid, "auth_token": account.auth_token, "number": NUMBER, "api_base": twilio.url}
    return Room.furnish(desk, clock, sms=sms)


def bodies(twilio: TwilioStandIn) -> list[str]:
    """Return the text of everything that was created."""
    return [each.body for each in twilio.created]


def test_c22_every_text_is_created_once_whatever_twilio_answers(
    room: Room, twilio: TwilioStandIn, judge: Judge, scale: Scale
) -> None:
    tally = Tally.begin("C22", scale.seed)
    faults: list[tuple[str, int]] = [*((each, 0) for each in PASSING), *(("refused", each) for each in BUSY)]
    faults *= scale.pick(1, 10)
    scale.dice("C22").shuffle(faults)

    for number, (fault, code) in enumerate(faults):
        row = room.answer_text(tally, f"+1202555{number % 60 + 110:04d}")
        twilio.script(fault, seconds=0.2, retry_after=RETRY_AFTER, code=code)
        send(room.desk)
        first = room.read(row)
        assert first.state in {"pending", "unknown"}, (fault, code)
        if fault == "429":
            assert (first.next_at - room.clock.at, first.attempts) == (timedelta(seconds=RETRY_AFTER), 0)
        room.send_until_settled()
        assert room.read(row).state == "accepted", (fault, code, room.read(row).error)

    judge("C22", tally, room, look=lambda: bodies(twilio))
    made = Counter(token for each in bodies(twilio) for token in TOKEN.findall(each))
    assert set(made.values()) == {1}
    assert room.events("not sent") == []


@pytest.mark.parametrize("code", sorted(FINAL))
def test_c22_a_number_that_twilio_will_not_write_to_is_said_at_once_with_the_reason(
    room: Room, twilio: TwilioStandIn, scale: Scale, code: int
) -> None:
    tally = Tally.begin("C22f", scale.seed)
    twilio.script("refused", code=code)

    row = room.answer_text(tally, ANNA)
    room.send_until_settled()

    assert (room.read(row).state, room.read(row).attempts, bodies(twilio)) == ("failed", 1, [])
    (told,) = room.events("not sent")
    assert FINAL[code] in told.facts["reason"]
    assert told.facts["reason"].endswith(f"(Twilio {code})")


def test_c22_a_twilio_that_stays_busy_is_tried_for_four_hours_and_then_said(
    room: Room, twilio: TwilioStandIn, scale: Scale
) -> None:
    began = room.clock.at
    twilio.script("refused", code=14107, times=10**6)

    row = room.answer_text(Tally.begin("C22b", scale.seed), ANNA)
    room.send_until_settled()

    assert room.read(row).state == "failed"
    assert timedelta(hours=4) <= room.clock.at - began <= timedelta(hours=5, seconds=8)
    assert [each.facts["outbox"] for each in room.events("not sent")] == [str(row.id)]

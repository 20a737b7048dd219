"""C20, C22: mail servers and Twilio fail in every way they know; each reply leaves, or has visibly failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.models import TicketEvent
from tests.chaos.conftest import Judge
from tests.chaos.letters_out import doubled, tokens_sent
from tests.chaos.room import NUMBER, Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import TOKEN, Tally
from tests.standins.smtp_sink import SmtpSink
from tests.standins.twilio import NOTHING, TwilioStandIn

PASSING = [
    ("connect", "421 4.3.2 Not now"),
    ("mail", "451 4.3.0 Later"),
    ("rcpt", "450 4.2.0 Greylisted"),
    ("data", "cut"),
    ("connect", "cut"),
    ("rcpt", "cut"),
    ("dot", "451 4.3.0 Out of memory"),
    ("dot", "cut"),
    ("rcpt", "silent"),
]
TAKEN_UNSAID = [("dot", "cut_accepted"), ("dot", "silent_accepted")]
FINAL = [("dot", "552 5.3.4 Too large"), ("dot", "554 5.7.1 No"), ("rcpt", "550 5.1.1 Nobody")]


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """Lend a mail server that fails on order."""
    with SmtpSink() as running:
        yield running


def script(sink: SmtpSink, stage: str, fault: str, times: int) -> None:
    """Let one fault befall the next attempts."""
    if fault[0].isdigit():
        sink.script(stage, "reply", fault, times=times)
    else:
        sink.script(stage, fault, times=times, seconds=3.0)


def test_c20_every_reply_leaves_or_visibly_fails_whatever_the_mail_server_does(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, sink: SmtpSink
) -> None:
    room = Room.furnish(desk, clock, mail={"smtp_url": sink.url, "smtp_timeout": "1"})
    tally, refused = Tally.begin("C20", scale.seed), Tally.begin("C20f", scale.seed)
    twice: set[str] = set()
    dice = scale.dice("C20")
    faults = [*PASSING, *TAKEN_UNSAID, *FINAL] * scale.pick(1, 15)
    dice.shuffle(faults)

    for stage, fault in faults:
        final = (stage, fault) in FINAL
        row = room.answer_mail(refused if final else tally)
        script(sink, stage, fault, 1)
        room.send_until_settled()
        if (stage, fault) in TAKEN_UNSAID:
            twice.add(list(tally.given)[-1])
        (now,) = [each for each in room.rows() if each.id == row.id]
        assert now.state == ("failed" if final else "accepted"), (stage, fault, now.error)
    sink.greylist(0.02)
    room.answer_mail(tally)
    room.send_until_settled()

    judge("C20", tally, room, look=lambda: tokens_sent(sink), duplicates=len(twice))
    found = doubled(sink)
    assert set(found) == twice
    assert all(len(ids) == 1 for ids in found.values())
    assert refused.look(tokens_sent(sink)) is False
    assert refused.found == Counter()
    told = desk.session.scalars(select(TicketEvent).where(TicketEvent.kind == "not sent")).all()
    assert len(told) == len(refused.given)


PASSING_AT_TWILIO = [
    *("429", "500", "503", "html", "empty", "no_sid"),
    *("timeout_before_accepting", "timeout_after_accepting", "cut_before_accepting", "cut_after_accepting"),
]


def test_c22_every_text_is_created_once_whatever_twilio_answers(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale
) -> None:
    clock.at = datetime.now(UTC)
    tally, refused = Tally.begin("C22", scale.seed), Tally.begin("C22f", scale.seed)
    with TwilioStandIn(numbers=(NUMBER,), plan=NOTHING) as twilio:
        account = twilio.account
        account.now = lambda: clock.at
        sms = {"account_sid": account.sid, "auth_token": account.auth_token, "number": NUMBER, "api_base": twilio.url}
        room = Room.furnish(desk, clock, sms=sms)
        faults = PASSING_AT_TWILIO * scale.pick(1, 10)
        scale.dice("C22").shuffle(faults)

        for number, fault in enumerate(faults):
            row = room.answer_text(tally, f"+1202555{number % 60 + 110:04d}")
            twilio.script(fault, seconds=0.2, retry_after=7)
            room.send_until_settled()
            (now,) = [each for each in room.rows() if each.id == row.id]
            assert now.state == "accepted", (fault, now.error)
        account.opted_out.add((NUMBER, "+12025550180"))
        room.answer_text(refused, "+12025550180")
        room.send_until_settled()

        judge("C22", tally, room, look=lambda: [each.body for each in twilio.created])
        made = Counter(token for each in twilio.created for token in TOKEN.findall(each.body))
    assert set(made.values()) == {1}
    assert not refused.look([each.body for each in twilio.created])
    assert [each.state for each in room.rows() if each.recipient == "+12025550180"] == ["failed"]

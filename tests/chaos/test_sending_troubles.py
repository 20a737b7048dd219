"""C20: mail servers fail in every way they know; each reply leaves, or has visibly failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.clock import FixedClock
from hub.desk import Desk
from hub.services.sending.sending import send
from tests.chaos.conftest import Judge
from tests.chaos.letters_out import doubled, texts_of, tokens_sent
from tests.chaos.room import Room
from tests.chaos.scale import Scale
from tests.chaos.tokens import Tally
from tests.ports import free_port
from tests.standins.smtp_session import Received
from tests.standins.smtp_sink import SmtpSink

BLACK_HOLE = ("connect", "silent", 3)  # the attempts at once, after a minute and after six
PASSING = [
    ("connect", "421 4.3.2 Not now", 1),
    ("mail", "451 4.3.0 Later", 1),
    ("rcpt", "450 4.2.0 Greylisted", 1),
    ("data", "cut", 1),
    ("connect", "cut", 1),
    ("rcpt", "cut", 1),
    ("dot", "451 4.3.0 Out of memory", 1),
    ("dot", "cut", 1),
    ("rcpt", "silent", 1),
    BLACK_HOLE,
]
TAKEN_UNSAID = [("dot", "cut_accepted", 1), ("dot", "silent_accepted", 1)]
FINAL = [("dot", "552 5.3.4 Too large", 1), ("dot", "554 5.7.1 No", 1), ("rcpt", "550 5.1.1 Nobody", 1)]
FOR_EVER = 10**6
OMAR = "omar@example.com"


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
        sink.script(stage, fault, times=times, seconds=1.0)


def furnish(desk: Desk, clock: FixedClock, url: str, **more: str) -> Room:
    """Return a room that sends by a server and waits half a second for its answers."""
    return Room.furnish(desk, clock, mail={"smtp_url": url, "smtp_timeout": "0.5", **more})


def test_c20_every_reply_leaves_or_visibly_fails_whatever_the_mail_server_does(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, sink: SmtpSink
) -> None:
    room = furnish(desk, clock, sink.url)
    tally, refused = Tally.begin("C20", scale.seed), Tally.begin("C20f", scale.seed)
    twice: set[str] = set()
    dice = scale.dice("C20")
    faults = [*PASSING, *TAKEN_UNSAID, *FINAL] * scale.pick(1, 15)
    dice.shuffle(faults)

    for fault in faults:
        final = fault in FINAL
        row = room.answer_mail(refused if final else tally)
        room.hang_up()  # or a connection kept from the mail before passes over what befalls new ones
        script(sink, *fault)
        room.send_until_settled()
        if fault in TAKEN_UNSAID:
            twice.add(list(tally.given)[-1])
        now = room.read(row)
        assert now.state == ("failed" if final else "accepted"), (fault, now.error)
        assert sink.ledger.troubles == [], f"{fault} was not met"
    sink.greylist(0.02)
    room.answer_mail(tally)
    room.send_until_settled()

    judge("C20", tally, room, look=lambda: tokens_sent(sink), duplicates=len(twice))
    found = doubled(sink)
    assert set(found) == twice
    assert all(len(ids) == 1 for ids in found.values())
    assert refused.look(tokens_sent(sink)) is False
    assert refused.found == Counter()
    assert len(room.events("not sent")) == len(refused.given)


def test_c20_a_server_that_takes_nothing_is_tried_for_a_day_and_then_said(
    desk: Desk, clock: FixedClock, scale: Scale, sink: SmtpSink
) -> None:
    room = furnish(desk, clock, sink.url)
    began = clock.at
    row = room.answer_mail(Tally.begin("C20d", scale.seed))
    sink.script("connect", "cut", times=FOR_EVER)

    room.send_until_settled()

    assert room.read(row).state == "failed"
    assert 24 <= (clock.at - began).total_seconds() / 3600 <= 26
    assert [each.facts["outbox"] for each in room.events("not sent")] == [str(row.id)]


@pytest.mark.parametrize("times", [1, 4])
def test_c20_whoever_of_two_people_is_refused_for_now_gets_the_reply_later_and_the_other_only_once(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, sink: SmtpSink, times: int
) -> None:
    room, tally = furnish(desk, clock, sink.url), Tally.begin("C20g", scale.seed)
    sink.refuse_recipient("omar", "450 4.2.0 Greylisted", times=times)

    row = room.answer_mail(tally, also=OMAR)
    room.send_until_settled()

    judge("C20 later", tally, room, look=lambda: texts_of(each for each in sink.messages if OMAR in each.rcpt_tos))
    assert (room.read(row).state, room.read(row).error) == ("accepted", "")
    assert [len(each.rcpt_tos) for each in sink.messages] == [1, 1]
    assert len({each.message_id for each in sink.messages}) == 1
    assert (sink.ledger.troubles, room.events("not sent to all")) == ([], [])


@pytest.mark.parametrize("word", ["550 5.1.1 Nobody of that name", "450 4.2.0 Greylisted"])
def test_c20_a_reply_that_one_of_two_people_was_refused_is_with_the_other_and_says_so(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, sink: SmtpSink, word: str
) -> None:
    room, tally = furnish(desk, clock, sink.url), Tally.begin("C20p", scale.seed)
    sink.refuse_recipient("omar", word)

    row = room.answer_mail(tally, also=OMAR)
    room.send_until_settled()

    judge("C20 partly", tally, room, look=lambda: tokens_sent(sink))
    assert room.read(row).state == "accepted"
    assert [OMAR in each.rcpt_tos for each in sink.messages] == [False]
    (told,) = room.events("not sent to all")
    assert told.facts["reason"].startswith(OMAR)
    assert told.facts["reason"].endswith(f"refused: {word}")


@dataclass(frozen=True)
class Untrusted:
    """A mail server that must not be given a mail: its certificate, if any, and what befalls STARTTLS."""

    certificate: str
    fault: str = ""


UNTRUSTED = [
    Untrusted("expired"),
    Untrusted("wrong-host"),
    Untrusted("untrusted"),
    Untrusted(""),
    Untrusted("good", "454 4.7.0 TLS not available"),
    Untrusted("good", "cut"),
    Untrusted("good", "silent"),
]


def test_c20_nothing_leaves_before_the_server_is_known_and_all_of_it_once_it_is(
    desk: Desk, clock: FixedClock, judge: Judge, scale: Scale, tmp_path: Path
) -> None:
    port, authority = free_port(), tmp_path / "authority.pem"
    url = f"smtp://localhost:{port}?starttls=required"
    room = furnish(desk, clock, url, smtp_ca_file=str(authority))
    tally = Tally.begin("C20t", scale.seed)
    taken: list[Received] = []
    servers = UNTRUSTED * scale.pick(1, 5)
    scale.dice("C20 TLS").shuffle(servers)

    for each in servers:
        row = room.answer_mail(tally)
        with SmtpSink(port=port, tls=each.certificate) as bad:
            if each.certificate:
                trust(bad, authority)
            if each.fault:
                script(bad, "tls", each.fault, 1)
            assert send(room.desk) == 1
            assert (bad.messages, room.read(row).state) == ([], "pending"), each
            assert room.read(row).error.startswith("The sending server cannot be reached: "), each
        with SmtpSink(port=port, tls="good") as mended:
            trust(mended, authority)
            room.send_until_settled()
            taken += mended.messages

    judge("C20 TLS", tally, room, look=lambda: texts_of(taken))
    assert all(each.tls for each in taken)
    assert room.events("not sent") == []


def trust(sink: SmtpSink, authority: Path) -> None:
    """Let the product trust the authority that a server says its certificate is from."""
    authority.write_bytes(sink.authority.read_bytes())


def test_c20_a_certificate_that_stays_bad_is_said_after_a_day(
    desk: Desk, clock: FixedClock, scale: Scale, tmp_path: Path
) -> None:
    with SmtpSink(tls="expired") as bad:
        url = f"smtp://localhost:{bad.address[1]}?starttls=required"
        room = furnish(desk, clock, url, smtp_ca_file=str(bad.authority))
        row = room.answer_mail(Tally.begin("C20e", scale.seed))

        room.send_until_settled()

    assert (room.read(row).state, bad.messages) == ("failed", [])
    (told,) = room.events("not sent")
    assert "certificate" in told.facts["reason"]

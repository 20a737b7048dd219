"""C10, C21: a process dies at every named point in turn; what it was about is there once when its successor has run.

A point is a line `desk.reach("name")`. The lists below hold all of them: a new point without a case fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import hub
from hub.models import OutboxRow
from hub.services.sending.sending import LEASE as SENDING_LEASE
from tests.chaos.conftest import Judge
from tests.chaos.crew import Hand
from tests.chaos.letters_out import doubled, tokens_sent, write_replies
from tests.chaos.rig import FILING_LEASE, Mailbox, Rig
from tests.chaos.tokens import Tally
from tests.factories import make_agent
from tests.journeys.running import wait_for

POINT = re.compile(r'\.reach\("([a-z_.]+)"\)')
LARGE = 1_200_000  # bytes: more than a row holds, so that a file is written first
FETCHING = ["accept.files_kept", "accept.stored", "fetch.stored", "fetch.committed"]
FILING = ["receive.claimed", "receive.parsed", "receive.filed", "triage.done"]
SENDING = ["send.leased", "send.begun", "send.handed_over", "send.settled"]
ELSEWHERE = ["media.fetched", "alarm.climbed"]  # their cases are with texts
ANYWHERE = ["before_commit", "after_commit"]
AFTER_THE_DOT = {"send.handed_over", "dot"}


def test_every_named_point_has_its_case() -> None:
    sources = Path(hub.__file__).parent.rglob("*.py")
    named = {point for path in sources for point in POINT.findall(path.read_text(encoding="utf-8"))}

    assert named == {*FETCHING, *FILING, *SENDING, *ELSEWHERE, *ANYWHERE}


def test_c10_a_fetcher_that_dies_at_any_point_loses_and_doubles_nothing(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C10", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("worker", rig.environ())
    points = FETCHING + nth(ANYWHERE, rig.scale.pick(1, 12))

    for point in points:
        append_small_and_large(rig, mailbox, tally)
        die_at(rig, "fetch", point)
    rig.crew.start("fetch", rig.environ())

    judge("C10 fetch", tally, rig, kills=len(points))


def test_c10_a_worker_that_dies_at_any_point_loses_and_doubles_nothing(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C10", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("fetch", rig.environ())
    points = FILING + nth(ANYWHERE, rig.scale.pick(1, 12))
    ahead = 0.0

    for point in points:
        rig.dovecot.append_all(tally.mails(rig.scale.pick(1, 5)), mailbox.user)
        ahead += FILING_LEASE
        die_at(rig, "worker", point, ahead=ahead)
    rig.crew.start("worker", rig.environ(), ahead=ahead + FILING_LEASE)

    judge("C10 worker", tally, rig, kills=len(points))


def test_c21_a_sender_that_dies_at_any_point_sends_at_least_once_and_at_most_twice_with_one_id(
    rig: Rig, judge: Judge
) -> None:
    tally = Tally.begin("C21", rig.scale.seed)
    rig.open_mailbox()
    with rig.desk() as desk:
        maria = make_agent(desk, rig.company)
    ahead = 0.0
    twice: set[str] = set()
    deaths: list[tuple[str, Callable[[float], Hand]]] = [
        *((each, lambda ahead, each=each: die_at(rig, "worker", each, ahead=ahead)) for each in SENDING),
        *((each, lambda ahead, each=each: die_in_session(rig, each, ahead=ahead)) for each in ("rcpt", "data", "dot")),
    ]

    for point, die in deaths:
        before = len(tally.given)
        write_replies(rig, tally, rig.scale.pick(1, 5), agent=maria)
        if point in AFTER_THE_DOT:
            twice |= set(list(tally.given)[before:])
        ahead += SENDING_LEASE.total_seconds() + 60
        die(ahead)
        ahead += SENDING_LEASE.total_seconds() + 60
        successor = rig.crew.start("worker", rig.environ(), ahead=ahead)
        wait_for(lambda: tally.look(tokens_sent(rig.sink)), f"The replies after a death at {point}", seconds=90)
        wait_for(lambda: settled(rig), f"The end of sending after a death at {point}", seconds=90)
        successor.kill()

    judge("C21", tally, rig, look=lambda: tokens_sent(rig.sink), kills=len(deaths), duplicates=len(twice))
    found = doubled(rig.sink)
    assert set(found) <= twice
    assert all(len(ids) == 1 for ids in found.values())


def nth(points: list[str], times: int) -> list[str]:
    """Return points with the first to the nth time they come by."""
    return [f"{point}:{number}" for point in points for number in range(1, times + 1)]


def append_small_and_large(rig: Rig, mailbox: Mailbox, tally: Tally) -> None:
    """Let two mails come, one of which is kept in a file."""
    large = tally.mail().replace(b"\n\n", b"\n\n" + b"The long story. \n" * (LARGE // 17), 1)
    rig.dovecot.append_all([tally.mail(), large], mailbox.user)


def die_at(rig: Rig, name: str, point: str, *, ahead: float = 0.0) -> Hand:
    """Run a process until it has died at a point."""
    hand = rig.crew.start(name, rig.environ(), crash_at=point, ahead=ahead)
    wait_for(lambda: not hand.alive, f"The death of {name} at {point}", seconds=180)
    hand.sweep()
    return hand


def die_in_session(rig: Rig, stage: str, *, ahead: float) -> Hand:
    """Kill a worker while the mail server keeps it waiting at a stage; at the dot it has taken the mail."""
    rig.sink.script(stage, "silent_accepted" if stage == "dot" else "silent", seconds=60.0)
    before = len(rig.sink.messages)
    hand = rig.crew.start("worker", rig.environ(), ahead=ahead)
    seen = len(rig.sink.ledger.troubles)
    wait_for(lambda: len(rig.sink.ledger.troubles) < max(seen, 1), f"The stage {stage}", seconds=60)
    if stage == "dot":
        wait_for(lambda: len(rig.sink.messages) > before, "The mail taken without an answer")
    hand.kill()
    return hand


def settled(rig: Rig) -> bool:
    """Tell whether nothing waits in the outbox any more."""
    with rig.desk() as desk:
        return not desk.session.query(OutboxRow).where(OutboxRow.state.in_(("pending", "sending", "unknown"))).count()

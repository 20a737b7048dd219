"""C5, C7: PostgreSQL is killed under load, and answers to COMMIT are lost; nobody restarts anything by hand."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hub.app import create_app, desk_of
from hub.db import db
from hub.fetcher import LOOK_AGAIN
from hub.models import OutboxRow
from hub.services.intake import accept, receive
from hub.settings import read_settings
from tests.chaos.conftest import Judge
from tests.chaos.letters_out import tokens_sent, write_replies
from tests.chaos.rig import FILING_LEASE, Rig
from tests.chaos.tokens import Tally
from tests.journeys.running import wait_for
from tests.letters import arrive
from tests.services.summing import kept_and_rebuilt
from tests.standins.proxy import CuttingProxy
from tests.standins.proxy_rules import POSTGRES_COMMIT


def test_c5_mail_in_and_replies_out_survive_a_database_that_is_killed_again_and_again(rig: Rig, judge: Judge) -> None:
    inwards, outwards = Tally.begin("C5", rig.scale.seed), Tally.begin("C5o", rig.scale.seed)
    dice = rig.scale.dice("C5")
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    for name in ("fetch", "worker", "clock"):
        rig.crew.start(name, rig.environ())
    kills = 0

    for _ in range(rig.scale.pick(3, 20)):
        write_replies(rig, outwards, rig.scale.pick(3, 10))
        rig.dovecot.append_all(inwards.mails(rig.scale.pick(8, 50)), mailbox.user)
        rig.pause(dice.uniform(0.05, 1.0))
        kills += rig.strike_postgres(dice.choice((signal.SIGKILL, signal.SIGQUIT)))

    judge("C5 in", inwards, rig, kills=kills, seconds=rig.scale.pick(150, 400), at_rest=False)
    judge("C5 out", outwards, rig, look=lambda: tokens_sent(rig.sink), kills=kills, duplicates=kills, seconds=400)
    with rig.desk() as desk:
        said = set(desk.session.scalars(select(OutboxRow.rfc_message_id).where(OutboxRow.state == "accepted")))
    assert said <= {each.message_id.strip("<>") for each in rig.sink.messages}
    rig.crew.end_all()
    with rig.desk() as desk:
        kept, rebuilt = kept_and_rebuilt(desk)
    assert kept
    assert kept == rebuilt


def test_c7_a_lost_answer_to_commit_doubles_nothing(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C7", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    dice = rig.scale.dice("C7")
    with ExitStack() as stack:
        fetching = stack.enter_context(CuttingProxy(rig.postgres_socket))
        filing = stack.enter_context(CuttingProxy(rig.postgres_socket))
        rig.crew.start("fetch", rig.environ(HUB_DATABASE_URL=rig.database_behind(fetching)))
        rig.crew.start("worker", rig.environ(HUB_DATABASE_URL=rig.database_behind(filing)))

        for number in range(rig.scale.pick(2, 60)):
            if number:
                rules = [each.cut_reply_to(skip=dice.randrange(4)) for each in (fetching, filing)]
            else:  # of the very transactions that store the mail and file it: later their statements are known by number
                stored, filed = end_of(b"INSERT INTO envelopes"), end_of(b'COPY "messages"')
                rules = [fetching.cut_reply_to(stored), filing.cut_reply_to(filed)]
            rig.dovecot.append_all(tally.mails(5), mailbox.user)
            wait_for(lambda rules=rules: all(rule.hits for rule in rules), "The lost answers", seconds=60)

        # What was claimed in a transaction whose end nobody heard of waits for its lease: for this one it is over.
        rig.crew.start("worker", rig.environ(), ahead=FILING_LEASE)
        judge("C7", tally, rig, kills=fetching.cuts + filing.cuts, seconds=150)
        rig.crew.end_all()


def end_of(words: bytes) -> Callable[[bytes], bool]:
    """Return what spots the end of a transaction in which a statement began with some words."""
    return lambda seen: POSTGRES_COMMIT in seen.partition(words)[2]


def test_c7_mail_waits_seconds_for_a_fetcher_whose_first_answer_was_lost(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C7a", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("worker", rig.environ())
    with CuttingProxy(rig.postgres_socket) as proxy:
        lost = proxy.cut_reply_to()
        rig.crew.start("fetch", rig.environ(HUB_DATABASE_URL=rig.database_behind(proxy)))
        wait_for(lambda: lost.hits, "The lost answer", seconds=60)
        rig.dovecot.append_all(tally.mails(3), mailbox.user)

        judge("C7 start", tally, rig, kills=proxy.cuts)
        rig.crew.end_all()
    assert tally.longest_delay < LOOK_AGAIN


def test_what_was_claimed_when_the_database_went_away_waits_for_no_lease(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C5", rig.scale.seed)
    with CuttingProxy(rig.postgres_socket) as proxy:
        app = create_app(read_settings(rig.environ(HUB_DATABASE_URL=rig.database_behind(proxy))))
        with app.app_context():
            desk = desk_of(app)
            with desk.transaction():
                accept(desk, arrive(tally.mail()), company_id=rig.company.id)
            proxy.cut_when(b'COPY "messages"', forward=False)
            proxy.refuse(2)

            with pytest.raises(OperationalError):
                receive(desk)
            filed = receive(desk)

            db.session.remove()
            db.engine.dispose()
    assert [each.outcome for each in filed] == ["created"]
    judge("C5 lease", tally, rig, kills=proxy.cuts)

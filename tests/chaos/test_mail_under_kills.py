"""C1, C2, C14: fetchers and workers die while mail arrives; every mail becomes one message."""

from __future__ import annotations

from tests.chaos.conftest import Judge
from tests.chaos.rig import FILING_LEASE, Rig
from tests.chaos.tokens import Tally


def test_c1_every_mail_is_there_once_though_the_fetcher_is_killed_again_and_again(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C1", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("worker", rig.environ())

    with rig.storm("fetch", "C1") as storm:
        for _ in range(rig.scale.pick(5, 100)):
            rig.dovecot.append_all(tally.mails(rig.scale.pick(10, 20)), mailbox.user)
            storm.await_kill()

    judge("C1", tally, rig, kills=storm.kills)


def test_c2_every_mail_is_there_once_though_workers_are_killed_while_they_file(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C2", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("fetch", rig.environ())

    with rig.storm("worker", "C2", hurry=FILING_LEASE, orphans=True, longest=rig.scale.pick(1, 4)) as storm:
        for _ in range(rig.scale.pick(3, 100)):
            rig.dovecot.append_all(tally.mails(rig.scale.pick(4, 20)), mailbox.user)
            storm.await_kill()

    judge("C2", tally, rig, kills=storm.kills, seconds=rig.scale.pick(90, 300))


def test_c14_three_fetchers_of_one_mailbox_take_each_mail_once(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C14", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    for name in ("worker", "fetch", "fetch"):
        rig.crew.start(name, rig.environ())

    with rig.storm("fetch", "C14") as storm:
        for _ in range(rig.scale.pick(3, 25)):
            rig.dovecot.append_all(tally.mails(rig.scale.pick(10, 20)), mailbox.user)
            storm.await_kill()

    judge("C14", tally, rig, kills=storm.kills)

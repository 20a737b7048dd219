"""C1, C2, C14: fetchers and workers die while mail arrives; every mail becomes one message."""

from __future__ import annotations

from tests.chaos.conftest import Judge
from tests.chaos.rig import Rig
from tests.chaos.tokens import Tally


def test_c1_every_mail_is_there_once_though_the_fetcher_is_killed_again_and_again(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C1", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("worker", rig.environ())

    with rig.storm("fetch", "C1") as storm:
        for _ in range(rig.scale.pick(10, 100)):
            rig.dovecot.append_all(tally.mails(rig.scale.pick(5, 20)), mailbox.user)

    judge("C1", tally, kills=storm.kills)

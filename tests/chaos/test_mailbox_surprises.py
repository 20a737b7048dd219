"""C11, C13: the mailbox is renumbered, restored, renamed, and people work in it; nothing is lost or doubled."""

from __future__ import annotations

import shutil

from hub.models import Company
from hub.services.settings.setup import connect_account
from tests.chaos.conftest import Judge
from tests.chaos.rig import Rig
from tests.chaos.tokens import Tally
from tests.journeys.running import wait_for


def test_c11_new_numbers_and_an_older_copy_lose_and_double_nothing(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C11", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.connect(mailbox)
    rig.crew.start("worker", rig.environ())
    half = rig.scale.pick(15, 500)

    def run_fetcher() -> None:
        hand = rig.crew.start("fetch", rig.environ())
        wait_for(lambda: tally.look(rig.texts()), "Every mail so far", seconds=120)
        hand.end()

    rig.dovecot.append_all(tally.mails(half), mailbox.user)
    run_fetcher()
    rig.dovecot.wipe_uidlist(mailbox.user)
    rig.dovecot.append_all(tally.mails(half), mailbox.user)
    run_fetcher()
    _restore_older_copy(rig, mailbox.user, tally)
    run_fetcher()

    judge("C11", tally, rig)


def _restore_older_copy(rig: Rig, user: str, tally: Tally) -> None:
    """Bring the mailbox back as it was five mails ago, which are fetched already, and let five others come."""
    home = rig.dovecot.home(user)
    copy = home.with_name("older")
    shutil.copytree(home, copy)
    rig.dovecot.append_all(tally.mails(5), user)
    hand = rig.crew.start("fetch", rig.environ())
    wait_for(lambda: tally.look(rig.texts()), "The mails that will be undone", seconds=120)
    hand.end()
    rig.dovecot.halt()
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    _own(rig, user)
    rig.dovecot.start()
    rig.dovecot.append_all(tally.mails(5), user)


def _own(rig: Rig, user: str) -> None:
    owner = rig.dovecot.owner
    for path in [rig.dovecot.home(user), *rig.dovecot.home(user).rglob("*")]:
        shutil.chown(path, owner.uid, owner.gid)


def test_c11_a_folder_under_another_name_loses_and_doubles_nothing(rig: Rig, judge: Judge) -> None:
    tally = Tally.begin("C11", rig.scale.seed)
    mailbox = rig.open_mailbox(folder="Support")
    rig.dovecot.create_folder("Support", mailbox.user)
    rig.connect(mailbox)
    rig.crew.start("worker", rig.environ())
    number = rig.scale.pick(5, 200)
    rig.dovecot.append_all(tally.mails(number), mailbox.user, "Support")
    hand = rig.crew.start("fetch", rig.environ())
    wait_for(lambda: tally.look(rig.texts()), "Every mail so far", seconds=120)

    rig.dovecot.rename_folder("Support", "Service", mailbox.user)
    rig.dovecot.append_all(tally.mails(number), mailbox.user, "Service")
    hand.end()
    with rig.desk() as desk, desk.transaction():
        company = desk.session.get_one(Company, rig.company.id)
        moved = {"imap_url": rig.dovecot.url(mailbox.user, "Service")}
        connect_account(desk, company, "email", mailbox.user, moved)
    rig.crew.start("fetch", rig.environ())

    judge("C11 renamed", tally, rig)


def test_c13_mail_that_people_read_and_move_meanwhile_is_there_and_deleted_mail_is_reported(
    rig: Rig, judge: Judge
) -> None:
    tally = Tally.begin("C13", rig.scale.seed)
    mailbox = rig.open_mailbox()
    rig.dovecot.create_folder("Done", mailbox.user)
    rig.connect(mailbox)
    dice = rig.scale.dice("C13")
    rig.crew.start("worker", rig.environ())
    number = rig.scale.pick(20, 400)

    before = rig.dovecot.append_all(tally.mails(number), mailbox.user)
    gone = rig.dovecot.append_all([Tally.begin("gone", 0).mail() for _ in range(3)], mailbox.user)
    more = rig.dovecot.append_all(tally.mails(1), mailbox.user)
    rig.dovecot.delete(gone, mailbox.user)
    rig.dovecot.flag([uid for uid in before if dice.random() < 0.3] or before, "\\Seen", mailbox.user)
    rig.crew.start("fetch", rig.environ())
    wait_for(lambda: tally.look(rig.texts()), "Every mail so far", seconds=90)
    rig.dovecot.move([*before[::2], *more], "Done", mailbox.user)
    for _ in range(rig.scale.pick(3, 20)):
        uids = rig.dovecot.append_all(tally.mails(5), mailbox.user)
        rig.dovecot.flag(uids[:3], "\\Seen \\Flagged", mailbox.user)
        wait_for(lambda: tally.look(rig.texts()), "The mails that were read", seconds=60)
        rig.dovecot.move(uids[:2], "Done", mailbox.user)
        rig.dovecot.delete(uids[2:3], mailbox.user)

    judge("C13", tally, rig)
    wait_for(lambda: "3 of the messages" in rig.crew.last_words("fetch"), "The report of the gap")

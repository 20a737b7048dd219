"""Backups nobody had restored (GitLab, 31 January 2017): five ways of backing up, none of which worked on the day it was needed.

Our rule: the restore is a test. A desk that is lost comes back from one file into an empty place, keeps every promise of the core,
takes the same mail again without a double, and sends nothing a second time by itself.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, text

from channels.message import Envelope
from hub.clock import FixedClock
from hub.desk import Desk
from hub.doctor import count_invariants
from hub.domain.delivery import UNDO
from hub.models import Message
from hub.services.sending.reply import Draft, reply
from tests.cli.conftest import Hub
from tests.conftest import EMPTY, MONDAY_MORNING
from tests.letters import make_mail
from tests.services.steps import Office, send_all, take_in


def letters(numbers: range) -> list[Envelope]:
    """Return mail as a mailbox gives it, the same bytes under the same numbers each time."""
    return [
        Envelope(
            "email",
            "imap:1",
            f"INBOX/1/{number}",
            make_mail(f"Letter {number}", sender=f"a{number}@example.com", Message_ID=f"<{number}@example.com>"),
            MONDAY_MORNING,
            {"rcpt_to": "desk@example.org"},
        )
        for number in numbers
    ]


def lose_everything(desk: Desk) -> None:
    desk.session.rollback()
    desk.session.execute(text(EMPTY))
    desk.session.commit()
    desk.session.expunge_all()


def test_a_desk_that_was_lost_goes_on_where_the_backup_was_made(
    hub: Hub, office: Office, tmp_path: Path, clock: FixedClock
) -> None:
    desk = office.desk
    first = take_in(desk, *letters(range(20)))
    with desk.transaction():
        reply(desk, office.maria, first[0].ticket_id, Draft("We come at nine."))
    hub("backup", tmp_path / "desk.backup")
    take_in(desk, *letters(range(20, 25)))
    clock.at += UNDO
    send_all(desk)
    already = len(office.providers["email"].sent)

    lose_everything(desk)
    hub("restore", tmp_path / "desk.backup")
    again = take_in(desk, *letters(range(25)))

    texts = sorted(desk.session.scalars(select(Message.text).where(Message.direction == "in")))
    assert [each.text.strip() for each in again] == [f"Letter {number}" for number in range(20, 25)]
    assert sorted(each.strip() for each in texts) == sorted(f"Letter {number}" for number in range(25))
    assert already == 1
    assert {each: found for each, found in count_invariants(desk).items() if found} == {}

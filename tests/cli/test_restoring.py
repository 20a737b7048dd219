"""`hub restore`: what a desk that comes back may say to people outside, under which key, and what is refused."""

from __future__ import annotations

import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from hub.db import db
from hub.desk import Desk
from hub.models import Alarm, ChannelAccount, Company, OutboxRow
from hub.services.settings.setup import connect_account
from tests.cli.backed_up import contents, empty, make_message, make_outgoing
from tests.cli.conftest import Hub


def test_what_may_have_left_since_is_held_and_said(hub: Hub, desk: Desk, company: Company, tmp_path: Path) -> None:
    message = make_message(desk, company, "Hello")
    for hours, state in ((2, "pending"), (2, "sending"), (2, "unknown"), (0, "pending"), (2, "accepted")):
        make_outgoing(desk, message, hours=hours, state=state)
    hub("backup", tmp_path / "desk.backup")
    empty(desk)

    said = hub("restore", tmp_path / "desk.backup").stdout

    states = desk.session.scalars(select(OutboxRow.state).order_by(OutboxRow.position)).all()
    assert states == ["held", "held", "held", "pending", "accepted"]
    assert "3 outgoing messages older than an hour are held" in said


def test_nobody_is_paged_for_an_emergency_of_long_ago_but_everybody_sees_it(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path
) -> None:
    for hours in (2, 0):
        at = datetime.now(UTC) - timedelta(hours=hours)
        ticket = make_message(desk, company, "Water comes through the ceiling").ticket_id
        alarm = Alarm(company_id=company.id, ticket_id=ticket, kind="flood", code="1234", created_at=at, next_at=at)
        desk.session.add(alarm)
    desk.session.commit()
    hub("backup", tmp_path / "desk.backup")
    empty(desk)

    hub("restore", tmp_path / "desk.backup")

    old, new = desk.session.scalars(select(Alarm).order_by(Alarm.id)).all()
    assert (old.next_at, old.unanswered_at is None) == (None, False)
    assert (new.next_at is None, new.unanswered_at) == (False, None)


def test_a_sign_in_link_that_was_under_way_is_dropped_for_it_has_expired(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path
) -> None:
    message = make_message(desk, company, "Hello")
    make_outgoing(desk, message, hours=2, purpose="sign_in")
    hub("backup", tmp_path / "desk.backup")
    empty(desk)

    said = hub("restore", tmp_path / "desk.backup").stdout

    (row,) = desk.session.scalars(select(OutboxRow)).all()
    assert (row.state, row.error.partition(":")[0]) == ("cancelled", "Dropped")
    assert "are held" not in said


def test_with_its_secret_key_a_desk_still_knows_its_passwords(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path
) -> None:
    connect_account(desk, company, "email", "desk@example.com", {"imap_url": "imaps://desk:word@imap.example.com"})
    desk.session.commit()
    hub("backup", tmp_path / "desk.backup")
    empty(desk)

    done = hub("restore", tmp_path / "desk.backup")

    kept = desk.session.scalar(select(ChannelAccount.secrets))
    assert desk.vault.unlock(kept) == {"imap_url": "imaps://desk:word@imap.example.com"}
    assert "The secret key of this desk" not in done.stderr


def test_under_another_secret_key_the_desk_starts_and_says_what_to_enter_again(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path
) -> None:
    connect_account(desk, company, "email", "desk@example.com", {"imap_url": "imaps://desk:word@imap.example.com"})
    desk.session.commit()
    hub("backup", tmp_path / "desk.backup")
    empty(desk)
    another = "quite another secret of another machine"

    done = hub("restore", tmp_path / "desk.backup", HUB_SECRET_KEY=another)

    assert "The secret key of this desk is not the one of the backup" in done.stderr
    assert "1 passwords of mailboxes and second factors have to be entered again" in done.stderr
    again = {"HUB_IMAP_URL": "imaps://desk:new@imap.example.com", "HUB_EMAIL_ADDRESS": "desk@example.com"}
    hub("agent", "invite", "ines@example.org", "--role", "admin", HUB_SECRET_KEY=another, **again)


def test_a_desk_somebody_uses_is_never_overwritten(hub: Hub, desk: Desk, company: Company, tmp_path: Path) -> None:
    hub("backup", tmp_path / "desk.backup")
    before = contents(db.engine)

    done = hub("restore", tmp_path / "desk.backup", status=1)

    assert "This desk is not empty, it has 1 agents, 1 contacts, 1 properties, 1 tickets: restore into" in done.stderr
    assert contents(db.engine) == before


def test_a_desk_where_nobody_began_is_empty_enough(hub: Hub, desk: Desk, company: Company, tmp_path: Path) -> None:
    before = contents(db.engine)
    hub("backup", tmp_path / "desk.backup")
    empty(desk)
    hub("agent", "link", "nobody@example.org", status=1)  # any command makes the first company

    hub("restore", tmp_path / "desk.backup")

    assert contents(db.engine) == before


@pytest.mark.parametrize("harm", ["cut short", "one byte", "no backup", "a later version", "rows that do not fit"])
def test_a_backup_that_is_not_whole_is_refused_and_nothing_changes(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path, harm: str
) -> None:
    path = tmp_path / "desk.backup"
    if harm == "rows that do not fit":
        desk.session.execute(text("SET LOCAL session_replication_role = replica"))
        desk.session.execute(text("UPDATE lease_parties SET contact_id = 999999"))
        desk.session.commit()
    hub("backup", path)
    data = bytearray(path.read_bytes())
    if harm == "cut short":
        data = data[: len(data) // 2]
    elif harm == "one byte":
        with tarfile.open(path) as tar:
            data[tar.getmember("tables/tickets/000001.copy.gz").offset_data + 30] ^= 1
    elif harm == "no backup":
        data = bytearray(b"something else entirely")
    elif harm == "a later version":
        data = data.replace(b'"schema": "0', b'"schema": "9')
    path.write_bytes(data)
    empty(desk)
    before = contents(db.engine)

    done = hub("restore", path, status=1)

    said = {
        "cut short": "is not whole: its list of contents is missing",
        "one byte": "The backup is damaged in the table tickets",
        "no backup": "is no backup: choose a file that 'hub backup' made",
        "a later version": "which is newer than this program",
        "rows that do not fit": "The backup does not fit together and was not restored",
    }
    assert said[harm] in done.stderr
    assert contents(db.engine) == before

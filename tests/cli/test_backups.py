"""`hub backup` and `hub restore`: a desk comes back as it was, and says nothing twice to people outside."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import Engine

from hub.db import Base, db
from hub.desk import Desk
from hub.models import Alarm, Article, Attachment, ChannelAccount, Company, Message, OutboxRow, Ticket
from hub.services.backup import write_backup
from hub.services.settings.setup import connect_account
from hub.settings import Settings
from hub.storage import FolderStorage
from tests.cli.conftest import Hub
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save

FORMS = "Quoted \\ back\tslash, line\nbreak, 'quote', \u00fc, \u4e2d, \U0001f511, \\N and \\."


def make_message(desk: Desk, company: Company, words: str, file: bytes = b"") -> Message:
    ticket = save(desk, Ticket(company_id=company.id, channel="email", requester_name="Aylin", status="open"))
    message = save(
        desk,
        Message(
            company_id=company.id,
            ticket_id=ticket.id,
            direction="in",
            author_kind="contact",
            channel="email",
            text=words,
            facts={"words": [words, None, 1.5]},
        ),
    )
    if file:
        kept = desk.storage.put(file)
        save(
            desk,
            Attachment(
                company_id=company.id,
                message_id=message.id,
                sha256=kept,
                name="photo.jpg",
                content_type="image/jpeg",
                size=len(file),
            ),
        )
    return message


def make_outgoing(
    desk: Desk, message: Message, *, hours: int, state: str = "pending", purpose: str = "reply"
) -> OutboxRow:
    now = func.now()
    return save(
        desk,
        OutboxRow(
            id=uuid4(),
            company_id=message.company_id,
            ticket_id=message.ticket_id,
            message_id=message.id,
            channel="email",
            purpose=purpose,
            recipient="aylin@example.org",
            payload={},
            state=state,
            next_at=now,
            give_up_at=now + timedelta(days=1),
            created_at=now - timedelta(hours=hours),
        ),
    )


@pytest.fixture
def company(desk: Desk) -> Company:
    """A company somebody works for, with homes, people, messages and files."""
    company = make_company(desk)
    make_agent(desk, company)
    contact = make_contact(desk, company, email="aylin@example.org")
    make_lease(desk, make_unit(desk, company), contact)
    make_message(desk, company, FORMS, b"a photo")
    return company


@pytest.fixture
def other_place(tmp_path: Path) -> Path:
    """An attachments folder of another machine."""
    return tmp_path / "elsewhere"


def contents(engine: Engine, *, but: tuple[str, ...] = ()) -> dict[str, tuple[int, str]]:
    """How many rows every table has, and a hash over all of them."""
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in but:
                every = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM"
                row = connection.execute(text(f'{every} "{table.name}" t')).one()
                found[table.name] = (row[0], row[1])
    return found


def empty(desk: Desk) -> None:
    """Leave nothing of the desk, as a new machine would have it."""
    desk.session.rollback()
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    desk.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    desk.session.commit()


@pytest.fixture
def new_database(settings: Settings) -> Iterator[str]:
    """The address of a database that has never been used."""
    admin = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    name = f"restored_{uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_a_desk_comes_back_to_the_last_letter(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path, other_place: Path
) -> None:
    before = contents(db.engine)

    said = hub("backup", tmp_path / "desk.backup").stdout
    empty(desk)
    back = hub("restore", tmp_path / "desk.backup", HUB_ATTACHMENTS=str(other_place)).stdout

    assert contents(db.engine) == before
    assert FolderStorage(other_place).get(hashlib.sha256(b"a photo").hexdigest()) == b"a photo"
    assert "1 companies, 1 agents, 1 contacts, 1 tickets, 1 messages, 0 articles, 1 files" in said
    assert "is back: 1 companies, 1 agents, 1 contacts, 1 tickets" in back


def test_a_desk_comes_back_into_a_database_that_was_never_used(
    hub: Hub, company: Company, tmp_path: Path, new_database: str, other_place: Path
) -> None:
    before = contents(db.engine)
    hub("backup", tmp_path / "desk.backup")

    hub("restore", tmp_path / "desk.backup", HUB_DATABASE_URL=new_database, HUB_ATTACHMENTS=str(other_place))

    engine = create_engine(new_database)
    assert contents(engine) == before
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version"))
        keys = text("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
        with db.engine.connect() as first:
            assert connection.scalar(keys) == first.scalar(keys)
    engine.dispose()


def test_tables_of_another_version_are_made_anew(hub: Hub, desk: Desk, company: Company, tmp_path: Path) -> None:
    before = contents(db.engine)
    hub("backup", tmp_path / "desk.backup")
    empty(desk)
    version = desk.session.scalar(text("SELECT version_num FROM alembic_version"))
    desk.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    desk.session.execute(text("CREATE TABLE of_that_version (id bigint)"))
    desk.session.commit()

    hub("restore", tmp_path / "desk.backup")

    assert contents(db.engine) == before
    assert desk.session.scalar(text("SELECT version_num FROM alembic_version")) == version
    assert desk.session.scalar(text("SELECT to_regclass('of_that_version')")) is None


def test_new_rows_get_numbers_nobody_had(hub: Hub, desk: Desk, company: Company, tmp_path: Path) -> None:
    gone = make_message(desk, company, "gone")
    last = gone.ticket_id
    desk.session.execute(text("DELETE FROM tickets WHERE id = :id"), {"id": last})
    desk.session.commit()
    hub("backup", tmp_path / "desk.backup")
    empty(desk)
    hub("restore", tmp_path / "desk.backup")

    assert make_message(desk, company, "new").ticket_id > last


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


def test_the_backup_is_one_point_though_the_desk_works_on(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path
) -> None:
    many = (
        "INSERT INTO articles (company_id, slug, title, audience, body) "
        "SELECT :company, 'a' || at, 'A', 'residents', 'B' FROM generate_series(1, 10000) at"
    )
    desk.session.execute(text(many), {"company": company.id})
    desk.session.commit()
    before = contents(db.engine)
    told: list[str] = []

    def work_on(words: str) -> None:
        told.append(words)
        if words.startswith("articles"):
            with db.engine.begin() as elsewhere:
                elsewhere.execute(text("UPDATE messages SET text = 'changed'"))
                elsewhere.execute(text("DELETE FROM identities"))

    write_backup(desk, tmp_path / "desk.backup", tell=work_on)
    empty(desk)
    hub("restore", tmp_path / "desk.backup")

    assert told[0] == "articles: 10,000 rows"
    assert contents(db.engine) == before


def test_pictures_of_articles_are_in_it(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path, other_place: Path
) -> None:
    kept = desk.storage.put(b"a picture")
    save(desk, Article(company_id=company.id, slug="a", title="A", audience="staff", body=f"![x](files/{kept}.png)"))
    hub("backup", tmp_path / "desk.backup")
    empty(desk)

    hub("restore", tmp_path / "desk.backup", HUB_ATTACHMENTS=str(other_place))

    assert FolderStorage(other_place).get(kept) == b"a picture"


def test_a_file_that_storage_lost_is_told_and_the_rest_is_kept(
    hub: Hub, desk: Desk, company: Company, tmp_path: Path
) -> None:
    message = make_message(desk, company, "Look")
    save(
        desk,
        Attachment(
            company_id=company.id,
            message_id=message.id,
            sha256="0" * 64,
            name="gone.jpg",
            content_type="image/jpeg",
            size=1,
        ),
    )

    done = hub("backup", tmp_path / "desk.backup", status=1)

    assert "1 files that messages name are gone from storage, the first is 0000" in done.stderr
    assert (tmp_path / "desk.backup").is_file()


def test_only_its_owner_can_read_a_backup_and_none_is_overwritten(hub: Hub, company: Company, tmp_path: Path) -> None:
    path = tmp_path / "desk.backup"
    hub("backup", path)

    done = hub("backup", path, status=1)

    assert path.stat().st_mode & 0o777 == 0o600
    assert done.stderr.startswith(f"{path} exists: choose another name, or remove it first.")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_the_secret_key_is_not_in_it(hub: Hub, company: Company, settings: Settings, tmp_path: Path) -> None:
    done = hub("backup", tmp_path / "desk.backup")

    assert settings.secret_key.encode() not in (tmp_path / "desk.backup").read_bytes()
    assert "Keep HUB_SECRET_KEY" in done.stderr


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

"""`hub backup`, and `hub restore` after it: a desk comes back as it was, to the last letter and file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from hub.db import db
from hub.desk import Desk
from hub.models import Article, Attachment, Company
from hub.services.backup import write_backup
from hub.settings import Settings
from hub.storage import FolderStorage
from tests.cli.backed_up import contents, empty, make_message
from tests.cli.conftest import Hub
from tests.factories import save


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

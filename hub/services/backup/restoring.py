"""Putting a backup into an empty desk: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from flask import Flask
from psycopg import sql

from hub.db import db
from hub.desk import Desk
from hub.errors import Invalid, Misconfigured, Refused
from hub.schema import knows_revision, schema_version, upgrade_schema
from hub.services.backup.archive import BackupReader
from hub.services.backup.tables import (
    Connection,
    drop_everything,
    list_tables,
    one_transaction,
    set_counters,
    without_foreign_keys,
)
from hub.services.backup.writing import LOUD, key_marks
from hub.services.sending.held import EXPIRED
from hub.services.staff.accounts import LINK_LIFE

# What makes a desk a desk somebody uses; a first company with its queues is made by every start.
CONTENTS = ("agents", "contacts", "properties", "articles", "envelopes", "tickets", "tasks", "outbox")
HOLD_AFTER = timedelta(hours=1)
HELD = "Held: the desk was restored from a backup, and this may have been sent before. Let it go if it was not."
BUSY = "Something is working on this desk: end 'hub up' and its processes, then restore."
LOCKED = (("channel_accounts", "secrets"), ("agents", "totp_secret"))
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to. Under another secret key (`same_key` is false) locked secrets cannot be read and are forgotten."""

    made_at: str
    tables: dict[str, int]
    files: int
    missing_files: int
    held: int
    same_key: bool
    forgotten: int


def restore_backup(app: Flask, desk: Desk, backup: BackupReader, *, tell: Tell = lambda _: None) -> Restored:
    """Put a backup in the place of an empty desk, and bring it to the present schema. Raises `Refused` and `Invalid`.

    Outgoing messages older than an hour are held, for the lost desk may have sent them (reliability page, C28).
    """
    manifest = backup.manifest
    if not knows_revision(manifest.schema):
        raise Refused(f"The backup's schema is {manifest.schema}, which is newer than this program: update it first.")
    tell(f"making the tables of {manifest.schema}")
    _prepare_schema(app, manifest.schema)
    for number, name in enumerate(manifest.files, start=1):
        desk.storage.put(backup.file(name))
        if number % 500 == 0 or number == len(manifest.files):
            tell(f"files: {number} of {len(manifest.files)}")
    try:
        with one_transaction(db.engine, "BEGIN") as connection:
            connection.execute(b"SET LOCAL lock_timeout = '5s'")
            _fill(connection, backup, tell)
            held = _hold(connection)
            forgotten = sum(_forget(connection, desk, *place) for place in LOCKED)
    except psycopg.errors.LockNotAvailable as error:
        raise Refused(BUSY) from error
    except psycopg.IntegrityError as error:
        raise Invalid(
            f"The backup does not fit together and was not restored: {error.diag.message_primary}."
        ) from error
    upgrade_schema(app)
    return Restored(
        made_at=manifest.made_at,
        tables={name: table.rows for name, table in manifest.tables.items()},
        files=len(manifest.files),
        missing_files=len(manifest.missing_files),
        held=held,
        same_key=manifest.key in key_marks(desk),
        forgotten=forgotten,
    )


def _prepare_schema(app: Flask, wanted: str) -> None:
    """Make the tables as they were when the backup was made."""
    present = schema_version(app)
    if present:
        with one_transaction(db.engine, "BEGIN") as connection:
            _refuse_contents(connection)
            if present == wanted:
                return
            drop_everything(connection)
    upgrade_schema(app, wanted)


def _refuse_contents(connection: Connection) -> None:
    """Refuse a desk that somebody uses; raises `Refused` with what it holds."""
    tables = list_tables(connection)
    found = []
    for table in (each for each in CONTENTS if each in tables):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        if row and row[0]:
            found.append(f"{row[0]} {table}")
    if found:
        raise Refused(
            f"This desk is not empty, it has {', '.join(found)}: restore into another HUB_HOME or an empty database."
        )


def _fill(connection: Connection, backup: BackupReader, tell: Tell) -> None:
    tables = list_tables(connection)
    kept = backup.manifest.tables
    if set(tables) != set(kept) or any(set(kept[name].columns) != set(columns) for name, columns in tables.items()):
        raise Invalid("The backup's tables are not those of its schema: take another one.")
    names = sql.SQL(", ").join(sql.Identifier(name) for name in tables)
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
    _refuse_contents(connection)
    connection.execute(sql.SQL("TRUNCATE {}").format(names))
    with without_foreign_keys(connection):
        for table in tables:
            _fill_table(connection, backup, table)
            if kept[table].rows >= LOUD:
                tell(f"{table}: {kept[table].rows:,} rows")
    set_counters(connection, backup.manifest.counters)


def _fill_table(connection: Connection, backup: BackupReader, table: str) -> None:
    kept = backup.manifest.tables[table]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(column) for column in kept.columns)
    )
    count = 0
    for part in backup.rows(table):
        cursor = connection.cursor()
        with cursor.copy(statement) as rows:
            rows.write(part)
        count += cursor.rowcount
    if count != kept.rows:
        raise Invalid(f"The backup is damaged: {table} has {count} rows and should have {kept.rows}. Take another one.")


def _hold(connection: Connection) -> int:
    """Hold what may have left already; a person lets it go or discards it. Sign-in links have expired: they are dropped."""
    connection.execute(
        b"UPDATE outbox SET state = 'cancelled', error = %s, lease_until = NULL, lease_token = NULL "
        b"WHERE state IN ('pending', 'sending', 'unknown', 'held') AND purpose = 'sign_in' "
        b"AND created_at < now() - %s::interval",
        (EXPIRED, LINK_LIFE),
    )
    # Nobody is woken for an emergency of long ago: everybody sees it, and paging again is one click.
    connection.execute(
        b"UPDATE alarms SET next_at = NULL, unanswered_at = coalesce(unanswered_at, now()) "
        b"WHERE ended_at IS NULL AND created_at < now() - %s::interval",
        (HOLD_AFTER,),
    )
    done = connection.execute(
        b"UPDATE outbox SET state = 'held', error = %s, lease_until = NULL, lease_token = NULL "
        b"WHERE state IN ('pending', 'sending', 'unknown') AND created_at < now() - %s::interval",
        (HELD, HOLD_AFTER),
    )
    return done.rowcount


def _forget(connection: Connection, desk: Desk, table: str, column: str) -> int:
    """Empty the secrets that this desk's keys do not open: with them it could not even start. Returns how many."""
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    rows = connection.execute(
        sql.SQL("SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL").format(**names)
    ).fetchall()
    lost = [number for number, locked in rows if not _opens(desk, bytes(locked))]
    connection.execute(sql.SQL("UPDATE {table} SET {column} = NULL WHERE id = ANY(%s)").format(**names), (lost,))
    return len(lost)


def _opens(desk: Desk, locked: bytes) -> bool:
    try:
        desk.vault.unlock(locked)
    except Misconfigured:
        return False
    return True

"""Writing a backup while the desk works."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from hub.db import db
from hub.desk import Desk
from hub.errors import NotFound
from hub.services.backup.archive import BackupWriter, Manifest, Table, new_backup
from hub.services.backup.tables import Connection, list_counters, list_tables, named_files, one_transaction

LOUD = 10_000  # rows of a table worth telling
PART = 16 * 1024 * 1024  # bytes of rows, before they are packed
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup came to: rows of each table, files, hashes of files that storage no longer has, bytes on the disk."""

    tables: dict[str, int]
    files: int
    missing_files: list[str]
    size: int


def write_backup(desk: Desk, path: Path, *, tell: Tell = lambda _: None) -> Saved:
    """Write everything into a new file; raises `Refused` where it exists. The desk may work meanwhile.

    A transaction of its own: what is written is the desk at the instant it begins.
    """
    with new_backup(path) as writer, one_transaction(db.engine, BEGIN) as connection:
        manifest = Manifest(
            made_at=desk.clock.now().isoformat(timespec="seconds"),
            schema=_schema(connection),
            key=key_marks(desk)[0],
        )
        tables = list_tables(connection)
        for table, columns in tables.items():
            manifest.tables[table] = _write_table(connection, writer, table, columns)
            if manifest.tables[table].rows >= LOUD:
                tell(f"{table}: {manifest.tables[table].rows:,} rows")
        manifest.counters = list_counters(connection)
        _write_files(desk, writer, manifest, sorted(named_files(connection, tables)), tell)
        writer.finish(manifest)
    rows = {name: table.rows for name, table in manifest.tables.items()}
    return Saved(rows, len(manifest.files), manifest.missing_files, path.stat().st_size)


def key_marks(desk: Desk) -> list[str]:
    """Return marks that tell the secret keys this desk reads with from others, the present one first, and nothing of them."""
    return [hmac.new(key, b"which key", "sha256").hexdigest()[:16] for key in desk.vault.keys("backup")]


def _schema(connection: Connection) -> str:
    row = connection.execute(b"SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _write_table(connection: Connection, writer: BackupWriter, table: str, columns: list[str]) -> Table:
    kept = Table(columns)
    part = bytearray()
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    )
    with connection.cursor().copy(statement) as rows:
        for row in rows:  # PostgreSQL sends one row at a time
            part += row
            kept.rows += 1
            if len(part) >= PART:
                writer.add_rows(table, kept, bytes(part))
                part.clear()
    if part:
        writer.add_rows(table, kept, bytes(part))
    return kept


def _write_files(desk: Desk, writer: BackupWriter, manifest: Manifest, names: list[str], tell: Tell) -> None:
    for number, name in enumerate(names, start=1):
        try:
            writer.add(f"files/{name}", desk.storage.get(name))
        except NotFound:
            manifest.missing_files.append(name)
        else:
            manifest.files.append(name)
        if number % 500 == 0 or number == len(names):
            tell(f"files: {number} of {len(names)}")

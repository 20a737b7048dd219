"""What PostgreSQL says of our tables: their columns, the keys between them, their counters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import Engine

Connection = psycopg.Connection[Any]
LEFT_OUT = "alembic_version"

COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relname <> %s AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
FOREIGN_KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace = current_schema()::regnamespace
ORDER BY c.relname, k.conname
"""
COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename"
FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
HASHES = """
SELECT c.relname, a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
  AND a.atttypid = 'text'::regtype AND (a.attname = 'sha256' OR a.attname LIKE '%\\_sha256')
ORDER BY c.relname, a.attname
"""


@contextmanager
def one_transaction(engine: Engine, begin: str) -> Iterator[Connection]:
    """Lend a connection inside a transaction begun by the given words; committed at the end, rolled back on any exception."""
    with engine.connect() as borrowed:
        driver: Any = borrowed.connection.driver_connection
        connection: Connection = driver
        before = connection.autocommit
        connection.autocommit = True
        try:
            connection.execute(begin.encode())
            try:
                yield connection
            except BaseException:
                connection.execute(b"ROLLBACK")
                raise
            connection.execute(b"COMMIT")
        finally:
            connection.autocommit = before


def list_tables(connection: Connection) -> dict[str, list[str]]:
    """Return every table with its columns, those left out that the database works out itself."""
    return {table: list(columns) for table, columns in connection.execute(COLUMNS.encode(), (LEFT_OUT,))}


def drop_everything(connection: Connection) -> None:
    """Take every table and function of ours away; extensions stay."""
    for table in (*list_tables(connection), LEFT_OUT):
        connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
    for (signature,) in connection.execute(FUNCTIONS.encode()).fetchall():
        connection.execute(sql.SQL("DROP FUNCTION {} CASCADE").format(sql.SQL(signature)))  # PostgreSQL's own text


def list_counters(connection: Connection) -> dict[str, int]:
    """Return the last number every counter gave; 0 for one that was never asked."""
    return {name: int(last or 0) for name, last in connection.execute(COUNTERS.encode())}


def set_counters(connection: Connection, counters: Mapping[str, int]) -> None:
    """Let every counter go on where it was: no number is given twice."""
    known = list_counters(connection)
    for name, last in counters.items():
        if name in known and last > 0:
            connection.execute(sql.SQL("SELECT setval({}::regclass, {})").format(quoted_name(name), sql.Literal(last)))


def quoted_name(name: str) -> sql.Literal:
    """Return a name as a literal that `regclass` reads whatever its letters."""
    return sql.Literal('"' + name.replace('"', '""') + '"')


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Take the keys between tables off while rows are put in, in whatever order, and check every row when they are back."""
    keys = connection.execute(FOREIGN_KEYS.encode()).fetchall()
    for table, name, _ in keys:
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
        )
    yield
    for table, name, definition in keys:
        # The definition is PostgreSQL's own text.
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)
            )
        )


def named_files(connection: Connection, tables: Mapping[str, list[str]]) -> set[str]:
    """Return the hashes of all files that rows name: in columns for it, and in the text of articles."""
    found: set[str] = set()
    for table, column in connection.execute(HASHES.encode()).fetchall():
        if table in tables:
            statement = sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} ~ '^[0-9a-f]{{64}}$'")
            found.update(
                row[0] for row in connection.execute(statement.format(sql.Identifier(column), sql.Identifier(table)))
            )
    if "articles" in tables:
        shown = rb"SELECT DISTINCT m[1] FROM articles, regexp_matches(body, 'files/([0-9a-f]{64})\.', 'g') AS m"
        found.update(row[0] for row in connection.execute(shown))
    return found

"""New rows into their tables: copied, all rows of a batch in one go (PostgreSQL, COPY; psycopg, "Using COPY").

SQLAlchemy's unit of work would ask for every number and default the database gives, and a statement with parameters is
bound and run anew for each row; intake knows the numbers it needs before it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Dialect, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached

from hub.db import Base
from hub.desk import Desk

Row = TypeVar("Row", bound=Base)


def draw_ids(desk: Desk, table: str, many: int) -> Sequence[int]:
    """Return fresh numbers for rows of a table."""
    drawn = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :many)")
    return desk.session.scalars(drawn, {"table": table, "many": many}).all()


def make_row(table: type[Row], /, **columns: Any) -> Row:
    """Return a new row for `write_rows`, which writes all of it: SQLAlchemy need not note each column as a change."""
    row = table()
    row.__dict__.update(columns)
    return row


def write_rows(session: Session, rows: Sequence[Base]) -> None:
    """Insert new rows of one table, in order; they have their numbers already.

    They stay in the session as if it had written them: what changes on them later is written too, and what the database
    filled in is read when somebody asks for it.
    """
    if rows:
        write_values(session, type(rows[0]), [_columns(row) for row in rows])
    for row in rows:
        make_transient_to_detached(row)
        session.add(row)


def write_values(session: Session, table: type[Base], values: Sequence[dict[str, Any]]) -> None:
    """Copy the columns of new rows of one table, in order; neighbours that name the same columns go together.

    Raises `DBAPIError` as any statement does.
    """
    for columns, some in groupby(values, key=tuple):
        _copy(session.connection(), Base.metadata.tables[table.__tablename__], columns, list(some))


def _copy(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> None:
    statement, convert = _copying(connection.dialect, table, columns)
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                written = [*row.values()]
                for at, bind in convert:
                    written[at] = bind(written[at])
                copy.write_row(written)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=driver.closed, dialect=connection.dialect
        ) from error


@lru_cache(maxsize=128)
def _copying(
    dialect: Dialect, table: Table, columns: tuple[str, ...]
) -> tuple[str, list[tuple[int, Callable[[Any], Any]]]]:
    """Return the statement, and how the values at some places are written."""
    bound = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN', [(at, bind) for at, bind in enumerate(bound) if bind]


def _columns(row: Base) -> dict[str, Any]:
    mapper = inspect(type(row))
    known = row.__dict__
    return {column.name: known[key] for key, column in mapper.columns.items() if key in known}

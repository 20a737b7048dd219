"""New rows into their tables: one prepared statement a table, sent for all rows of a batch in one go.

SQLAlchemy's unit of work would ask for every number and default the database gives, row by row in one long statement
that is parsed anew each time; intake knows the numbers it needs before it writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import insert, inspect, text
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
    """Insert the columns of new rows of one table, in order; neighbours that name the same columns go together."""
    for _, some in groupby(values, key=dict.keys):
        session.execute(insert(Base.metadata.tables[table.__tablename__]), list(some))


def _columns(row: Base) -> dict[str, Any]:
    mapper = inspect(type(row))
    known = row.__dict__
    return {column.name: known[key] for key, column in mapper.columns.items() if key in known}

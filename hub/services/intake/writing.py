"""New rows into their tables: one prepared statement a table, sent for all rows of a batch in one go.

SQLAlchemy's unit of work would ask for every number and default the database gives, row by row in one long statement
that is parsed anew each time; intake knows the numbers it needs before it writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from hub.db import Base


def write_rows(session: Session, rows: Sequence[Base], *, keep: bool) -> None:
    """Insert new rows of one table, in order.

    Kept ones have their number already and stay in the session as if it had written them: what changes on them later
    is written too, and what the database filled in is read when somebody asks for it. The others are done with.
    """
    start = 0
    values = [_columns(row) for row in rows]
    while start < len(rows):
        end = start + 1
        while end < len(rows) and values[end].keys() == values[start].keys():
            end += 1
        session.execute(insert(Base.metadata.tables[rows[start].__tablename__]), values[start:end])
        start = end
    for row in rows if keep else ():
        make_transient_to_detached(row)
        session.add(row)


def _columns(row: Base) -> dict[str, Any]:
    mapper = inspect(type(row))
    known = row.__dict__
    return {column.name: known[key] for key, column in mapper.columns.items() if key in known}

"""Many rows at once: ids drawn ahead, one statement a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from hub.db import Base


class Rows:
    """Rows to be written together; every row of a table names the same columns."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.now = now
        self._session = session
        self._made: dict[str, list[dict[str, Any]]] = {}

    def ids(self, model: type[Base], count: int) -> Iterator[int]:
        """Draw ids of a table, in rising order."""
        drawn = self._session.scalars(
            text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"),
            {"table": model.__tablename__, "count": count},
        )
        return iter(sorted(drawn))

    def add(self, model: type[Base], **values: Any) -> None:
        """Keep a row until `write`."""
        self._made.setdefault(model.__tablename__, []).append(values)

    def write(self) -> None:
        """Write what was kept, parents before children; rows without an id of their own get theirs in order of time."""
        for table in Base.metadata.sorted_tables:
            rows = self._made.pop(table.name, [])
            if rows and "id" not in rows[0] and "created_at" in rows[0]:
                rows.sort(key=lambda row: row["created_at"])
            if rows:
                self._session.execute(insert(table), rows)

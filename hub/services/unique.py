"""Writing rows whose uniqueness the database holds, whoever else writes at the same time."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from hub.desk import Desk
from hub.errors import Refused


def write_unique(desk: Desk, row: Any, refusal: str) -> None:
    """Write a row now; raises `Refused` with the given words where the database says that it is another's."""
    try:
        with desk.session.begin_nested():
            desk.session.add(row)
            desk.session.flush()
    except IntegrityError as error:
        raise Refused(refusal) from error

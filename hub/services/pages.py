"""Lists in pages: a cursor names the last row of a page, so that no page skips or repeats a row while others come."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hub.errors import Invalid

PAGE = 50
LARGEST_PAGE = 200
LARGEST = 2**63 - 1
Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and the cursor of those after them, None at the end."""

    items: Sequence[Row]
    next: str | None = None

    def map(self, change: Callable[[Row], Other]) -> Page[Other]:
        """Return the page with every row changed."""
        return Page([change(each) for each in self.items], self.next)


def clamp(limit: int) -> int:
    """Return a page's size within its limits."""
    return min(max(limit, 1), LARGEST_PAGE)


def newest_first(
    session: Session, query: Select[Any], key: InstrumentedAttribute[int], *, cursor: str, limit: int
) -> Page[Any]:
    """Return one page of a query by a falling number; the query selects one entity. Raises `Invalid`."""
    before = read_number(cursor)
    if before is not None:
        query = query.where(key < before)
    found = session.scalars(query.order_by(key.desc()).limit(clamp(limit) + 1)).all()
    return cut(found, limit, lambda row: write_cursor(getattr(row, key.key)))


def oldest_first(
    session: Session, query: Select[Any], key: InstrumentedAttribute[int], *, cursor: str, limit: int
) -> Page[Any]:
    """Return one page of a query by a rising number; the query selects one entity. Raises `Invalid`."""
    after = read_number(cursor)
    if after is not None:
        query = query.where(key > after)
    found = session.scalars(query.order_by(key).limit(clamp(limit) + 1)).all()
    return cut(found, limit, lambda row: write_cursor(getattr(row, key.key)))


def cut(found: Sequence[Row], limit: int, cursor_of: Callable[[Row], str]) -> Page[Row]:
    """Return a page of rows that were read with one more than it holds."""
    size = clamp(limit)
    return Page(found[:size], cursor_of(found[size - 1]) if len(found) > size else None)


def write_cursor(number: int, at: datetime | None = None) -> str:
    """Return a cursor: opaque, so that nobody builds one by hand."""
    words = f"{at.isoformat()}~{number}" if at is not None else str(number)
    return urlsafe_b64encode(words.encode()).decode().rstrip("=")


def read_number(cursor: str) -> int | None:
    """Return the number in a cursor, None without one; raises `Invalid`."""
    return _number(_open(cursor)) if cursor else None


def read_instant(cursor: str) -> tuple[datetime, int] | None:
    """Return the instant and number in a cursor, None without one; raises `Invalid`."""
    if not cursor:
        return None
    at, _, number = _open(cursor).partition("~")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError as error:
        raise _broken() from error
    if instant.tzinfo is None:
        raise _broken()
    return instant, _number(number)


def _open(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (UnicodeError, binascii.Error, ValueError) as error:
        raise _broken() from error


def _number(words: str) -> int:
    if not (words.isascii() and words.isdecimal() and len(words) < 20 and int(words) <= LARGEST):
        raise _broken()
    return int(words)


def _broken() -> Invalid:
    return Invalid("This cursor is none of ours: begin without one and follow `next`.", field="cursor")

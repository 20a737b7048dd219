"""The only place that reads the time, and says whose clock leases are read by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import ColumnElement, DateTime, func


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def shared(self) -> ColumnElement[datetime] | datetime:
        """Return the present instant as a statement reads it, by the one clock that all processes share."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)

    def shared(self) -> ColumnElement[datetime] | datetime:
        """Return the database's time: two machines' clocks may be apart, and each must see the other's leases alike."""
        return func.statement_timestamp(type_=DateTime(timezone=True))


class FixedClock:
    """A clock that stands where it is put, for tests and reproducible reports."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it was put at."""
        return self.at

    def shared(self) -> ColumnElement[datetime] | datetime:
        """Return the instant it was put at: then it is everybody's clock."""
        return self.at

"""The sums by day as they are kept, caught up with, and made again from the first event."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.desk import Desk
from hub.models import DailySum
from hub.services.metrics.measuring import keep_measurements, rebuild_measurements

Sums = set[tuple[Any, ...]]


def sums(desk: Desk) -> Sums:
    """Return every sum there is, as values that can be compared."""
    columns = (DailySum.company_id, DailySum.day, DailySum.figure, DailySum.detail, DailySum.dimension, DailySum.member)
    rows = desk.session.execute(select(*columns, DailySum.count, DailySum.business, DailySum.wall))
    return {(*row[:7], str(sorted(row[7].items())), str(sorted(row[8].items()))) for row in rows}


def catch_up(desk: Desk) -> None:
    """Measure everything that happened since, as the worker does."""
    after, begun = 0, False
    while after or not begun:
        begun = True
        with desk.transaction():
            after = keep_measurements(desk, after)


def kept_and_rebuilt(desk: Desk) -> tuple[Sums, Sums]:
    """Return the sums as they were kept while things happened, and made again from nothing."""
    catch_up(desk)
    kept = sums(desk)
    with desk.transaction():
        rebuild_measurements(desk)
    return kept, sums(desk)

"""Quiet hours: what waits leaves when they end, never before it was written."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.domain.quiet import quiet_end

NEW_YORK = ZoneInfo("America/New_York")
TEN, SEVEN = time(22), time(7)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
instants = st.integers(0, 4 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (datetime(2026, 11, 16, 23, tzinfo=NEW_YORK), datetime(2026, 11, 17, 7, tzinfo=NEW_YORK)),
        (datetime(2026, 11, 17, 3, tzinfo=NEW_YORK), datetime(2026, 11, 17, 7, tzinfo=NEW_YORK)),
        (datetime(2026, 11, 17, 7, tzinfo=NEW_YORK), datetime(2026, 11, 17, 7, tzinfo=NEW_YORK)),
        (datetime(2026, 11, 17, 12, tzinfo=NEW_YORK), datetime(2026, 11, 17, 12, tzinfo=NEW_YORK)),
        (datetime(2026, 3, 7, 23, tzinfo=NEW_YORK), datetime(2026, 3, 8, 7, tzinfo=NEW_YORK)),  # the clocks go forward
    ],
)
def test_what_is_written_at_night_leaves_in_the_morning(at: datetime, leaves: datetime) -> None:
    assert quiet_end(at, "America/New_York", TEN, SEVEN) == leaves


def test_a_company_without_quiet_hours_has_none() -> None:
    at = datetime(2026, 11, 16, 23, tzinfo=UTC)

    assert quiet_end(at, "UTC", None, SEVEN) == quiet_end(at, "UTC", TEN, None) == quiet_end(at, "UTC", TEN, TEN) == at


@given(instants, zones, st.times(), st.times())
@example(datetime(2026, 10, 25, 1, 10, tzinfo=UTC), "Europe/Berlin", time(22), time(2, 30))  # 2.10 for the second time
@example(datetime(2026, 3, 29, 0, 45, tzinfo=UTC), "Europe/Berlin", time(22), time(2, 30))  # 2.30 never comes
def test_nothing_leaves_before_it_was_written_nor_in_quiet_hours(
    at: datetime, zone: str, begins: time, ends: time
) -> None:
    leaves = quiet_end(at, zone, begins, ends)

    assert leaves >= at
    assert (leaves - at).total_seconds() <= 26 * 3600
    if begins != ends:
        local = leaves.astimezone(ZoneInfo(zone)).time()
        assert leaves == at or local >= ends or local < begins

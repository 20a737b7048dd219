"""Averages beside medians and ninetieth percentiles."""

from __future__ import annotations

import statistics
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.metrics import spread_of

lengths = st.lists(st.timedeltas(timedelta(0), timedelta(days=30)), min_size=1, max_size=60)
SECOND = timedelta(seconds=1)


@given(lengths)
def test_the_spread_is_what_the_statistics_module_says(found: list[timedelta]) -> None:
    spread = spread_of(found)

    assert spread is not None
    seconds = [each.total_seconds() for each in found]
    assert abs(spread.median - timedelta(seconds=statistics.median(seconds))) < SECOND
    assert abs(spread.average - timedelta(seconds=statistics.fmean(seconds))) < SECOND
    assert spread.count == len(found)


@given(lengths)
def test_nine_in_ten_are_within_the_ninetieth_percentile(found: list[timedelta]) -> None:
    spread = spread_of(found)

    assert spread is not None
    assert spread.ninetieth in found
    assert sum(each <= spread.ninetieth for each in found) >= 0.9 * len(found)
    assert sum(each < spread.ninetieth for each in found) < 0.9 * len(found)


def test_nothing_has_no_spread() -> None:
    assert spread_of([]) is None

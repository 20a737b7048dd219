"""Numbers over lengths of time: the average beside the median and the ninetieth percentile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil


@dataclass(frozen=True, slots=True)
class Spread:
    """Average, median and 90th percentile of some lengths of time, and how many they were."""

    average: timedelta
    median: timedelta
    ninetieth: timedelta
    count: int


def spread_of(lengths: Sequence[timedelta]) -> Spread | None:
    """Return the spread of some lengths of time; None without any. Percentiles are nearest-rank."""
    if not lengths:
        return None
    ordered = sorted(lengths)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Spread(
        sum(ordered, timedelta(0)) / len(ordered), median, ordered[ceil(0.9 * len(ordered)) - 1], len(ordered)
    )

"""Figures summed from what was counted by day: spreads of minutes, shares, and the NPS. Only whole numbers go in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

from hub.domain.survey import Nps, net_promoter_score


@dataclass(slots=True)
class Tally:
    """How often something was counted, and how many of them lasted how many minutes."""

    count: int = 0
    business: Counter[int] = field(default_factory=Counter)
    wall: Counter[int] = field(default_factory=Counter)

    def add(self, count: int, business: Mapping[str, int], wall: Mapping[str, int]) -> None:
        """Add what was counted elsewhere, on another day or by another company."""
        self.count += count
        for mine, theirs in ((self.business, business), (self.wall, wall)):
            for minutes, times in theirs.items():
                mine[int(minutes)] += times


@dataclass(frozen=True, slots=True)
class Minutes:
    """Average, median and 90th percentile of some lengths in minutes, and how many they were."""

    average: float
    median: float
    ninetieth: int
    count: int


def spread_of_minutes(lengths: Mapping[int, int]) -> Minutes | None:
    """Return the spread of lengths given as how many lasted how long; None without any. Percentiles are nearest-rank."""
    count = sum(lengths.values())
    if not count:
        return None
    total = sum(minutes * times for minutes, times in lengths.items())
    low, high = _at_rank(lengths, (count + 1) // 2), _at_rank(lengths, count // 2 + 1)
    return Minutes(total / count, (low + high) / 2, _at_rank(lengths, ceil(0.9 * count)), count)


def share(kept: int, missed: int) -> float | None:
    """Return how many of a hundred were kept; None where nothing was promised."""
    return 100 * kept / (kept + missed) if kept + missed else None


def nps_of_counts(counts: Mapping[int, int]) -> Nps | None:
    """Return the NPS of how many gave which score."""
    return net_promoter_score(score for score, times in counts.items() for _ in range(times))


def within_steps(lengths: Mapping[int, int], steps: Iterable[int]) -> list[int]:
    """Return how many lengths lie at or under each step and above the one before; the last step takes all the rest."""
    ends = list(steps)
    found = [0] * len(ends)
    for minutes, times in lengths.items():
        place = next((place for place, end in enumerate(ends) if minutes <= end), len(ends) - 1)
        found[place] += times
    return found


def _at_rank(lengths: Mapping[int, int], rank: int) -> int:
    passed = 0
    for minutes in sorted(lengths):
        passed += lengths[minutes]
        if passed >= rank:
            return minutes
    raise ValueError(f"There are fewer than {rank} lengths.")

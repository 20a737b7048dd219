"""What is counted while the mail cases run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What came out of all cases."""

    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    total: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    raised: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    losing_words: list[str] = field(default_factory=list)
    ordinary: int = 0
    ordinary_as_bounce: list[str] = field(default_factory=list)
    slowest: float = 0.0
    messages: int = 0
    seconds: float = 0.0

    def of(self, key: str) -> tuple[int, int]:
        """Return (right, all) of one key over all suites."""
        return (
            sum(count for (_, one), count in self.right.items() if one == key),
            sum(count for (_, one), count in self.total.items() if one == key),
        )

    def undecided(self, decided: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Return the mismatches that nobody gave a reason for, as `case: key`."""
        return [
            f"{one}: {key}"
            for one, keys in sorted(self.missed.items())
            for key in sorted(keys.keys() - decided.get(one, {}).keys())
        ]


@dataclass
class Storm:
    """What came out of the damaged mail."""

    seed: int
    count: int = 0
    taken_in: int = 0
    unreadable: int = 0
    trouble: list[str] = field(default_factory=list)
    slowest: float = 0.0


@dataclass(frozen=True)
class Goal:
    """One promise, the figure measured, and whether it holds."""

    name: str
    figure: str
    reached: bool

"""Whether a newly learned classifier may take the place of the present one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any

ENOUGH = 50
"""Corrections that are learned from at once; fewer wait for the night."""
NIGHT = range(1, 5)  # hours of the day
REST = timedelta(hours=12)
NINETY_FIVE = 1.96  # standard deviations either side that hold 95 % of a normal distribution


@dataclass(frozen=True, slots=True)
class FrozenScore:
    """What a classifier got right of the frozen examples, each judged without having been learned from."""

    data_sha256: str
    count: int
    queue_right: int
    emergencies: int
    emergencies_found: int

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> FrozenScore | None:
        """Return the score kept among a model's facts; None for a model that was never judged."""
        kept = facts.get("frozen")
        return cls(**kept) if isinstance(kept, dict) and kept.get("count") else None

    @property
    def accuracy(self) -> float:
        """The share that reached the right queue, 0 to 1."""
        return self.queue_right / self.count if self.count else 0.0

    @property
    def worst_likely_accuracy(self) -> float:
        """The lower end of the accuracy's 95 % interval (Wilson 1927)."""
        if not self.count:
            return 0.0
        z2 = NINETY_FIVE**2 / self.count
        middle = self.accuracy + z2 / 2
        spread = NINETY_FIVE * sqrt(self.accuracy * (1 - self.accuracy) / self.count + z2 / (4 * self.count))
        return max(0.0, (middle - spread) / (1 + z2))

    @property
    def emergency_recall(self) -> float:
        """The share of emergencies that was found, 0 to 1."""
        return self.emergencies_found / self.emergencies if self.emergencies else 1.0


def learns_now(fresh: int, *, since: timedelta, hour: int) -> bool:
    """Tell whether to learn from corrections nobody has learned from: from fifty at once, from fewer in the night."""
    return fresh >= ENOUGH or (fresh > 0 and hour in NIGHT and since >= REST)


def why_refused(candidate: FrozenScore, present: FrozenScore) -> str:
    """Say why a candidate may not take over, or nothing: no queue accuracy beyond chance, no emergency may be lost."""
    if candidate.data_sha256 != present.data_sha256 or candidate.count != present.count:
        return "it was judged by other examples than the present classifier, so the two cannot be compared"
    if candidate.accuracy < present.worst_likely_accuracy:
        return (
            f"of {candidate.count} frozen examples only {candidate.accuracy:.1%} reach the right queue, "
            f"against {present.accuracy:.1%} now (at least {present.worst_likely_accuracy:.1%} is asked)"
        )
    if candidate.emergencies_found < present.emergencies_found:
        return (
            f"of {candidate.emergencies} frozen emergencies it finds {candidate.emergencies_found}, "
            f"and the present classifier finds {present.emergencies_found}"
        )
    return ""

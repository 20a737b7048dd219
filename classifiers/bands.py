"""How sure is sure enough: temperatures and thresholds, all from scores of examples a model had not seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.classifier import Band
from classifiers.emergencies import Emergency
from classifiers.linear import softmax

Floats = NDArray[np.float32]

SILENT_TARGET = 0.95
"""Share that must be right among the messages routed without asking anybody."""
SUGGEST_TARGET = 0.90
"""Share of suggested messages whose queue must be among the first two."""
NEVER = 1.01
_FEWEST = 15
"""Below so many cases a threshold would be luck."""
_TEMPERATURES = np.exp(np.linspace(np.log(0.2), np.log(5.0), 81))


def fit_temperature(scores: Floats, right: NDArray[np.int64], groups: NDArray[np.int64] | None = None) -> float:
    """Choose the one temperature under which unseen examples are likeliest.

    `right` is each row's column, or its group where `groups` maps columns to groups (topics to queues).
    """
    rows = np.arange(len(right))

    def loss(temperature: float) -> float:
        chances = softmax(scores / np.float32(temperature))
        if groups is not None:
            chances = sum_groups(chances, groups)
        return float(-np.log(np.maximum(chances[rows, right], 1e-9)).mean())

    return float(min(_TEMPERATURES, key=loss))


def sum_groups(chances: Floats, groups: NDArray[np.int64]) -> Floats:
    """Add the probabilities of columns that belong to one group."""
    summed = np.zeros((len(chances), int(groups.max()) + 1), dtype=np.float32)
    for column, group in enumerate(groups):
        summed[:, group] += chances[:, column]
    return summed


def silent_thresholds(names: Sequence[str], chances: Floats, right: NDArray[np.int64]) -> dict[str, float]:
    """Find for each queue the lowest confidence from which on enough unseen examples were right."""
    first = chances.argmax(axis=1)
    confidence = chances.max(axis=1)
    return {
        name: lowest_for(confidence[first == at], (right == at)[first == at], SILENT_TARGET)
        for at, name in enumerate(names)
    }


def suggest_threshold(chances: Floats, right: NDArray[np.int64]) -> float:
    """Find the lowest confidence from which on the right queue was mostly among the first two."""
    best_two = np.argsort(-chances, axis=1)[:, :2]
    return lowest_for(chances.max(axis=1), (best_two == right[:, None]).any(axis=1), SUGGEST_TARGET)


def lowest_for(confidence: Floats, right: NDArray[np.bool_], target: float) -> float:
    """Find the lowest confidence at and above which at least `target` of the cases are right, or NEVER."""
    if len(confidence) < _FEWEST:
        return NEVER
    order = np.argsort(-confidence, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share[_FEWEST - 1 :] >= target)
    if not len(enough):
        return NEVER
    return round(float(confidence[order[enough[-1] + _FEWEST - 1]]), 4)


@dataclass(frozen=True, slots=True)
class Alarm:
    """From which chance of danger on an alarm rings: by the chance `alone`, and where rules have `told` of danger too.

    What rules find plainly said rings it whatever the chance. Without a threshold of its own, what they told rings it, too.
    """

    alone: float = NEVER
    told: float = 0.0

    @classmethod
    def learn(cls, silent: Floats, told: Floats, share: float, share_told: float) -> Alarm:
        """Find the lowest chances at which at most these shares of calm messages ring it.

        `silent` are the chances of those without a word of danger, `told` of those in which rules heard one.
        """
        return cls(_exceeded_by(silent, share), _exceeded_by(told, share_told) if len(told) >= _FEWEST else 0.0)

    @classmethod
    def read(cls, thresholds: Mapping[str, Any]) -> Alarm:
        """Read what `facts` gave."""
        kept = thresholds.get("alarm", {})
        return cls(**{name: float(value) for name, value in kept.items()})

    def facts(self) -> dict[str, Any]:
        """Give the thresholds as they are kept beside a model."""
        return {"alarm": asdict(self)}

    def rings(self, told: Sequence[Emergency], chance: float) -> bool:
        """Tell whether what rules told and a chance of danger are an alarm together."""
        return any(each.plain for each in told) or chance >= (self.told if told else self.alone)


def _exceeded_by(chances: Floats, share: float) -> float:
    """Find the lowest chance that at most a share of some exceed."""
    ordered = np.sort(chances)[::-1]
    allowed = int(len(ordered) * share)
    return round(min(float(ordered[allowed]) + 1e-4, NEVER), 4) if allowed < len(ordered) else 0.0


def band_of(queue: str, confidence: float, silent: Mapping[str, float], suggest: float) -> Band:
    """Say what may be done with a prediction of this confidence."""
    if confidence >= silent.get(queue, NEVER):
        return Band.SILENT
    return Band.SUGGEST if confidence >= suggest else Band.ASK


def expected_calibration_error(confidence: Iterable[float], right: Iterable[bool], bins: int = 5) -> float:
    """Measure how far stated and actual certainty lie apart, over bins holding equally many cases."""
    said = np.asarray(list(confidence), dtype=np.float64)
    was = np.asarray(list(right), dtype=np.float64)
    if not len(said):
        return 0.0
    parts = np.array_split(np.argsort(said, kind="stable"), bins)
    return float(sum(len(part) / len(said) * abs(said[part].mean() - was[part].mean()) for part in parts if len(part)))

"""How good predictions are: right queue, per queue, calibration, and how much could be routed without asking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.bands import SILENT_TARGET, expected_calibration_error, lowest_for


@dataclass(frozen=True, slots=True)
class QueueScore:
    """Of one queue: the share right among those sent there, the share found among those that belong there, how many."""

    precision: float
    recall: float
    count: int


@dataclass(frozen=True, slots=True)
class Scores:
    """What predictions are worth, shares between 0 and 1.

    `coverage` is the largest share that could be routed silently with SILENT_TARGET of them right.
    """

    count: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    coverage: float
    queues: dict[str, QueueScore]


def judge(
    truth: Sequence[str],
    said: Sequence[str],
    confidence: Sequence[float],
    also_right: Sequence[Collection[str]] | None = None,
) -> Scores:
    """Compare predictions with the truth; `also_right` are other answers that count, a collection a message."""
    allowed = also_right or [()] * len(truth)
    # An accepted alternative is scored as if it had been the truth.
    truth = [said_one if said_one in ok else true for true, said_one, ok in zip(truth, said, allowed, strict=True)]
    right = np.array([a == b for a, b in zip(truth, said, strict=True)], dtype=bool)
    certain = np.array(confidence, dtype=np.float32)
    threshold = lowest_for(certain, right, SILENT_TARGET)
    queues = {label: _queue_score(label, truth, said) for label in sorted(set(truth))}
    f1 = [_harmonic(score.precision, score.recall) for score in queues.values()]
    return Scores(
        count=len(truth),
        accuracy=float(right.mean()) if len(right) else 0.0,
        macro_f1=float(np.mean(f1)) if f1 else 0.0,
        calibration_error=expected_calibration_error(confidence, right.tolist()),
        coverage=float((certain >= threshold).mean()) if len(certain) else 0.0,
        queues=queues,
    )


def _queue_score(label: str, truth: Sequence[str], said: Sequence[str]) -> QueueScore:
    hits = sum(true == label and one == label for true, one in zip(truth, said, strict=True))
    sent, belong = sum(one == label for one in said), sum(true == label for true in truth)
    return QueueScore(hits / sent if sent else 0.0, hits / belong if belong else 0.0, belong)


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0

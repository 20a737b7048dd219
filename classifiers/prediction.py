"""The answer of a classifier to one text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another label that was considered, with its probability between 0 and 1."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A label with its calibrated probability, the words that moved it, and the others considered, likeliest first."""

    label: str
    confidence: float
    evidence: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

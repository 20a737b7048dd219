"""What a text is compared by: its words with their concepts, and its letters, which forgive typing errors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledgebase.words import Words

CONCEPT_WEIGHT = 1.4
PAIR_WEIGHT = 0.6
LETTERS = 3


@dataclass(frozen=True, slots=True)
class Features:
    """A text as counts, not yet weighted: `words` and `letters` are compared apart and blended by the index."""

    words: dict[str, float]
    letters: Mapping[str, float]


def features_of(words: Words) -> Features:
    """Count what a phrase or question is compared by."""
    found = text_features(words)
    pairs = {f"{first} {second}": PAIR_WEIGHT for first, second in pairwise(words.stems)}
    return Features(found.words | pairs, Counter(_letter_features(words.typed)))


def text_features(words: Words) -> Features:
    """Count what a longer text is compared by: words and concepts only."""
    found: dict[str, float] = {}
    for item in words.items:
        found[item.stem] = 1.0
        for concept in item.concepts:
            found[f"={concept}"] = CONCEPT_WEIGHT
    return Features(found, {})


def _letter_features(typed: Iterable[str]) -> Iterable[str]:
    for word in typed:
        padded = f" {word} "
        for start in range(len(padded) - LETTERS + 1):
            yield padded[start : start + LETTERS]


def rarity(documents: int, containing: int) -> float:
    """Weigh a feature by how few articles contain it (smoothed inverse document frequency, at least 1)."""
    return math.log((1 + documents) / (1 + containing)) + 1

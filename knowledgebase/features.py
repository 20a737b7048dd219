"""What a text is compared by: its words with their concepts, and its letters, which forgive typing errors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledgebase.words import Words, read_words

CONCEPT_WEIGHT = 1.4
PAIR_WEIGHT = 0.6
LETTER_SIZES = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Features:
    """A text as counts, not yet weighted: `words` and `letters` are compared apart and blended by the index."""

    words: Mapping[str, float]
    letters: Mapping[str, float]


def read_features(text: str, language: str) -> Features:
    """Count what a text is compared by."""
    return features_of(read_words(text, language))


def features_of(words: Words) -> Features:
    """Count what a text already read as words is compared by."""
    return Features(_word_features(words), Counter(_letter_features(words.typed)))


def _word_features(words: Words) -> dict[str, float]:
    found: dict[str, float] = {}
    for first, second in pairwise(words.stems):
        found[f"{first} {second}"] = PAIR_WEIGHT
    for item in words.items:
        found[item.stem] = 1.0
        for concept in item.concepts:
            found[f"={concept}"] = CONCEPT_WEIGHT
    return found


def _letter_features(typed: Iterable[str]) -> Iterable[str]:
    for word in typed:
        padded = f" {word} "
        for size in LETTER_SIZES:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def rarity(documents: int, containing: int) -> float:
    """Weigh a feature by how few articles contain it (smoothed inverse document frequency, at least 1)."""
    return math.log((1 + documents) / (1 + containing)) + 1

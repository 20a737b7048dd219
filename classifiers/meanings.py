"""What the sentences of a text mean, alone and in pairs, as columns: the same in every language it may be written in.

The rules of `dangers.txt` name the pairs somebody thought of. A model weighs all that examples have, those that make a text
calm too: 'water' and 'lamp' is one thing, with 'resolved' beside it another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy import sparse

from classifiers.dangers import meanings_of
from classifiers.features import FEWEST, Matrix

_AND = "+"
_LONGEST = 4_000
"""Characters of a text that are looked at."""
_MOST_OF_A_SENTENCE = 24
"""Meanings of one sentence that are paired; a sentence with more is a list of words."""


class Meanings:
    """The columns of a model, by name: single meanings, then pairs of them in one sentence."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._blocks = [
            {name: at for at, name in enumerate(self.names) if (_AND in name) is paired} for paired in (False, True)
        ]

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Meanings:
        """Keep the meanings and pairs that several of these texts have."""
        counts = Counter(name for text in texts for name in _named(text))
        return cls(sorted(name for name, count in counts.items() if count >= FEWEST))

    def of(self, texts: Sequence[str]) -> Matrix:
        """Give each text a row: what it means, of length 1 or 0, and the same for pairs."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            named = _named(text)
            for block in self._blocks:
                found = sorted(block[name] for name in named if name in block)
                columns += found
                values += [len(found) ** -0.5 if found else 0.0] * len(found)
            ends.append(len(columns))
        shape = (len(texts), len(self.names))
        return sparse.csr_matrix((np.array(values, dtype=np.float32), columns, ends), shape=shape)


@lru_cache(maxsize=256)
def _named(text: str) -> frozenset[str]:
    """Name the meanings of a text and the pairs of its sentences."""
    found: set[str] = set()
    for sentence in meanings_of(text[:_LONGEST]):
        found |= sentence
        found.update(_AND.join(pair) for pair in combinations(sorted(sentence)[:_MOST_OF_A_SENTENCE], 2))
    return frozenset(found)

"""Texts as the columns that models weigh: what they are about, and whether somebody is in danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers.concepts import Concepts
from classifiers.encoder import Encoder
from classifiers.features import Features, Matrix
from classifiers.meanings import Meanings

DANGER = "danger"
"""The head that tells whether somebody is in danger, by columns of its own."""
_WEIGHT_OF_WORDS = np.float32(2.0)
"""Most that is said of a danger is said in words no list of meanings has."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as columns, a row each, for what they are about and for their danger."""

    matter: Matrix
    danger: Matrix

    def of(self, head: str) -> Matrix:
        """Give the rows a head weighs."""
        return self.danger if head == DANGER else self.matter

    def chosen(self, rows: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Give some of the rows."""
        return Rows(self.matter[rows], self.danger[rows])

    def beside(self, words: Matrix) -> Rows:
        """Put words and letters before what does not depend on examples."""
        return Rows(_side_by_side(words, self.matter), _side_by_side(words * _WEIGHT_OF_WORDS, self.danger))


@dataclass(frozen=True, slots=True)
class Columns:
    """What is looked for in a text besides words and letters.

    What the rules of danger conclude says nothing of danger here: examples were composed before these rules were, other
    people's messages were not.
    """

    concepts: Concepts
    meanings: Meanings
    encoder: Encoder

    def of(self, texts: Sequence[str]) -> Rows:
        """Give texts their rows without words and letters."""
        concepts = sparse.csr_matrix(self.concepts.of(texts))
        calm = np.flatnonzero([not name.startswith("!") for name in self.concepts.names])
        encoded = [sparse.csr_matrix(self.encoder.encode(texts))] if self.encoder.width else []
        return Rows(
            _side_by_side(concepts, *encoded), _side_by_side(concepts[:, calm], *encoded, self.meanings.of(texts))
        )

    def with_words(self, features: Features, texts: Sequence[str]) -> Rows:
        """Give texts their whole rows."""
        return self.of(texts).beside(features.of(texts))


def _side_by_side(*parts: Matrix) -> Matrix:
    return sparse.hstack(parts, format="csr", dtype=np.float32)

"""Texts as numbers: TF-IDF of words and of the letters inside words, which survive typos and SMS spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from classifiers.wording import fold

Floats = NDArray[np.float32]
Matrix = Any
"""A scipy CSR matrix; scipy ships no types."""

_LONGEST = 2_000
"""Characters of a message that are weighed; people say what they want before that."""

FEWEST = 2
"""A word or group of letters that fewer texts have is not weighed."""
LIMITS = {"words": 12_000, "letters": 26_000}
KINDS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b|[\u3400-\u9fff]"},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}


class Features:
    """Words and letters weighed by how rare they are."""

    def __init__(self, vectorizers: Mapping[str, TfidfVectorizer]) -> None:
        self._vectorizers = dict(vectorizers)

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Features:
        """Choose the commonest words and letter groups of these texts and weigh them."""
        folded = [prepared(text) for text in texts]
        vectorizers = {}
        for kind, settings in KINDS.items():
            vectorizer = TfidfVectorizer(
                **settings,
                lowercase=False,
                sublinear_tf=True,
                min_df=FEWEST,
                max_features=LIMITS[kind],
                dtype=np.float32,
            )
            vectorizers[kind] = vectorizer.fit(folded)
        return cls(vectorizers)

    @classmethod
    def restore(cls, arrays: Mapping[str, Any]) -> Features:
        """Rebuild what `arrays` gave."""
        vectorizers = {}
        for kind, settings in KINDS.items():
            terms = cast("str", arrays[f"{kind}_terms"]).split("\n")
            vectorizer = TfidfVectorizer(
                **settings,
                lowercase=False,
                sublinear_tf=True,
                vocabulary={term: at for at, term in enumerate(terms)},
                dtype=np.float32,
            )
            vectorizer.idf_ = np.asarray(arrays[f"{kind}_weights"], dtype=np.float32)
            vectorizers[kind] = vectorizer
        return cls(vectorizers)

    def arrays(self) -> dict[str, Any]:
        """Give everything needed to rebuild these features, as text and arrays only."""
        kept: dict[str, Any] = {}
        for kind, vectorizer in self._vectorizers.items():
            kept[f"{kind}_terms"] = "\n".join(str(term) for term in vectorizer.get_feature_names_out())
            kept[f"{kind}_weights"] = np.round(np.asarray(vectorizer.idf_, dtype=np.float32), 4)
        return kept

    def terms(self) -> list[str]:
        """Name every column; those of letters begin with `~`."""
        named = []
        for kind, vectorizer in self._vectorizers.items():
            mark = "~" if kind == "letters" else ""
            named += [mark + str(term) for term in vectorizer.get_feature_names_out()]
        return named

    def of(self, texts: Sequence[str]) -> Matrix:
        """Weigh texts, a row each of length 1; a text of unknown words is a row of zeros."""
        folded = [prepared(text) for text in texts]
        parts = [vectorizer.transform(folded) for vectorizer in self._vectorizers.values()]
        return sparse.hstack(parts, format="csr", dtype=np.float32) * np.float32(np.sqrt(0.5))


def prepared(text: str) -> str:
    """Write a text as it is weighed: its beginning, in one spelling, on one line."""
    return fold(text[:_LONGEST]).replace("\n", " ")

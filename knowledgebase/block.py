"""Compare a question with many texts at once: postings in numpy arrays, built once and never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


class Block:
    """Texts as unit vectors of weighted features, kept feature by feature: a question touches only what it shares."""

    def __init__(self, texts: Sequence[Mapping[str, float]], weight: Callable[[str], float]) -> None:
        self.size = len(texts)
        self._weight = weight
        self._number: dict[str, int] = {}
        features: list[int] = []
        owners: list[int] = []
        values: list[float] = []
        for owner, text in enumerate(texts):
            weighted = _weighted(text, weight)
            for feature, value in weighted.items():
                features.append(self._number.setdefault(feature, len(self._number)))
                owners.append(owner)
                values.append(value)
        order = np.argsort(np.asarray(features, dtype=np.int32), kind="stable")
        self._owners = np.asarray(owners, dtype=np.int32)[order]
        self._values = np.asarray(values, dtype=np.float32)[order]
        counts = np.bincount(np.asarray(features, dtype=np.int64), minlength=len(self._number))
        self._starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

    def compare(self, question: Mapping[str, float]) -> Scores:
        """Give the cosine of a question with every text, 0 to 1, in the order the texts were given."""
        owners, values = [], []
        for feature, value in _weighted(question, self._weight).items():
            number = self._number.get(feature)
            if number is not None:
                here = slice(self._starts[number], self._starts[number + 1])
                owners.append(self._owners[here])
                values.append(self._values[here] * np.float32(value))
        if not owners:
            return np.zeros(self.size, dtype=np.float32)
        sums = np.bincount(np.concatenate(owners), weights=np.concatenate(values), minlength=self.size)
        return sums.astype(np.float32)


def _weighted(text: Mapping[str, float], weight: Callable[[str], float]) -> dict[str, float]:
    weighted = {
        feature: (1 + np.log(count) if count > 1 else count) * weight(feature) for feature, count in text.items()
    }
    length = float(np.sqrt(sum(value * value for value in weighted.values())))
    return {feature: float(value) / length for feature, value in weighted.items()} if length else {}

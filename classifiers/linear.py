"""Logistic regression on top of features: learned with scikit-learn, kept and applied as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifiers.features import Matrix

Floats = NDArray[np.float32]
_DECIMALS = 3
"""Weights are kept to three decimals: the file is a third as large and no prediction changes."""


class Head:
    """One question about a text, with an answer among `labels`."""

    def __init__(self, labels: Sequence[str], weights: Floats, bias: Floats, temperature: float = 1.0) -> None:
        self.labels = tuple(labels)
        self.weights = weights
        self.bias = bias
        self.temperature = temperature
        self._average = weights.mean(axis=0)

    @classmethod
    def learn(cls, rows: Matrix, answers: Sequence[str], *, strength: float = 10.0, balanced: bool = True) -> Head:
        """Fit the head to rows of features and their answers; the same input gives the same head.

        Where all answers are the same the head always gives that answer.
        """
        if len(set(answers)) == 1:
            return cls(answers[:1], np.zeros((1, rows.shape[1]), dtype=np.float32), np.zeros(1, dtype=np.float32))
        model = LogisticRegression(C=strength, max_iter=400, tol=1e-3, class_weight="balanced" if balanced else None)
        model.fit(rows, list(answers))
        weights = np.asarray(model.coef_, dtype=np.float64)
        bias = np.asarray(model.intercept_, dtype=np.float64)
        if len(model.classes_) == 2:
            weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
        return cls([str(label) for label in model.classes_], _rounded(weights), _rounded(bias))

    @classmethod
    def restore(cls, arrays: Mapping[str, Any], name: str) -> Head:
        """Rebuild what `arrays` gave under this name."""
        labels = cast("str", arrays[f"{name}_labels"]).split("\n")
        weights = np.asarray(arrays[f"{name}_weights"], dtype=np.float32)
        bias = np.asarray(arrays[f"{name}_bias"], dtype=np.float32)
        if weights.shape[0] != len(labels) or bias.shape != (len(labels),):
            raise ValueError(f"The {name} head has {len(labels)} labels but weights for {weights.shape[0]}.")
        return cls(labels, weights, bias, float(arrays[f"{name}_temperature"]))

    def arrays(self, name: str) -> dict[str, Any]:
        """Give everything needed to rebuild this head, as text, numbers and arrays only."""
        return {
            f"{name}_labels": "\n".join(self.labels),
            f"{name}_weights": self.weights,
            f"{name}_bias": self.bias,
            f"{name}_temperature": float(self.temperature),
        }

    def scores(self, rows: Matrix) -> Floats:
        """Give each row one score a label, before they become probabilities."""
        return np.asarray(rows @ self.weights.T + self.bias, dtype=np.float32)

    def probabilities(self, rows: Matrix) -> Floats:
        """Give each row one calibrated probability a label, summing to 1."""
        return softmax(self.scores(rows) / self.temperature)

    def push(self, row: Matrix, label: str) -> list[tuple[int, float]]:
        """Name the columns of one row that speak for a label against the average of the others, strongest first."""
        columns = row.indices
        against = self.weights[self.labels.index(label), columns] - self._average[columns]
        push = row.data * against
        return [(int(columns[at]), float(push[at])) for at in np.argsort(-push, kind="stable") if push[at] > 0]


def softmax(scores: Floats) -> Floats:
    """Turn scores into probabilities, a row each."""
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float32)


def _rounded(values: NDArray[np.float64]) -> Floats:
    return np.asarray(np.round(values, _DECIMALS), dtype=np.float32)

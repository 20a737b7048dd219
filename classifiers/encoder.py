"""Sentence encoders behind one small interface; the default is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Anything that turns sentences into vectors of meaning.

    `sha256` is the hash of its weights: a model trained on one encoder is refused beside another.
    """

    @property
    def name(self) -> str:
        """Name the encoder as it is kept beside models."""
        ...

    @property
    def sha256(self) -> str:
        """Give the hash of the weights, or nothing where there are none."""
        ...

    @property
    def width(self) -> int:
        """Say how many numbers a sentence becomes."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give each text a row of length 1; a text that says nothing is a row of zeros."""
        ...


class NoEncoder:
    """The encoder of a desk without one: no columns at all."""

    name = "none"
    sha256 = ""
    width = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give each text an empty row."""
        return np.zeros((len(texts), 0), dtype=np.float32)

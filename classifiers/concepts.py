"""What the words of a text mean, whatever their language, as columns beside words and letters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.lexicon import Lexicon, parse
from classifiers.wording import sentences

_FILE = Path(__file__).parent / "rules" / "concepts.txt"


@cache
def _lexicon() -> Lexicon:
    return parse(_FILE.read_text(encoding="utf-8").splitlines(), _FILE.name)


def names() -> list[str]:
    """Name the concepts in the order of their columns."""
    return list(_lexicon().terms)


@cache
def sha256() -> str:
    """Name the concept file by its hash: a model trained on another is not ours."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()


def of(texts: Sequence[str]) -> NDArray[np.float32]:
    """Give each text a row of length 1 saying which concepts it speaks of, often ones counting a little more."""
    column = {name: at for at, name in enumerate(names())}
    rows = np.zeros((len(texts), len(column)), dtype=np.float32)
    for at, text in enumerate(texts):
        for sentence in sentences(text):
            for name, spans in _lexicon().concepts(sentence).items():
                rows[at, column[name]] += len(spans)
    rows = np.log1p(rows)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), dtype=np.float32)


def words_of(text: str) -> dict[str, list[str]]:
    """Name the concepts a text speaks of, in brackets, each with the folded words that said so."""
    found: dict[str, list[str]] = {}
    for sentence in sentences(text):
        for name, spans in _lexicon().concepts(sentence).items():
            found.setdefault(f"[{name}]", []).extend(" ".join(sentence[span.start : span.end]) for span in spans)
    return found

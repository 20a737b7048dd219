"""What the words of a text mean, whatever their language, as columns beside words and letters.

Three blocks: the matters of renting (`rules/concepts.txt`), the signs of danger that the emergency rules look for, and
whether something is asked or told (`rules/work.txt`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers import asking, emergencies
from classifiers.lexicon import Lexicon
from classifiers.rule_files import parse
from classifiers.wording import sentences

Floats = NDArray[np.float32]
_FILE = Path(__file__).parent / "rules" / "concepts.txt"
_DANGER = "!"
_MOOD = "?"
_WEIGHT_OF_MOOD = np.float32(0.4)
"""Whether something is asked says little about its topic; what is weighed low must earn its influence."""


@cache
def _lexicon() -> Lexicon:
    return parse(_FILE.read_text(encoding="utf-8").splitlines(), _FILE.name)


def known_names() -> list[str]:
    """Name every concept that can be told in a text today; those of danger begin with `!`, those of asking with `?`."""
    signs, moods = emergencies.known_signs(), asking.NAMES
    return [*_lexicon().terms, *(_DANGER + name for name in signs), *(_MOOD + name for name in moods)]


def words_of(text: str) -> dict[str, list[str]]:
    """Name the concepts a text speaks of, each with the folded words that said so."""
    found: dict[str, list[str]] = {}
    for sentence in sentences(text):
        for name, spans in _lexicon().concepts(sentence).items():
            found.setdefault(name, []).extend(" ".join(sentence[span.start : span.end]) for span in spans)
    return found


class Concepts:
    """The columns of a model, by name: a model keeps working when a later version knows more words."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._column = {name: at for at, name in enumerate(self.names)}

    def of(self, texts: Sequence[str]) -> Floats:
        """Give each text a row saying which concepts it speaks of; each block of a row has length 1, or 0.4 for moods, or 0."""
        rows = np.zeros((len(texts), len(self.names)), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for name, words in words_of(text).items():
                self._mark(row, name, len(words))
            for sign in emergencies.signs_of(text):
                self._mark(row, _DANGER + sign, 1)
            for mood in asking.moods_of(text):
                self._mark(row, _MOOD + mood, 1)
        rows = np.log1p(rows)
        marks = [name[0] if name[0] in (_DANGER, _MOOD) else "" for name in self.names]
        for mark in ("", _DANGER, _MOOD):
            block = np.array([each == mark for each in marks], dtype=bool)
            rows[:, block] = _of_length_one(rows[:, block]) * (_WEIGHT_OF_MOOD if mark == _MOOD else 1)
        return rows

    def _mark(self, row: Floats, name: str, times: int) -> None:
        if name in self._column:
            row[self._column[name]] += times


def _of_length_one(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), dtype=np.float32)

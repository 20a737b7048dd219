"""Forgive a slip of the fingers: a vowel left out, a letter doubled or halved, two neighbours swapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SHORTEST = 4


class Speller:
    """Knows the words of a shelf and puts right those typed with one slip.

    Anything else is not put right: another letter in its place makes a house of a horse, one more makes beeps of bees.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._by_slip: dict[str, set[str]] = {}
        self.learn(words)

    def learn(self, words: Iterable[str]) -> None:
        """Add words, as folded by `knowledgebase.stems`."""
        for word in set(words) - self._known:
            self._known.add(word)
            if len(word) > SHORTEST and word.isalpha():
                for slip in _without_one_letter(word):
                    self._by_slip.setdefault(slip, set()).add(word)

    def put_right(self, word: str) -> str:
        """Give the one known word that a slip made this of; a word that is known or could be several stays as it is."""
        if word in self._known or len(word) < SHORTEST or not word.isalpha():
            return word
        meant = set(self._by_slip.get(word, ()))
        for fewer in _without_one_letter(word):
            if fewer in self._known and len(fewer) >= SHORTEST:
                meant.add(fewer)
        meant.update(swapped for swapped in _swapped(word) if swapped in self._known)
        return meant.pop() if len(meant) == 1 else word


def _without_one_letter(word: str) -> Iterator[str]:
    """Leave out one vowel or one of two equal letters, but never the first letter."""
    for at in range(1, len(word)):
        if word[at] in "aeiou" or word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]


def _swapped(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1))

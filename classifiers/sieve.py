"""Which texts rules need to be tried on: for most of them none can hold, and that is quickly seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from classifiers.lexicon import Lexicon, keys_of


class _Begun(NamedTuple):
    """What a word begins: the concepts it names alone, and those that need words of some keys besides."""

    alone: int
    longer: tuple[tuple[frozenset[str], int], ...]
    continued: frozenset[str]


class Sieve:
    """Lets through every text in which a rule of some lexicons holds, and few others.

    A concept is a bit and a rule the bits it needs: one look at each word serves all lexicons.
    """

    def __init__(self, lexicons: Sequence[Lexicon], fragments: int) -> None:
        self._lexicons = lexicons
        self._fragments = fragments
        needed = [(at, rule.needed) for at, lexicon in enumerate(lexicons) for rule in lexicon.rules]
        places = dict.fromkeys((at, name) for at, names in needed for name in names)
        self._bits = {place: 1 << number for number, place in enumerate(places)}
        self._rules = {sum(self._bits[at, name] for name in names) for at, names in needed}
        self._begun_by = lru_cache(maxsize=8192)(self._begin)
        self._is_enough = lru_cache(maxsize=8192)(lambda bits: any(bits & rule == rule for rule in self._rules))

    def lets_through(self, cut: Sequence[list[str]]) -> bool:
        """Tell whether a rule may hold in a sentence, or in two neighbouring fragments of so few words together."""
        joined = False
        for one, other in pairwise(cut):
            earlier, joined = joined, len(one) + len(other) <= self._fragments
            if joined:
                if self._may_hold([*one, *other]):
                    return True
            elif not earlier and self._may_hold(one):
                return True
        return bool(cut) and not joined and self._may_hold(cut[-1])

    def _may_hold(self, words: list[str]) -> bool:
        begun = [each for each in map(self._begun_by, words) if each is not None]
        bits = 0
        for each in begun:
            bits |= each.alone
        if any(each.longer for each in begun):
            present = keys_of(words)
            for each in begun:
                if not each.continued.isdisjoint(present):
                    for keys, bit in each.longer:
                        if keys <= present:
                            bits |= bit
        return bits != 0 and self._is_enough(bits)

    def _begin(self, word: str) -> _Begun | None:
        """Say what a word begins in any of the lexicons."""
        terms = [
            (term.following, self._bits[at, term.concept])
            for at, lexicon in enumerate(self._lexicons)
            for term in lexicon.terms_from(word)
            if (at, term.concept) in self._bits
        ]
        alone = 0
        for keys, bit in terms:
            alone |= 0 if keys else bit
        longer = tuple(dict.fromkeys((keys, bit) for keys, bit in terms if keys and not bit & alone))
        return _Begun(alone, longer, frozenset().union(*(keys for keys, _ in longer))) if terms else None

"""Synonyms made one: finds the concepts of `vocabulary/concepts.txt` that the words of a text stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from knowledgebase.stems import empty_words, stem, typed_words
from knowledgebase.vocabulary import phrase_lists

Phrase = tuple[tuple[str, ...], frozenset[str]]
NONE: frozenset[str] = frozenset()
# Within German compounds of this length we look for words of at least that length.
LONG_WORD, LONG_PART = 8, 5


def concepts_at(typed: Sequence[str], stems: Sequence[str], language: str) -> list[frozenset[str]]:
    """Name the concepts each word stands for, by the longest phrase it is part of: in 'hot water' there is no water.

    A phrase counts at its words that carry meaning, or at its first if none does.
    """
    empty = empty_words(language)
    found = [_in_compound(word) if language == "de" else NONE for word in typed]
    longest = [0] * len(typed)
    for start, end, named in sorted(_spans(stems, language), key=lambda span: span[0] - span[1]):
        for place in [at for at in range(start, end) if typed[at] not in empty] or [start]:
            # The longest come first; a shorter one adds nothing to a word that has its meaning.
            if longest[place] in {0, end - start}:
                found[place] |= named
                longest[place] = end - start
    return found


def _spans(stems: Sequence[str], language: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Find every phrase in a text: where it starts, where it ends, what it names."""
    phrases = _phrases_by_first(language)
    for start, first in enumerate(stems):
        for phrase, named in phrases.get(first, ()):
            if tuple(stems[start : start + len(phrase)]) == phrase:
                yield start, start + len(phrase), named


@cache
def _phrases_by_first(language: str) -> dict[str, list[Phrase]]:
    """Sort the phrases of a language, as stems, by their first stem."""
    named: dict[tuple[str, ...], set[str]] = {}
    for concept, phrases in phrase_lists("concepts").items():
        for phrase in phrases.get(language, ()):
            stems = tuple(stem(word, language) for word in typed_words(phrase, language))
            named.setdefault(stems, set()).add(concept)
    found: dict[str, list[Phrase]] = {}
    for stems, concepts in named.items():
        if stems:
            found.setdefault(stems[0], []).append((stems, frozenset(concepts)))
    return found


@lru_cache(maxsize=50_000)
def _in_compound(word: str) -> frozenset[str]:
    """Find the concepts hidden in a German compound: a 'Fußbodenheizung' is a kind of heating."""
    if len(word) < LONG_WORD:
        return NONE
    return frozenset(
        concept
        for phrases in _phrases_by_first("de").values()
        for phrase, named in phrases
        if len(phrase) == 1 and len(phrase[0]) >= LONG_PART and phrase[0] in word
        for concept in named
    )

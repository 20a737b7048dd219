"""Synonyms made one: finds the concepts of `vocabulary/concepts.txt` that the words of a text stand for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from knowledgebase.stems import empty_words, stem, typed_words
from knowledgebase.vocabulary import phrase_lists

Phrase = tuple[tuple[str, ...], frozenset[str]]
NONE: frozenset[str] = frozenset()
# Within German compounds of this length we look for words of at least that length.
LONG_WORD, LONG_PART = 8, 5


def concepts_at(typed: Sequence[str], stems: Sequence[str], language: str) -> list[frozenset[str]]:
    """Name the concepts each word stands for. A phrase counts at its words that carry meaning, or at its first."""
    phrases = _phrases_by_first(language)
    empty = empty_words(language)
    found = [_in_compound(word) if language == "de" else NONE for word in typed]
    for start, first in enumerate(stems):
        for phrase, named in phrases.get(first, ()):
            end = start + len(phrase)
            if tuple(stems[start:end]) == phrase:
                for place in [at for at in range(start, end) if typed[at] not in empty] or [start]:
                    found[place] |= named
    return found


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

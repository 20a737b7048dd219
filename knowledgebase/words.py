"""What a text speaks of: its meaningful words, with synonyms made one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from knowledgebase.concepts import concepts_at
from knowledgebase.stems import empty_words, light_stems, stem, typed_words
from knowledgebase.vocabulary import phrase_lists, word_lists


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a text speaks of: its stem, and the concepts it stands for (none for a word we do not list).

    A `light` one says little: a room, a weekday, a number, a common verb.
    """

    stem: str
    concepts: frozenset[str] = frozenset()
    light: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text as words: `typed` are all of them folded, `items` those that carry meaning, in order."""

    typed: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def stems(self) -> tuple[str, ...]:
        """List the stems of the meaningful words."""
        return tuple(item.stem for item in self.items)

    @property
    def concepts(self) -> frozenset[str]:
        """Name all concepts the text speaks of."""
        return frozenset(concept for item in self.items for concept in item.concepts)


def listed_words(language: str) -> frozenset[str]:
    """Collect every word of our own lists in a language, folded."""
    listed = [*empty_words(language), *word_lists("light").get(language, ())]
    for phrases in phrase_lists("concepts").values():
        listed.extend(phrases.get(language, ()))
    return frozenset(word for words in listed for word in typed_words(words, language))


def read_words(text: str, language: str, put_right: Callable[[str], str] | None = None) -> Words:
    """Read a text: its meaningful words and the concepts they stand for; `put_right` mends the spelling of a word."""
    typed = typed_words(text, language)
    if put_right:
        typed = [put_right(word) for word in typed]
    empty = empty_words(language)
    light = light_stems(language)
    stems = [stem(word, language) for word in typed]
    named = concepts_at(typed, stems, language)
    items = [
        Item(one, concepts_here, light=not concepts_here and (one in light or one.isdigit()))
        for one, word, concepts_here in zip(stems, typed, named, strict=True)
        if len(one) > 1 and (word not in empty or concepts_here)
    ]
    return Words(tuple(typed), tuple(items))

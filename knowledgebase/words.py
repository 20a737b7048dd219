"""From a text as typed to the words that carry its meaning: folded, cut to stems, with synonyms made one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from knowledgebase.vocabulary import phrase_lists, word_lists

LONGEST_PHRASE = 4
# Endings cut from a word, the longest that fits first.
SUFFIXES = {
    "en": "ations ation ements ement ings ing ies edly ed es ly s e y",
    "es": (
        "aciones iciones acion icion amientos amiento imiento amente mente arlo arla arme erlo ando iendo adas ados "
        "idas idos ada ado ida ido aron amos emos ar er ir an en es as os a o e s"
    ),
    "de": "ungen ung heiten heit keiten keit lich igen ige ern est end em en er es st et te e n s t",
}


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


def fold(text: str) -> str:
    """Lower the case and drop the accents, so that 'Schlüssel', 'SCHLUSSEL' and 'schlussel' are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def typed_words(text: str, language: str) -> list[str]:
    """Take a text apart into folded words, with the short forms of phone typing written out."""
    short_forms = _short_forms(language)
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)?", fold(text))
    if language == "de":
        # Keyboards without umlauts write ue for ü; folding has made the ü a u, so both become u.
        words = [re.sub(r"(?<=[^aeqo])ue|^ue", "u", word.replace("ae", "a").replace("oe", "o")) for word in words]
    return [short_forms.get(word, word) for word in words]


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Cut the ending of a folded word, leaving at least four letters (three in English)."""
    if word.isdigit():
        return word
    if language == "en":
        word = word.removesuffix("'s")
    shortest = 3 if language == "en" else 4
    for suffix in SUFFIXES.get(language, "").split():
        if word.endswith(suffix) and len(word) - len(suffix) >= shortest:
            word = word.removesuffix(suffix)
            break
    if language == "en" and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word


@cache
def _empty_words(language: str) -> frozenset[str]:
    return frozenset(word for listed in word_lists("empty").get(language, ()) for word in typed_words(listed, language))


def listed_words(language: str) -> frozenset[str]:
    """Collect every word of our own lists in a language, folded."""
    listed = [*_empty_words(language), *word_lists("light").get(language, ())]
    for phrases in phrase_lists("concepts").values():
        listed.extend(phrases.get(language, ()))
    return frozenset(word for words in listed for word in typed_words(words, language))


@cache
def _light_stems(language: str) -> frozenset[str]:
    listed = word_lists("light").get(language, ())
    return frozenset(stem(word, language) for words in listed for word in typed_words(words, language))


@cache
def _short_forms(language: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in word_lists("short-forms").get(language, ()))


def read_words(text: str, language: str, put_right: Callable[[str], str] | None = None) -> Words:
    """Read a text: its meaningful words and the concepts they stand for; `put_right` mends the spelling of a word."""
    typed = typed_words(text, language)
    if put_right:
        typed = [put_right(word) for word in typed]
    empty = _empty_words(language)
    light = _light_stems(language)
    stems = [stem(word, language) for word in typed]
    named = _concepts_at(typed, stems, language)
    items = [
        Item(one, frozenset(concepts_here), light=not concepts_here and (one in light or one.isdigit()))
        for one, word, concepts_here in zip(stems, typed, named, strict=True)
        if len(one) > 1 and (word not in empty or concepts_here)
    ]
    return Words(tuple(typed), tuple(items))


def _concepts_at(typed: list[str], stems: list[str], language: str) -> list[set[str]]:
    """Find the concepts at each word. A phrase counts at its words that carry meaning, or at its first if none does."""
    phrases = _phrases(language)
    empty = _empty_words(language)
    found: list[set[str]] = [set() for _ in stems]
    for start in range(len(stems)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(stems)) + 1):
            named = phrases.get(tuple(stems[start:end]))
            if named:
                telling = [place for place in range(start, end) if typed[place] not in empty] or [start]
                for place in telling:
                    found[place].update(named)
    if language == "de":
        for place, word in enumerate(typed):
            # Compounds hide concepts: a 'Fußbodenheizung' is a kind of heating.
            found[place].update(concept for part, concept in _compound_parts() if len(word) > 7 and part in word)
    return found


@cache
def _compound_parts() -> tuple[tuple[str, str], ...]:
    return tuple(
        (phrase[0], concept)
        for phrase, concepts in _phrases("de").items()
        for concept in concepts
        if len(phrase) == 1 and len(phrase[0]) >= 5
    )


@cache
def _phrases(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Map the stems of each word or phrase of `vocabulary/concepts.txt` in a language to the concepts it names."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for concept, phrases in phrase_lists("concepts").items():
        for phrase in phrases.get(language, ()):
            stems = tuple(stem(word, language) for word in typed_words(phrase, language))
            if stems:
                found[stems] = (*found.get(stems, ()), concept)
    return found

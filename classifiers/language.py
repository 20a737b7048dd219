"""Guess the language of a short text among those served, by its script, its letters and its commonest words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from classifiers.wording import sentences, term_words

_WORDS = Path(__file__).parent / "rules" / "languages.txt"
LATIN = ("en", "es", "de", "fr", "pl", "tr")
OWN_SCRIPT = ("ar", "ur", "uk", "zh")
LANGUAGES = (*LATIN, *OWN_SCRIPT)
_LETTERS = re.compile(r"[^\W\d_\u0000-\u007f]|[¿¡]")
_LETTER_WEIGHT = 1.5
_LOOKED_AT = 2_000
_ENOUGH = 1.5  # one word that no other language has is a name or a greeting; it takes a little more to know
_CLEARLY = 1.5


@cache
def _hints() -> tuple[dict[str, tuple[tuple[str, ...], float]], dict[str, list[str]]]:
    """Read the languages of the commonest words, one shared by several counting less for each, and of the telling letters."""
    listed: dict[str, set[str]] = {}
    letters: dict[str, list[str]] = {}
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(":")
        if line.startswith("letters "):
            for letter in rest.split():
                letters.setdefault(letter, []).append(name.split()[1])
        elif rest and not line.startswith("#"):
            listed.setdefault(name.strip(), set()).update(term_words(rest))
    sharing: dict[str, tuple[str, ...]] = {}
    for language, words in listed.items():
        for word in words:
            sharing[word] = (*sharing.get(word, ()), language)
    common = {word: (languages, 1 / len(languages)) for word, languages in sharing.items()}
    return common, letters


@lru_cache(maxsize=4)
def _scores(text: str) -> Mapping[str, float]:
    """Weigh the words of a text, and the letters of its beginning, for each language."""
    scores = dict.fromkeys(LANGUAGES, 0.0)
    common, telling = _hints()
    beginning = text[:_LOOKED_AT]
    for letter in () if beginning.isascii() else _LETTERS.findall(beginning.lower()):
        if letter in telling:
            for language in telling[letter]:
                scores[language] += _LETTER_WEIGHT / len(telling[letter])
        elif "\u0400" <= letter <= "\u04ff":
            scores["uk"] += 0.2
        elif "\u3400" <= letter <= "\u9fff":
            scores["zh"] += 0.5
        elif "\u0600" <= letter <= "\u06ff":
            scores["ar"] += 0.1
            scores["ur"] += 0.1
    for languages, weight in filter(None, map(common.get, chain.from_iterable(sentences(text)))):
        for language in languages:
            scores[language] += weight
    return scores


def languages_of(text: str) -> list[str]:
    """Name the languages a text may be written in, likeliest first; several where it is unclear."""
    scores = _scores(text)
    best = max(scores.values())
    latin = max(scores[language] for language in LATIN)
    if latin == 0 and best == 0:
        return list(LATIN)
    likely = (
        [language for language in LATIN if scores[language] >= max(latin * 0.4, 0.5)] if latin >= 1 else list(LATIN)
    )
    if best > 0 and latin == 0:
        likely = []
    likely += [language for language in OWN_SCRIPT if scores[language] > 0]
    return sorted(likely, key=lambda language: -scores[language])


def detect(text: str) -> str:
    """Name the language of a text by its two-letter code where its words tell it plainly; empty where they do not."""
    text = text[:_LOOKED_AT]
    scores = _scores(text)
    best = max(scores, key=lambda language: scores[language])
    # Urdu writes nearly every Arabic letter and has telling ones of its own: what has none of those is not held against Arabic.
    alike = {"ar", "ur"} if best == "ar" else set()
    rival = max(scores[language] for language in LANGUAGES if language not in {best, *alike})
    plain = scores[best] >= _ENOUGH and scores[best] >= _CLEARLY * rival
    return best if plain and not (alike and scores["ar"] <= scores["ur"]) else ""


def guess(text: str, fallback: str = "en") -> str:
    """Name the likeliest language of a text by its two-letter code; `fallback` where nothing tells."""
    text = text[:_LOOKED_AT]
    scores = _scores(text)
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > 0 else fallback

"""Guess the language of a short text among those served, by its script and its commonest words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from classifiers.wording import sentences, term_words

_WORDS = Path(__file__).parent / "rules" / "languages.txt"
LATIN = ("en", "es", "de", "fr", "pl", "tr")
LANGUAGES = (*LATIN, "ar", "ur", "uk", "zh")


@cache
def _common_words() -> dict[str, dict[str, float]]:
    """Read the commonest words; one shared by several languages counts less for each."""
    listed: dict[str, set[str]] = {}
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        language, _, rest = line.partition(":")
        if rest and not line.startswith("#"):
            listed.setdefault(language.strip(), set()).update(term_words(rest))
    shared: dict[str, int] = {}
    for found in listed.values():
        for word in found:
            shared[word] = shared.get(word, 0) + 1
    return {language: {word: 1 / shared[word] for word in found} for language, found in listed.items()}


def _scores(cut: Iterable[list[str]]) -> dict[str, float]:
    scores = dict.fromkeys(LANGUAGES, 0.0)
    common = _common_words()
    for sentence in cut:
        for word in sentence:
            first = word[0]
            if "\u0400" <= first <= "\u04ff":
                scores["uk"] += 1
            elif "\u3400" <= first <= "\u9fff":
                scores["zh"] += 1
            elif "\u0600" <= first <= "\u06ff":
                scores["ar"] += common["ar"].get(word, 0.1)
                scores["ur"] += common["ur"].get(word, 0.1)
            else:
                for language in LATIN:
                    scores[language] += common[language].get(word, 0)
    return scores


def languages_of(cut: list[list[str]]) -> list[str]:
    """Name the languages a text cut into sentences may be written in, likeliest first; several where it is unclear."""
    scores = _scores(cut)
    scripts = ("ar", "ur", "uk", "zh")
    seen = [language for language in scripts if scores[language] > 0]
    best = max(scores[language] for language in LATIN)
    latin = [language for language in LATIN if scores[language] >= max(best * 0.4, 0.5)] if best >= 1 else list(LATIN)
    if best == 0 and seen:
        latin = []
    return sorted(seen + latin, key=lambda language: -scores[language])


def guess(text: str, fallback: str = "en") -> str:
    """Name the likeliest language of a text by its two-letter code; `fallback` where nothing tells."""
    scores = _scores(sentences(text[:2000]))
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > 0 else fallback

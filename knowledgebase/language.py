"""Tell the language of a short text by its commonest words: English, Spanish, German, or that we do not know."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from knowledgebase.stems import fold, typed_words
from knowledgebase.vocabulary import phrase_lists, word_lists

SERVED = ("en", "es", "de")
UNKNOWN = "unknown"
# With so many common words found, no others are looked at.
SURE = 4.0

# Letters that only one of the three languages writes.
LETTERS = {
    "ß": "de",
    "ä": "de",
    "ö": "de",
    "ü": "de",
    "ñ": "es",
    "¿": "es",
    "¡": "es",
    "á": "es",
    "í": "es",
    "ó": "es",
    "ú": "es",
}
_COMMON = {language: frozenset(words) for language, words in word_lists("common").items()}
# A word that several languages share says less about each of them.
_SPREAD = Counter(word for words in _COMMON.values() for word in words)


@cache
def _trade_words() -> dict[str, frozenset[str]]:
    """Collect the words of the trade that only one language has: they tell where a text is too short for common words."""
    found: dict[str, set[str]] = {language: set(word_lists("empty")[language]) for language in SERVED}
    for phrases in phrase_lists("concepts").values():
        for language, listed in phrases.items():
            found[language].update(word for phrase in listed for word in typed_words(phrase, ""))
    spread = Counter(word for words in found.values() for word in words)
    decoys = {fold(word) for language, words in _COMMON.items() if language not in SERVED for word in words}
    shared = {word for word, count in spread.items() if count > 1 or len(word) < 3} | decoys
    return {language: frozenset(words - shared) for language, words in found.items()}


def detect_language(text: str) -> str:
    """Name the language of a text: `en`, `es`, `de`, or `unknown` for another language or too little to tell."""
    lowered = unicodedata.normalize("NFC", text.casefold().replace("’", "'"))
    # casefold writes ß as ss, so the letters are looked for in the text as typed.
    scores = dict.fromkeys(_COMMON, 0.0)
    for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", lowered):
        for language, words in _COMMON.items():
            if word in words:
                scores[language] += 1 / _SPREAD[word]
    for letter in set(unicodedata.normalize("NFC", text.lower())):
        if letter in LETTERS:
            scores[LETTERS[letter]] += 0.8
    for word in typed_words(text, "") if max(scores.values()) < SURE else ():
        for language, words in _trade_words().items():
            scores[language] += 0.7 if word in words else 0.0
    first, second = sorted(scores.values(), reverse=True)[:2]
    best = max(scores, key=lambda language: scores[language])
    return best if best in SERVED and first >= 0.5 and first > second * 1.15 else UNKNOWN

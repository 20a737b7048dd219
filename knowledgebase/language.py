"""Tell the language of a short text by its commonest words: English, Spanish, German, or that we do not know."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from knowledgebase.vocabulary import word_lists

SERVED = ("en", "es", "de")
UNKNOWN = "unknown"

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
# Words of the trade and endings that betray a language when a text is too short for its common words.
TRADE = {
    "en": (
        r"\b(heat(er|ing)?|keys?|rent|lease|deposit|trash|landlord|parking|broken|leak\w*|water|door|noise|pets?|move|invoice"
        r"|fees?)\b"
    ),
    "es": (
        r"\b(calefacci\w+|llaves?|alquiler\w*|fianza|basura|piso|agua|puerta|ruidos?|mascotas?|mudanza|factura|contrato"
        r"|vecin\w+|averia)\b|\w+ci[oó]n\b"
    ),
    "de": (
        r"\b(heizung\w*|schl(ü|u|ue)ssel\w*|miete\w*|kaution|m(ü|u|ue)ll\w*|wohnung\w*|wasser|t(ü|u|ue)r|l(ä|ae)rm"
        r"|kaputt|umzug|rechnung|vertrag)\b|\w+(ung|keit|heit|schaft)\b"
    ),
}

_COMMON = {language: frozenset(words) for language, words in word_lists("common").items()}
_TRADE = {language: re.compile(pattern) for language, pattern in TRADE.items()}
# A word that several languages share says less about each of them.
_SPREAD = Counter(word for words in _COMMON.values() for word in words)


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
    for language, pattern in _TRADE.items():
        scores[language] += 0.7 * min(2, len(pattern.findall(lowered)))
    first, second = sorted(scores.values(), reverse=True)[:2]
    best = max(scores, key=lambda language: scores[language])
    return best if best in SERVED and first >= 0.5 and first > second * 1.15 else UNKNOWN

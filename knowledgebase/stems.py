"""From a text as typed to folded words and their stems, and the words that say nothing about the matter."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from knowledgebase.vocabulary import word_lists

# Endings cut from a word, the longest that fits first.
SUFFIXES = {
    "en": "ations ation ements ement ings ing ies edly ed es ly s e y",
    "es": (
        "aciones iciones acion icion amientos amiento imiento amente mente arlo arla arme erlo ando iendo adas ados "
        "idas idos ada ado ida ido aron amos emos ar er ir an en es as os a o e s"
    ),
    "de": "ungen ung heiten heit keiten keit lich igen ige ern est end em en er es st et te e n s t",
}


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
def empty_words(language: str) -> frozenset[str]:
    """List the folded words of a language that ask, greet or connect but say nothing about the matter."""
    return frozenset(word for listed in word_lists("empty").get(language, ()) for word in typed_words(listed, language))


@cache
def light_stems(language: str) -> frozenset[str]:
    """List the stems of a language that say a little but seldom decide."""
    listed = word_lists("light").get(language, ())
    return frozenset(stem(word, language) for words in listed for word in typed_words(words, language))


@cache
def _short_forms(language: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in word_lists("short-forms").get(language, ()))

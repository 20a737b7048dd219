"""Recognise what no article answers by itself: danger, money troubles, law, people's data, anger."""

from __future__ import annotations

import re
from functools import cache

from knowledgebase.stems import typed_words
from knowledgebase.vocabulary import phrase_lists

# How many words `..` in a pattern may stand for.
GAP = 4


def names_matter(matter: str, text: str, language: str) -> bool:
    """Tell whether a text speaks of a matter of `vocabulary/matters.txt`, sentence by sentence.

    Where the language is not one of the file's, the patterns of all its languages count.
    """
    listed = phrase_lists("matters")[matter]
    languages = [language] if language in listed else list(listed)
    return any(_pattern(matter, one).search(sentence) for one in languages for sentence in _sentences(text, one))


def _sentences(text: str, language: str) -> list[str]:
    """Give each sentence as folded words between single blanks, apostrophes dropped."""
    parts = re.split(r"[.!?;\n]+(?=\s|$)", text)
    return [f" {' '.join(typed_words(part, language)).replace(chr(39), '')} " for part in parts if part.strip()]


@cache
def _pattern(matter: str, language: str) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, phrase_lists("matters")[matter][language])))


def _expression(phrase: str) -> str:
    """Turn `smell*/smelling .. gas` into a regular expression over words between single blanks."""
    pieces = []
    for word in phrase.split():
        if word == "..":
            pieces.append(rf"(?:\S+ ){{0,{GAP}}}")
        else:
            choices = "|".join(re.escape(choice).replace(r"\*", r"\S*") for choice in word.split("/"))
            pieces.append(rf"(?:{choices}) ")
    return " " + "".join(pieces)

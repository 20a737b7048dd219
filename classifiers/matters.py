"""Cut a message that speaks of several things into the parts that speak of one."""

from __future__ import annotations

import re

from classifiers.wording import sentences

_SENTENCE = re.compile(r"(?<=[.!?;。！？；؟۔])\s+|\n+|(?<=[。！？；])")
_AND_ALSO = re.compile(
    r"(?:^|[,\s]+)(?=(?:and also|also|another thing|one more thing|by the way|btw|on top of that|plus|secondly|and then there"
    r"|además|también|otra cosa|y otra|por cierto|aparte|außerdem|ausserdem|zudem|übrigens|und noch|und dann noch|zweitens"
    r"|aussi|par ailleurs|en plus|autre chose|poza tym|oprócz tego|ayrıca|bir de|також|крім того|أيضا|كمان|另外|还有)\b)",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3
_MOST_PIECES = 12
_LONGEST = 4_000


def pieces_of(text: str) -> list[str]:
    """Cut a text into sentences and asides; too short ones join what stands before them."""
    found: list[str] = []
    for sentence in _SENTENCE.split(text[:_LONGEST]):
        for piece in _AND_ALSO.split(sentence or ""):
            words = sum(map(len, sentences(piece)))
            if not words:
                continue
            if words < _FEWEST_WORDS and found:
                found[-1] = f"{found[-1]} {piece.strip()}"
            else:
                found.append(piece.strip())
    return found[:_MOST_PIECES]

"""Which letters of a text a search has found, and the passage around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

BEFORE, LONGEST = 40, 160
MOST_READ = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text, marked or not."""

    text: str
    marked: bool = False


class _Folded(dict[int, str]):
    """Letters as a search sees them: small, without accents, one for one, so that places stay what they were."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = unicodedata.normalize("NFKD", letter)[:1].lower()
        self[code] = base if len(base) == 1 else letter
        return self[code]


_FOLDED = _Folded()


def mark(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text in pieces, those marked that are one of some words or begin with one; nothing where none is."""
    spans = _spans(text, words)
    if not spans:
        return ()
    pieces: list[Piece] = []
    done = 0
    for begin, end in spans:
        pieces += [Piece(text[done:begin]), Piece(text[begin:end], marked=True)]
        done = end
    return tuple(each for each in (*pieces, Piece(text[done:])) if each.text)


def cut_passage(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the first passage of a text that has one of some words in it, in pieces; nothing where none has."""
    plain = " ".join(text[:MOST_READ].split())
    spans = _spans(plain, words)
    if not spans:
        return ()
    begin = max(0, spans[0][0] - BEFORE)
    if begin:
        begin = plain.find(" ", begin, spans[0][0]) + 1 or begin
    end = begin + LONGEST
    passage = plain[begin:end].rstrip()
    return mark(("… " if begin else "") + passage + (" …" if end < len(plain) else ""), words)


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    wanted = sorted({each.translate(_FOLDED) for each in words if each}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = "|".join(map(re.escape, wanted))
    return [found.span() for found in re.finditer(rf"(?<![^\W_])(?:{pattern})", text.translate(_FOLDED))]

"""Our own words in somebody's mail: quoted without any mark, they are still ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHINGLE = 5
_SHARE = 0.8
_MIN_WORDS = 3
_MAX_SENT = 50
_WORD = re.compile(r"\w+")


def find_sent_lines(lines: Sequence[str], sent_texts: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that consist of what we sent, however it was broken and marked.

    A word counts as ours when it stands in a run of five that we sent; a line when four fifths of its words do.
    """
    if not sent_texts:
        return set()
    known: set[tuple[str, ...]] = set()
    for text in sent_texts[-_MAX_SENT:]:
        words = _WORD.findall(text[:100_000].lower())
        known.update(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
    words, owners = [], []
    for number, line in enumerate(lines):
        for word in _WORD.findall(line.lower()):
            words.append(word)
            owners.append(number)
    ours = bytearray(len(words))
    for at in range(len(words) - _SHINGLE + 1):
        if tuple(words[at : at + _SHINGLE]) in known:
            ours[at : at + _SHINGLE] = b"\x01" * _SHINGLE
    totals: dict[int, int] = {}
    matched: dict[int, int] = {}
    for number, mine in zip(owners, ours, strict=True):
        totals[number] = totals.get(number, 0) + 1
        matched[number] = matched.get(number, 0) + mine
    return {number for number, total in totals.items() if total >= _MIN_WORDS and matched[number] >= total * _SHARE}

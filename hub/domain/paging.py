"""Paging whoever is on call: the words of a page, the answer that counts, and who comes next."""

from __future__ import annotations

import re
from collections.abc import Sequence

CODE_DIGITS = 4
LONGEST_SUMMARY = 80
ACKNOWLEDGES = re.compile(r"\W*(?:ack|acknowledged?)\b\W*(\d*)\W*", re.IGNORECASE | re.ASCII)


def page_text(*, number: int, kind: str, place: str, summary: str, code: str, url: str) -> str:
    """Return the text of a page: what and where, what to text back, where to read more."""
    said = f' "{summary}"' if summary else ""
    return f"EMERGENCY #{number} {plain_kind(kind)} at {place}:{said} Text back ACK {code} to take it. {url}"


def page_speech(*, number: int, kind: str, place: str) -> str:
    """Return what is read aloud to the person called; digits apart, so that they are not read as thousands."""
    return f"Emergency. {plain_kind(kind)}, at {place}. Ticket {' '.join(str(number))}. Press 1 to take it."


def plain_kind(kind: str) -> str:
    """Return a kind of emergency as people say it."""
    return kind.replace("-", " ")


def shorten(text: str, longest: int = LONGEST_SUMMARY) -> str:
    """Return the first words of a text."""
    words = " ".join(text.replace('"', "'").split())
    return words if len(words) <= longest else f"{words[:longest].rsplit(' ', 1)[0]}…"


def read_code(text: str) -> str | None:
    """Return the code of a text that takes an emergency, empty where it names none; None for any other text."""
    found = ACKNOWLEDGES.fullmatch(text.strip()[:40])
    return found.group(1) if found else None


def next_place(places: Sequence[int], after: int) -> int | None:
    """Return the place of the ladder that comes after one, None at its end."""
    return min((each for each in places if each > after), default=None)

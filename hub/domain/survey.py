"""NPS: whom to ask, how to read an answer, and the number with its interval."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

ONCE_IN = timedelta(days=90)
ANSWERED_WITHIN = timedelta(days=7)
CHANGE_OF_MIND = timedelta(days=1)
FEWEST = 20
DETRACTOR = 6  # the highest score of one
NORMAL_95 = 1.96
ADDED_AT_THE_ENDS = 0.75
ADDED_BETWEEN = 1.5
NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "null": 0, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "cero": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
}  # fmt: skip
NUMBER = rf"(?:10|\d|{'|'.join(NUMBERS)})(?!\w)"
SCALE = r"\s*(?:/|out\s+of|of|von|de|sur)\s*(?:10|ten|zehn|diez)(?!\w)"
SCORE = re.compile(
    rf"(?P<score>{NUMBER})(?P<scale>{SCALE})?(?P<mark>\s*[,;:!–—-]|\s*\n)?(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
STARTS_WITH_NUMBER = re.compile(rf"\s*[-–]?\s*(?:{NUMBER}|\d)", re.IGNORECASE)
THANKS = frozenset(
    {
        "thanks",
        "thank",
        "you",
        "thx",
        "ty",
        "very",
        "much",
        "danke",
        "vielen",
        "dank",
        "schön",
        "gracias",
        "muchas",
        "merci",
    }
)


@dataclass(frozen=True, slots=True)
class Nps:
    """Promoters minus detractors in percent, with the 95 % interval and how many answered."""

    score: float
    low: float
    high: float
    answers: int
    promoters: int
    detractors: int


def may_ask(*, now: datetime, last_asked_at: datetime | None, opted_out: bool, former_resident: bool) -> bool:
    """Tell whether a person may be asked: at most once in 90 days, never after STOP, never after moving out."""
    if opted_out or former_resident:
        return False
    return last_asked_at is None or now - last_asked_at >= ONCE_IN


def read_score(text: str) -> tuple[int, str] | None:
    """Return the score and the comment of an answer by text message, or None where it is no answer but a message.

    '9', '10!!', '8/10 thanks', 'ten' and '9, always quick' are answers; '11', '3 days without water' and a complaint are not:
    a number begins an answer only where nothing follows it, or a mark, or thanks.
    """
    plain = re.sub("[\ufe0f\u20e3]", "", unicodedata.normalize("NFKC", text)).strip()
    found = SCORE.fullmatch(plain)
    if found is None:
        return None
    word, rest = found["score"].lower(), found["rest"]
    score = int(word) if word.isdecimal() else NUMBERS[word]
    comment = rest.strip().strip("!.,;").strip()
    if not found["scale"] and rest.startswith(("/", ".", ",")) and rest[1:2].isdigit():
        return None
    if not any(each.isalnum() for each in comment):
        return score, ""
    if found["scale"] or is_only_thanks(comment):
        return score, comment
    mark = found["mark"] or ""
    glued = rest[:1].isalnum() and not mark.endswith("\n")
    return (score, comment) if mark and not glued and not STARTS_WITH_NUMBER.match(rest) else None


def is_only_thanks(comment: str) -> bool:
    """Tell whether a comment says nothing that somebody has to read: thanks, or no words at all."""
    words = re.findall(r"\w+", comment.lower())
    return all(each in THANKS for each in words)


def net_promoter_score(scores: Iterable[int]) -> Nps | None:
    """Return the NPS of some scores with its 95 % interval; None without any answer.

    The interval is the adjusted Wald of B. Rocks, 'Interval Estimation for the "Net Promoter Score"', The American
    Statistician 70 (2016) 365-372 (arXiv 1601.07235): before it is taken, three quarters of an answer are added to promoters
    and to detractors and one and a half to the passives, so that small samples get honest, wide intervals.
    """
    listed = list(scores)
    if not listed:
        return None
    count = len(listed)
    promoters = sum(each >= 9 for each in listed)
    detractors = sum(each <= 6 for each in listed)
    score = 100 * (promoters - detractors) / count
    total = count + 2 * ADDED_AT_THE_ENDS + ADDED_BETWEEN
    up, down = (promoters + ADDED_AT_THE_ENDS) / total, (detractors + ADDED_AT_THE_ENDS) / total
    spread = NORMAL_95 * math.sqrt((up + down - (up - down) ** 2) / total) * 100
    middle = (up - down) * 100
    return Nps(score, max(-100.0, middle - spread), min(100.0, middle + spread), count, promoters, detractors)

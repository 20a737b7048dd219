"""NPS: whom to ask, how to read an answer, and the number with its interval."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

ONCE_IN = timedelta(days=90)
ANSWERED_WITHIN = timedelta(days=7)
CHANGE_OF_MIND = timedelta(days=1)
FEWEST = 20
SCORE = re.compile(r"\s*(10|[0-9])\s*(?:/\s*10)?\s*[!.]*\s*(.*)", re.DOTALL)
WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip


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

    '9', '10!!', '8/10 thanks', 'ten' are answers; '11', '3 days without water' and a complaint are not.
    """
    first, _, rest = text.strip().partition(" ")
    word = first.strip("!.,").lower()
    if word in WORDS:
        return WORDS[word], rest.strip()
    found = SCORE.fullmatch(text)
    if found is None:
        return None
    score, comment = int(found.group(1)), found.group(2).strip()
    end = found.end(1)
    glued = end < len(text) and (text[end].isalnum() or (text[end] in ".,:-" and text[end + 1 : end + 2].isdigit()))
    if glued or (comment and len(comment.split()) > 1 and not re.match(r"\s*\d+\s*[,.;:!/–-]", text)):
        return None
    return score, comment


def net_promoter_score(scores: Iterable[int]) -> Nps | None:
    """Return the NPS of some scores with the interval of Rocks (2016), 'Interval Estimation for the Net Promoter Score' (adjusted Wald).

    Three quarter-answers are added to promoters and detractors each and a half to the passives before the variance is taken,
    so that small samples get honest, wide intervals. None without any answer.
    """
    listed = list(scores)
    if not listed:
        return None
    count = len(listed)
    promoters = sum(each >= 9 for each in listed)
    detractors = sum(each <= 6 for each in listed)
    score = 100 * (promoters - detractors) / count
    weight = 0.75
    total = count + 3
    up, down = (promoters + weight) / total, (detractors + weight) / total
    spread = 1.96 * math.sqrt((up + down - (up - down) ** 2) / total) * 100
    middle = (up - down) * 100
    return Nps(score, max(-100.0, middle - spread), min(100.0, middle + spread), count, promoters, detractors)

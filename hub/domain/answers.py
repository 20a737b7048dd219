"""The life of an answer from the help centre, and when a desk has earned to answer by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LINK_WORKS = timedelta(days=60)
ENOUGH_DRAFTS = 50
ENOUGH_UNCHANGED = 0.95
# What is looked at: the newest drafts, so that a poor beginning does not count for ever.
DRAFTS_LOOKED_AT = 100
LONGEST_SILENCE = 365
# Words of a greeting and a farewell around a draft that was sent as it was.
MOST_AROUND = 12
# How much of a draft's words a reply must have to count as the draft, changed.
MOST_KEPT = 0.6


class AnswerState(StrEnum):
    """Where an answer stands: drafted for a person to send, or sent and open until somebody says what it was worth."""

    DRAFT = "draft"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    UNUSED = "unused"
    OPEN = "open"
    SOLVED = "solved"
    PERSON = "person"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """How the newest drafts went out."""

    unchanged: int = 0
    changed: int = 0
    unused: int = 0

    @property
    def total(self) -> int:
        """Return how many were decided by a person."""
        return self.unchanged + self.changed + self.unused

    @property
    def share(self) -> float:
        """Return the share that was sent unchanged, 0 to 1."""
        return self.unchanged / self.total if self.total else 0.0

    @property
    def earned(self) -> bool:
        """Whether the desk may be offered to answer by itself."""
        return self.unchanged >= ENOUGH_DRAFTS and self.share >= ENOUGH_UNCHANGED


def judge_draft(passage: str, sent: str) -> AnswerState:
    """Tell what a person made of a draft: sent as it was (a greeting, a signature and the link aside), changed, or not used."""
    wanted, said = _plain(passage), _plain(sent)
    if not wanted:
        return AnswerState.UNUSED
    if wanted in said:
        rest = _plain(re.sub(r"https?://\S+", " ", sent)).replace(wanted, " ", 1).split()
        return AnswerState.UNCHANGED if len(rest) <= MOST_AROUND else AnswerState.CHANGED
    words, theirs = wanted.split(), set(said.split())
    kept = sum(each in theirs for each in words)
    return AnswerState.CHANGED if kept >= MOST_KEPT * len(words) else AnswerState.UNUSED


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))

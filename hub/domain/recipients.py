"""One message to several people who fare differently: who has it, who is still tried, who will never get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How a message stands with one of its recipients."""

    TAKEN = "taken"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Word:
    """What the last attempt said of one recipient; `final` when no other would say anything else."""

    reason: str
    final: bool


def stand(
    before: dict[str, dict[str, str]],
    recipients: Sequence[str],
    words: Mapping[str, Word],
    *,
    last: bool,
) -> dict[str, dict[str, str]]:
    """Return the standing of each recipient after an attempt, with the reason; empty as long as all fare alike.

    `words` are of those who were refused in it; after the `last` attempt nobody waits any more.
    """
    tried = still_tried(before) if before else tuple(recipients)
    if not before and (not words or words.keys() >= set(tried)):
        return {}
    return {**before, **{each: _after(words.get(each), last=last) for each in tried}}


def _after(word: Word | None, *, last: bool) -> dict[str, str]:
    if word is None:
        return {"standing": Standing.TAKEN, "reason": ""}
    return {"standing": Standing.REFUSED if word.final or last else Standing.WAITING, "reason": word.reason}


def still_tried(standings: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return those whom the message is still tried for."""
    return tuple(each for each, found in standings.items() if found["standing"] == Standing.WAITING)


def reasons(standings: Mapping[str, Mapping[str, str]]) -> str:
    """Return why some have not got it, as sentences in one line."""
    return "; ".join(found["reason"] for found in standings.values() if found["standing"] != Standing.TAKEN)

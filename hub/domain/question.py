"""What somebody types into the search: words, and what they ask of the sender, the home and the state beside."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 300
STATES = (
    "open",
    "new",
    "waiting",
    "closed",
    "snoozed",
    "mine",
    "unassigned",
    "unread",
    "late",
    "urgent",
    "emergency",
)
_ASKED = re.compile(r'(?<!\S)(from|unit|is):(?:"([^"]*)"?|(\S*))', re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![\w-])([TO])-(\d{1,18})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question in its parts; `unknown` are states that there are not, of which the reader is told."""

    words: str = ""
    senders: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.words or self.senders or self.homes or self.states)

    @property
    def marked(self) -> tuple[str, ...]:
        """Return the words that what is found shows highlighted."""
        said = (self.words, *self.senders, *self.homes)
        return tuple(dict.fromkeys(word for each in said for word in each.split() if any(map(str.isalnum, word))))

    @property
    def task_id(self) -> int | None:
        """Return the task that is named, `T-88`."""
        return self._numbered("T")

    @property
    def order_id(self) -> int | None:
        """Return the order that is named, `O-312`."""
        return self._numbered("O")

    def _numbered(self, letter: str) -> int | None:
        found = _NUMBERED.fullmatch(self.words)
        return int(found[2]) if found and found[1].upper() == letter else None


def read_question(typed: str) -> Question:
    """Return a question's parts: `from:`, `unit:` and `is:` may stand anywhere, and several times."""
    text = " ".join(typed.replace("\0", " ").split())[:LONGEST]
    asked: dict[str, list[str]] = {"from": [], "unit": [], "is": []}
    for found in _ASKED.finditer(text):
        value = " ".join((found[2] if found[2] is not None else found[3]).split())
        if value:
            asked[found[1].lower()].append(value)
    states = [each.lower() for each in asked["is"]]
    return Question(
        " ".join(_ASKED.sub(" ", text).split()),
        tuple(asked["from"]),
        tuple(asked["unit"]),
        tuple(each for each in states if each in STATES),
        tuple(each for each in states if each not in STATES),
    )

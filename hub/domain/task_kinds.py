"""What each kind of task asks for and which steps it takes: data, so that a kind is changed in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.domain.task import TaskKind
from hub.errors import Invalid

LONGEST = 300
AMOUNT = re.compile(r"\d{1,7}(?:[.,]\d{1,2})?", re.ASCII)


class Answer(StrEnum):
    """What a question is answered with."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    AMOUNT = "amount"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a kind; `choices` are values with their words. A field that `names` somebody is what the work is about."""

    name: str
    label: str
    answer: Answer = Answer.TEXT
    choices: tuple[tuple[str, str], ...] = ()
    names: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a checklist."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a kind of task is called, whose it usually is, what it asks for, and what has to be done."""

    label: str
    team: str
    questions: tuple[Question, ...] = ()
    steps: tuple[Step, ...] = ()


TRADES = (
    ("plumbing", "Water and drains"),
    ("heating", "Heating"),
    ("electrical", "Electricity"),
    ("appliance", "Appliances"),
    ("structure", "Walls, windows, doors"),
    ("locks", "Locks"),
    ("pest", "Pests"),
    ("lift", "Lift"),
    ("grounds", "Common areas and grounds"),
)
TRADE_OF_TOPIC = {
    "mould": "structure",
    "common-areas": "grounds",
    "keys": "locks",
    **{trade: trade for trade, _ in TRADES if trade != "grounds"},
}
TRADE = Question("trade", "Trade", Answer.CHOICE, TRADES)
WHICH_KEY = (("flat", "Flat"), ("house", "House door"), ("mailbox", "Mailbox"), ("cellar", "Cellar"), ("fob", "Fob"))

SHEETS: dict[TaskKind, Sheet] = {
    TaskKind.REPAIR: Sheet(
        "Repair",
        "maintenance",
        (TRADE, Question("room", "Where in the unit"), Question("since", "Broken since", Answer.DAY)),
        (
            Step("looked", "Looked at"),
            Step("resident_told", "Visit agreed"),
            Step("repaired", "Repaired"),
            Step("tried", "Tried out with whoever was there"),
        ),
    ),
    TaskKind.TURN: Sheet(
        "Property turn",
        "maintenance",
        (
            Question("moves_out_on", "Moves out on", Answer.DAY),
            Question("moves_in_on", "Moves in on", Answer.DAY),
            Question("keys_due", "Keys to come back", Answer.COUNT),
            Question("meters", "Meter readings"),
        ),
        (
            Step("inspected", "Inspected, with photos"),
            Step("keys_back", "Keys counted"),
            Step("meters_read", "Meters read"),
            Step("repaired", "Repairs done"),
            Step("painted", "Painted"),
            Step("cleaned", "Cleaned"),
            Step("locks", "Locks changed or checked"),
            Step("ready", "Ready to move in"),
        ),
    ),
    TaskKind.RENEWAL: Sheet(
        "Lease renewal",
        "leasing",
        (
            Question("ends_on", "Present lease ends on", Answer.DAY),
            Question("months", "Months offered", Answer.COUNT),
            Question("rent", "Rent offered", Answer.AMOUNT),
        ),
        (
            Step("offer_made", "Offer prepared"),
            Step("offer_sent", "Offer given to customer service"),
            Step("answered", "Answer received"),
            Step("signed", "Signed"),
            Step("filed", "Filed and entered"),
        ),
    ),
    TaskKind.VIEWING: Sheet(
        "Viewing",
        "leasing",
        (
            Question("day", "Day", Answer.DAY),
            Question("time", "Time"),
            Question("visitors", "How many come", Answer.COUNT),
            Question("meet_at", "Where to meet"),
        ),
        (
            Step("access", "Access is clear"),
            Step("confirmed", "Time confirmed through customer service"),
            Step("shown", "Shown"),
            Step("reported", "What came of it is noted"),
        ),
    ),
    TaskKind.KEY: Sheet(
        "Key",
        "maintenance",
        (
            Question("which", "Which key", Answer.CHOICE, WHICH_KEY),
            Question("count", "How many", Answer.COUNT),
            Question(
                "lost", "What happened", Answer.CHOICE, (("more", "One more"), ("lost", "Lost"), ("stolen", "Stolen"))
            ),
            Question("key_number", "Number on the key"),
        ),
        (
            Step("checked", "May have one: checked"),
            Step("ordered", "Cut or ordered"),
            Step("handed_over", "Handed over against a signature"),
        ),
    ),
    TaskKind.NAME_PLATE: Sheet(
        "Name plate",
        "maintenance",
        (
            Question("plate", "Text on the plate", names=True),
            Question("places", "Bell, mailbox, door"),
        ),
        (
            Step("spelling", "Spelling confirmed"),
            Step("made", "Plate made"),
            Step("mounted", "Mounted everywhere"),
        ),
    ),
    TaskKind.BILLING: Sheet(
        "Billing matter",
        "billing",
        (
            Question("reference", "Invoice or statement"),
            Question("amount", "Amount in question", Answer.AMOUNT),
            Question("period", "Period"),
        ),
        (
            Step("checked", "Account checked"),
            Step("corrected", "Corrected, or found right"),
            Step("explained", "Explanation given to customer service"),
        ),
    ),
    TaskKind.OTHER: Sheet("Other", "maintenance", (), (Step("done", "Done as described"),)),
}


def usual_details(kind: TaskKind, topic: str) -> dict[str, str]:
    """Return what is known of a task from the topic of the message it was made of."""
    trade = TRADE_OF_TOPIC.get(topic, "")
    asked = any(each.name == TRADE.name for each in SHEETS[kind].questions)
    return {TRADE.name: trade} if trade and asked else {}


def read_details(kind: TaskKind, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to a kind's questions, empty ones left out; what it does not ask is not kept. Raises `Invalid`."""
    found = {}
    for question in SHEETS[kind].questions:
        words = " ".join(given.get(question.name, "").replace("\0", "").split())
        if words:
            found[question.name] = _read(question, words)
    return found


def details_in_words(kind: TaskKind, details: Mapping[str, str]) -> list[tuple[Question, str]]:
    """Return the questions of a kind that are answered, each with its answer as people read it."""
    return [
        (question, dict(question.choices).get(details[question.name], details[question.name]))
        for question in SHEETS[kind].questions
        if details.get(question.name)
    ]


def _read(question: Question, words: str) -> str:
    if len(words) > LONGEST:
        raise Invalid(f"{question.label}: keep it under {LONGEST} characters.", field=question.name)
    if question.answer is Answer.CHOICE and words not in dict(question.choices):
        raise Invalid(f"{question.label}: choose one of the list.", field=question.name)
    if question.answer is Answer.COUNT and not (words.isascii() and words.isdecimal() and len(words) < 5):
        raise Invalid(f"{question.label}: give a whole number.", field=question.name)
    if question.answer is Answer.AMOUNT and not AMOUNT.fullmatch(words):
        raise Invalid(f"{question.label}: give an amount like 180 or 180.50.", field=question.name)
    if question.answer is Answer.DAY:
        return _day(question, words)
    return words


def _day(question: Question, words: str) -> str:
    try:
        on = date.fromisoformat(words)
    except ValueError:
        on = None
    if on is None or not 1990 <= on.year < 2200:
        raise Invalid(f"{question.label}: write the date like 2026-11-30.", field=question.name)
    return on.isoformat()

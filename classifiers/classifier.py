"""What a classifier is, and the value it gives the hub for one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from classifiers.emergencies import Emergency
from classifiers.labels import Priority, Queue
from classifiers.prediction import Alternative, Prediction

UNCLASSIFIED = "unclassified"
"""The topic of a message when no model could say anything about it."""


class Band(StrEnum):
    """What may be done with a prediction."""

    SILENT = "silent"
    SUGGEST = "suggest"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Matter:
    """One of several matters in a message, with the sentences that are about it."""

    topic: str
    queue: Queue
    confidence: float
    text: str
    needs_task: bool = False


@dataclass(frozen=True, slots=True)
class Triage:
    """Where a message should go, how soon, and how sure that is.

    `confidence` is the calibrated probability of the queue. `alternatives` are all queues, likeliest first, labels
    being slugs of `Queue`. `evidence` are words of the message. `matters` are further matters besides the main one.
    `needs_task` says operations must act. An emergency found by rule or by model is always urgent and SILENT.
    `language` is a two-letter code.
    """

    topic: str
    queue: Queue
    priority: Priority
    confidence: float
    band: Band
    alternatives: tuple[Alternative, ...] = ()
    evidence: tuple[str, ...] = ()
    emergency: Emergency | None = None
    needs_task: bool = False
    matters: tuple[Matter, ...] = ()
    language: str = ""


class Classifier(Protocol):
    """Anything that can say what messages are about.

    `trouble` is empty while all is well, else a sentence for the staff banner.
    """

    @property
    def trouble(self) -> str:
        """Say in one sentence why messages go unclassified, or nothing."""
        ...

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Give each text its topic; an empty list for no texts."""
        ...

    def triage(self, texts: Sequence[str]) -> list[Triage]:
        """Give each text its topic, queue, priority and emergency; never raise for any text."""
        ...

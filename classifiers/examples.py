"""Labelled messages to learn from: the project's own invented ones, and others in the same columns."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifiers.emergencies import EmergencyKind
from classifiers.labels import TOPICS, Priority, Queue, needs_task, queue_of

DATA = Path(__file__).parent / "data"


class ExampleMistake(ValueError):
    """A row of examples that cannot be learned from, with the file and the line."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message and what is known about it; `emergency` is a kind or empty."""

    text: str
    topic: str
    priority: Priority = Priority.NORMAL
    language: str = "en"
    emergency: str = ""
    needs_task: bool = False
    of_danger: bool = False
    """Composed to tell danger from calm: it teaches that and work, and not what messages are usually about."""

    @property
    def queue(self) -> Queue:
        """Name the queue the topic belongs to."""
        return queue_of(self.topic)


def read(path: Path) -> list[Example]:
    """Read a CSV with columns `text,topic` and, where known, `priority,language,emergency,task`.

    Lines before the header that begin with `#` are remarks; one that says `of danger` speaks for the whole file. Raises
    ExampleMistake naming file and line.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.readlines()
    remarks = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    of_danger = any("of danger" in line for line in lines[:remarks])
    return [
        replace(_example(row, f"{path.name}, row {number}"), of_danger=of_danger)
        for number, row in enumerate(csv.DictReader(lines[remarks:]), start=1)
    ]


def starting_examples() -> list[Example]:
    """Read every example that comes with the project, always in the same order."""
    return [example for path in sorted(DATA.glob("*.csv")) for example in read(path)]


def fingerprint(examples: Iterable[Example]) -> str:
    """Name a set of examples by a hash of all that is in them, whatever their order."""
    rows = sorted(
        "\x1f".join((e.text, e.topic, e.priority, e.language, e.emergency, str(e.needs_task))) for e in examples
    )
    return hashlib.sha256("\x1e".join(rows).encode()).hexdigest()


def _example(row: dict[str, str | None], where: str) -> Example:
    text, topic = (row.get("text") or "").strip(), (row.get("topic") or "").strip()
    if not text:
        raise ExampleMistake(f"{where}: the text is empty.")
    if topic not in TOPICS:
        raise ExampleMistake(f"{where}: '{topic}' is no topic; use one of {', '.join(TOPICS)}.")
    return Example(
        text=text,
        topic=topic,
        priority=Priority(_checked(row.get("priority") or Priority.NORMAL, Priority, "priority", where)),
        language=row.get("language") or "en",
        emergency=_checked(row.get("emergency") or "", ("", *EmergencyKind), "emergency", where),
        needs_task=_task(row.get("task") or "", topic, row.get("emergency") or ""),
    )


def _checked(value: str, allowed: Iterable[str], column: str, where: str) -> str:
    if value not in set(allowed):
        raise ExampleMistake(f"{where}: '{value}' is no {column}; use one of {', '.join(allowed)}.")
    return value


def _task(value: str, topic: str, emergency: str) -> bool:
    if value:
        return value == "yes"
    if emergency:
        return emergency not in (EmergencyKind.VIOLENCE, EmergencyKind.MEDICAL)
    return needs_task(topic)


def texts_of(examples: Sequence[Example]) -> list[str]:
    """Give the texts of examples in their order."""
    return [example.text for example in examples]

"""What bench/triage.py judges by: texts of others, read where they lie and never copied, and noise like thumbs make."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass
from pathlib import Path

from classifiers.labels import Queue

DATA = Path(__file__).parents[2] / "shared" / "data"
_TENANTS = frozenset({"daviswiki", "nyc311_publicstuff"})
_SHORT = {
    "you": "u",
    "are": "r",
    "your": "ur",
    "please": "pls",
    "to": "2",
    "for": "4",
    "and": "&",
    "with": "w",
    "because": "bc",
}
Labelled = list[tuple[str, str]]


@dataclass(frozen=True)
class Real:
    """A real message with the queues that count as right."""

    text: str
    queues: tuple[str, ...]
    source: str
    group: str
    is_emergency: bool

    @property
    def is_tenant(self) -> bool:
        return self.source in _TENANTS


def real_messages() -> list[Real]:
    """Read the labelled messages, those of uncertain label left out."""
    with (DATA / "triage" / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["priority"] != "uncertain"]
    return [
        Real(
            row["text"],
            tuple(_queue(name) for name in (row["queue"], row["alt_queue"]) if name),
            row["source"],
            row["group"],
            row["priority"] == "emergency",
        )
        for row in rows
    ]


def _queue(name: str) -> str:
    return str(Queue.FRONT_DESK) if name == "general" else name


def banking77() -> tuple[Labelled, Labelled]:
    """Read training and test texts of banking77 with their intents."""
    found = []
    for part in ("train", "test"):
        with (DATA / "banking77" / f"{part}.csv").open(encoding="utf-8", newline="") as file:
            found.append([(row["text"], row["category"]) for row in csv.DictReader(file)])
    return found[0], found[1]


def clinc150() -> tuple[Labelled, Labelled]:
    """Read training and test texts of CLINC150 in scope, with their intents."""
    parts = json.loads((DATA / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    return [(text, intent) for text, intent in parts["train"]], [(text, intent) for text, intent in parts["test"]]


def draw(texts: Labelled, of_each: int, seed: int) -> Labelled:
    """Draw so many texts of each label."""
    by_label: dict[str, list[str]] = {}
    for text, label in texts:
        by_label.setdefault(label, []).append(text)
    chance = random.Random(seed)
    return [(text, label) for label in sorted(by_label) for text in chance.sample(by_label[label], of_each)]


def with_noise(text: str, seed: int) -> str:
    """Write a text as on a phone in a hurry: short forms, and one word in six with letters lost or swapped."""
    chance = random.Random(f"{seed}/{text}")
    return " ".join(_mistyped(_SHORT.get(word.lower(), word), chance) for word in text.split())


def _mistyped(word: str, chance: random.Random) -> str:
    if len(word) < 4 or chance.random() > 1 / 6:
        return word
    at = chance.randrange(1, len(word) - 1)
    if chance.random() < 0.5:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

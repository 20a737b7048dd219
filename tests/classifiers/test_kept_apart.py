"""What ships, judged by texts composed with its examples and kept from them: dangers and calm matters in daily words."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from classifiers.cascade import load
from classifiers.classifier import Triage
from classifiers.examples import starting_examples
from classifiers.language import LANGUAGES

LISTED = Path(__file__).parent / "kept_apart.csv"


@cache
def _judged() -> tuple[tuple[dict[str, str], Triage], ...]:
    with LISTED.open(encoding="utf-8", newline="") as file:
        file.readline()
        rows = list(csv.DictReader(file))
    return tuple(zip(rows, load().triage([row["text"] for row in rows]), strict=True))


def _alarmed(group: str) -> tuple[int, int]:
    rows = [triage for row, triage in _judged() if row["group"] == group]
    return sum(triage.emergency is not None for triage in rows), len(rows)


def test_nothing_of_it_was_learned() -> None:
    learned = {example.text for example in starting_examples()}

    assert not [row["text"] for row, _ in _judged() if row["text"] in learned]
    assert {row["language"] for row, _ in _judged()} == set(LANGUAGES)


def test_most_dangers_told_in_daily_words_are_heard() -> None:
    heard, told = _alarmed("danger")

    assert heard >= 0.75 * told


def test_few_calm_matters_in_words_of_danger_ring_the_alarm() -> None:
    alarmed, told = _alarmed("calm")

    assert alarmed <= 0.08 * told


def test_an_alarm_names_its_kind() -> None:
    dangers = [(row["kind"], triage.emergency) for row, triage in _judged() if row["group"] == "danger"]

    named = [(kind, emergency.kind) for kind, emergency in dangers if emergency]

    assert sum(kind == said for kind, said in named) >= 0.7 * len(named)

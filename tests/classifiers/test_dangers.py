"""Fifteen hundred short texts: dangers told plainly and indirectly, and calm ones that speak the same words."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from classifiers.dangers import questions_of
from classifiers.emergencies import find_all
from classifiers.language import LANGUAGES

LISTED = Path(__file__).parent / "in_danger_or_not.csv"


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with LISTED.open(encoding="utf-8", newline="") as file:
        file.readline()
        return tuple(csv.DictReader(file))


def _flagged(group: str) -> tuple[int, int]:
    rows = [row for row in _rows() if row["group"] == group]
    return sum(bool(find_all(row["text"])) for row in rows), len(rows)


def test_the_list_speaks_every_language() -> None:
    spoken = Counter(row["language"] for row in _rows())

    assert set(spoken) == set(LANGUAGES)
    assert min(spoken.values()) >= 100


def test_a_danger_told_plainly_is_heard() -> None:
    heard, told = _flagged("plain")

    assert heard == told


def test_a_danger_told_indirectly_is_nearly_always_heard() -> None:
    heard, told = _flagged("indirect")

    assert heard >= 0.97 * told


@pytest.mark.parametrize(("group", "most"), [("calm", 0.01), ("hard", 0.07)])
def test_what_is_past_asked_settled_or_sold_rings_no_alarm(group: str, most: float) -> None:
    flagged, told = _flagged(group)

    assert flagged <= most * told


@pytest.mark.parametrize(
    "text",
    [
        "We had smoke in the kitchen on Sunday. It was only the toast.",
        "Which extinguisher should I use on a grease fire?",
        "The fire door squeaks and my rent is killing me",
        "Der Nachbar oben hatte einen Rohrbruch. Der Klempner hat ihn repariert.",
        "Si hay un incendio, ¿a quién llamo?",
    ],
)
def test_a_sentence_is_understood_with_what_stands_around_it(text: str) -> None:
    assert find_all(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "We had smoke in the kitchen on Sunday. Now it is coming out of the socket again.",
        "No rush but I smell gas in the hallway",
        "Nobody has seen her since last week and her mail is piling up",
        "How do I shut it off? Water is pouring through the light",
    ],
)
def test_what_happens_now_is_heard_beside_what_is_over(text: str) -> None:
    assert find_all(text)


def test_evidence_names_the_words_of_the_text() -> None:
    emergency = find_all("the wall is warm and hums")[0]

    assert emergency.evidence[0] == "wall is warm"


def test_questions_are_told_by_their_mark_in_any_script() -> None:
    asked = questions_of("Is it open? It is. 几点开门？ هل يعمل؟")

    assert ("is", "it", "open") in asked
    assert ("it", "is") not in asked
    assert len(asked) == 3

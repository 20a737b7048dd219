"""Dangers in words no example uses, plain and indirect, in ten languages, beside calm matters that sound like them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from classifiers.asking import moods_of, needs_work
from classifiers.emergencies import find_all
from classifiers.language import LANGUAGES

LISTED = Path(__file__).parent / "told_otherwise.csv"


def _rows() -> list[dict[str, str]]:
    with LISTED.open(encoding="utf-8", newline="") as file:
        file.readline()
        return list(csv.DictReader(file))


def test_the_list_speaks_every_language() -> None:
    rows = _rows()

    assert {row["language"] for row in rows if row["group"] == "indirect"} == set(LANGUAGES)
    assert {row["language"] for row in rows if row["group"] == "calm"} == set(LANGUAGES)


@pytest.mark.parametrize("group", ["plain", "indirect"])
def test_danger_is_heard_however_it_is_told(group: str) -> None:
    missed = [row["text"] for row in _rows() if row["group"] == group and not find_all(row["text"])]

    assert not missed


def test_what_only_sounds_like_danger_rings_no_alarm() -> None:
    alarmed = [row["text"] for row in _rows() if row["group"] == "calm" and find_all(row["text"])]

    assert not alarmed


def test_the_kind_of_danger_is_mostly_told_right() -> None:
    dangers = [row for row in _rows() if row["group"] != "calm"]

    right = [row for row in dangers if row["kind"] in {danger.kind for danger in find_all(row["text"])}]

    assert len(right) >= 0.9 * len(dangers)


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("kitchen tap drips", {"only-tells", "tells-defect"}),
        ("Is heat included in the rent?", {"only-asks", "asks-nothing"}),
        ("Please send a plumber", {"only-tells", "tells-wish"}),
        ("Darf ich die Wände streichen?", {"only-asks", "asks-nothing"}),
        ("浴室水龙头滴水", {"only-tells", "tells-defect"}),
        ("", set()),
    ],
)
def test_asking_is_told_from_telling(text: str, moods: set[str]) -> None:
    assert moods_of(text) == moods


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("kitchen tap drips", True),
        ("Please send a plumber for the sink", True),
        ("The leak was fixed yesterday, thank you", False),
        ("When is the boiler's annual service?", False),
        ("letztes Jahr stand der Keller unter Wasser", False),
        ("Die Tür ist blau", None),
    ],
)
def test_words_tell_whether_a_repair_needs_work(text: str, needed: bool | None) -> None:
    assert needs_work(text) is needed

"""The first words a person in danger gets."""

import pytest

from classifiers.emergencies import EmergencyKind
from classifiers.safety import languages, safety_text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", list(EmergencyKind))
def test_every_kind_has_a_short_text_in_each_language(kind: EmergencyKind, language: str) -> None:
    text = safety_text(kind, language)

    assert 40 < len(text) <= 300


def test_english_spanish_and_german_are_served() -> None:
    assert {"en", "es", "de"} <= set(languages())


def test_another_language_gets_english() -> None:
    assert safety_text("gas", "sw") == safety_text("gas", "en")


def test_an_unknown_kind_is_told_to_call_for_help() -> None:
    assert "911" in safety_text("meteor", "en")


def test_the_emergency_line_is_added() -> None:
    assert safety_text("fire", "de-AT", phone="+49 30 23125 001").endswith("+49 30 23125 001.")

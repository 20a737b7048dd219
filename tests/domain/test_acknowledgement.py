"""'We have your message' in every language there are words for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from hub.domain.acknowledgement import LANGUAGES, Acknowledgement, acknowledgement_words

TOLD = Acknowledgement(4711, "Aylin Demir", datetime(2026, 11, 17, 14), True, "+49 30 23125 000", "Lindenhof Care")  # noqa: DTZ001


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_all_there_is_to_tell(language: str) -> None:
    words = acknowledgement_words(TOLD, language)

    told = (
        "#4711",
        "Aylin Demir",
        LANGUAGES[language].days[1],
        "14:00",
        LANGUAGES[language].closed,
        "+49 30 23125 000",
    )
    assert all(each in words for each in told)
    assert words.endswith("\nLindenhof Care")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_names_somebody_unverified_or_what_is_not_known(language: str) -> None:
    words = acknowledgement_words(replace(TOLD, name="", due=None, closed=False, emergency_phone=""), language)

    assert words == f"{LANGUAGES[language].unnamed.format(number=4711)}\nLindenhof Care"


@pytest.mark.parametrize("language", ["", "xx", "ur"])
def test_a_language_without_words_is_answered_in_english(language: str) -> None:
    assert acknowledgement_words(TOLD, language).startswith(
        "Hello Aylin Demir, we have your message: it is number #4711."
    )

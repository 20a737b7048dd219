"""Reading yes and no, and the words that ask for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.segments import count_segments
from hub.domain.fix_check import LANGUAGES, FixState, HeardFix, fix_words, read_fix

YES = HeardFix(FixState.FIXED, bare=True)
NO = HeardFix(FixState.NOT_FIXED, bare=True)
NO_AND_WHY = HeardFix(FixState.NOT_FIXED, bare=False)


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("yes", YES),
        (" YES!! ", YES),
        ("Thank you, it is fixed!", YES),
        ("It’s fixed", YES),
        ("Ja, danke", YES),
        ("Sí", YES),
        ("no", NO),
        ("NO.", NO),
        ("Not yet!", NO),
        ("Noch nicht", NO),
        ("Todavía no", NO),
        ("No, it still drips", NO_AND_WHY),
        ("Nein: es tropft", NO_AND_WHY),
        ("no\nit drips", NO_AND_WHY),
        ("no problem", None),
        ("No, thanks", None),
        ("No water in the kitchen", None),
        ("Yes, but now the radiator leaks", None),
        ("When will it be fixed?", None),
        ("9", None),
        ("👍", None),
        ("", None),
    ],
)
def test_only_a_clear_yes_or_no_is_one(words: str, heard: HeardFix | None) -> None:
    assert read_fix(words) == heard


@given(st.text())
def test_any_text_is_read_without_trouble(words: str) -> None:
    heard = read_fix(words)

    assert heard is None or heard.state in {FixState.FIXED, FixState.NOT_FIXED}


@pytest.mark.parametrize("language", [*LANGUAGES, "fr"])
def test_the_question_by_text_has_no_link_and_fits_one_segment(language: str) -> None:
    words = fix_words("sms", language=language, company="Lindenhof Care", link="https://desk.example.org/fixed/1")

    assert "http" not in words
    assert count_segments(words).segments == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_has_a_link_for_each_answer_and_the_portal_has_its_buttons(language: str) -> None:
    by_mail = fix_words("email", language=language, company="Lindenhof Care", link="https://desk.example.org/fixed/1")
    by_portal = fix_words(
        "portal", language=language, company="Lindenhof Care", link="https://desk.example.org/fixed/1"
    )

    assert by_mail.count("https://desk.example.org/fixed/1?fixed=") == 2
    assert "http" not in by_portal

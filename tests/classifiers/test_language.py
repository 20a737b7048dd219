"""Guessing the language of short texts."""

import pytest

from classifiers.examples import starting_examples
from classifiers.language import detect, guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the sink is leaking", "en"),
        ("no hay agua en la casa", "es"),
        ("das Wasser läuft nicht ab", "de"),
        ("il n'y a plus d'eau chez moi", "fr"),
        ("nie ma wody w mieszkaniu", "pl"),
        ("evde su yok", "tr"),
        ("لا يوجد ماء في البيت", "ar"),
        ("گھر میں پانی نہیں ہے", "ur"),
        ("немає води", "uk"),
        ("没有水", "zh"),
    ],
)
def test_each_served_language_is_told(text: str, language: str) -> None:
    assert guess(text) == language


def test_a_text_that_tells_nothing_gets_the_fallback() -> None:
    assert guess("12345 !!", fallback="de") == "de"


def test_most_starting_examples_are_told() -> None:
    examples = starting_examples()

    right = sum(guess(example.text) == example.language for example in examples)

    assert right / len(examples) >= 0.97


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wann kommt der Hausmeister?", "de"),
        ("The drain is blocked", "en"),
        ("no hay agua", "es"),
        ("Merhaba, mutfakta musluk damlıyor", "tr"),
        ("لا يوجد ماء في البيت", "ar"),
    ],
)
def test_a_text_that_tells_its_language_is_believed(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "ok", "no", "Ok danke", "water", "3B", "12345 !!", "Tom", "Hello"])
def test_a_text_too_short_to_tell_is_of_no_known_language(text: str) -> None:
    assert detect(text) == ""


def test_hardly_any_starting_example_is_taken_for_another_language() -> None:
    found = [(example.language, detect(example.text)) for example in starting_examples()]

    wrong = [(told, heard) for told, heard in found if heard not in {"", told}]
    silent = [told for told, heard in found if not heard]

    assert len(wrong) / len(found) <= 0.005
    assert len(silent) / len(found) <= 0.1

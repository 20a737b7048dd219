"""Guessing the language of short texts."""

import pytest

from classifiers.examples import starting_examples
from classifiers.language import guess


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

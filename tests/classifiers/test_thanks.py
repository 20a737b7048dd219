"""Thanks without a new matter."""

import pytest

from classifiers.examples import starting_examples
from classifiers.thanks import is_only_thanks


@pytest.mark.parametrize(
    "text",
    ["Thanks!", "ok great, thank you so much", "👍", "Vielen Dank für die schnelle Hilfe", "muchas gracias", "merci bien",
     "dziękuję bardzo", "teşekkürler", "شكرا جزيلا", "بہت شکریہ", "дякую", "谢谢你们"],
)  # fmt: skip
def test_mere_thanks_are_told_in_every_language(text: str) -> None:
    assert is_only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but the tap still drips",
        "thank you. when is he coming?",
        "Danke, aber die Heizung ist wieder kalt",
        "thanks, there is smoke in the hallway now",
        "thank you for nothing, I want my deposit and the receipts by Friday",
        "the tap drips",
        "",
    ],
)
def test_thanks_with_a_new_matter_are_not(text: str) -> None:
    assert not is_only_thanks(text)


def test_no_starting_example_of_another_topic_is_taken_for_thanks() -> None:
    taken = [e.text for e in starting_examples() if e.topic != "thanks" and is_only_thanks(e.text)]

    assert taken == []

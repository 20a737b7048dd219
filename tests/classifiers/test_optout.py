"""Opt-outs in plain words, and the wishes that only look like one."""

import csv
from pathlib import Path

import pytest

from classifiers.examples import starting_examples
from classifiers.optout import wants_no_messages


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop. ",
        "Stop! please",
        "please quit sending me these text messages",
        "im so sick of these texts",
        "take me off your list, I moved",
        "Bitte keine SMS mehr",
        "ya no me manden mensajes",
        "je ne veux plus recevoir de SMS",
        "proszę usunąć mój numer",
        "artık mesaj atmayın",
        "لا ترسلوا لي رسائل",
        "مجھے میسج بھیجنا بند کریں",
        "не надсилайте мені більше смс",
        "不要再发短信了",
    ],
)
def test_a_wish_for_no_more_messages_is_told(text: str) -> None:
    assert wants_no_messages(text)


@pytest.mark.parametrize(
    "text",
    [
        "please stop the leak in my bathroom",
        "I want to end my lease in May",
        "cancel my tour for Tuesday",
        "stop ignoring my messages",
        "please stop the autopay",
        "my neighbour won't stop texting me threats",
        "I didn't get your text with the code",
        "can you text me when the plumber stops by",
        "Ich möchte den Mietvertrag kündigen",
        "¿pueden parar la fuga?",
        "",
    ],
)
def test_other_endings_are_not_an_opt_out(text: str) -> None:
    assert not wants_no_messages(text)


def test_no_starting_example_of_another_topic_is_taken_for_an_opt_out() -> None:
    taken = [e.text for e in starting_examples() if e.topic != "opt-out" and wants_no_messages(e.text)]

    assert taken == []


def test_a_long_letter_is_left_to_a_person() -> None:
    assert not wants_no_messages("stop texting me. " + "The rent is paid and the key is with Ann. " * 12)


@pytest.mark.parametrize(("opts_out", "heard"), [("yes", True), ("no", False)])
def test_wishes_are_told_from_other_texts_in_the_same_words(opts_out: str, heard: bool) -> None:
    with (Path(__file__).parent / "no_more_texts.csv").open(encoding="utf-8", newline="") as file:
        file.readline()
        texts = [row["text"] for row in csv.DictReader(file) if row["opts_out"] == opts_out]

    wrong = [text for text in texts if bool(wants_no_messages(text)) is not heard]

    assert len(texts) >= 40
    assert not wrong

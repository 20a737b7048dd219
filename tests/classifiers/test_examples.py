"""The starting examples and files in the same columns."""

from collections import Counter
from pathlib import Path

import pytest

from classifiers.examples import DATA, ExampleMistake, fingerprint, read, starting_examples
from classifiers.labels import TOPICS
from classifiers.language import LANGUAGES


def test_there_are_enough_and_each_is_its_own() -> None:
    examples = starting_examples()

    assert len(examples) >= 1_200
    assert len({example.text.casefold() for example in examples}) == len(examples)


def test_every_topic_has_examples_in_english_spanish_and_german() -> None:
    counts = Counter((example.topic, example.language) for example in starting_examples())

    missing = [(topic, language) for topic in TOPICS for language in ("en", "es", "de") if not counts[topic, language]]

    assert missing == []


@pytest.mark.parametrize("topic", ["opt-out", "thanks"])
def test_opt_outs_and_thanks_come_in_every_language(topic: str) -> None:
    assert {e.language for e in starting_examples() if e.topic == topic} == set(LANGUAGES)


def test_emergencies_come_in_every_language() -> None:
    assert {e.language for e in starting_examples() if e.emergency} == set(LANGUAGES)


def test_every_file_says_that_it_is_invented() -> None:
    for path in DATA.glob("*.csv"):
        assert "Invented" in path.read_text(encoding="utf-8").splitlines()[0]


def test_the_fingerprint_does_not_depend_on_the_order() -> None:
    examples = starting_examples()[:50]

    assert fingerprint(examples) == fingerprint(examples[::-1])


@pytest.mark.parametrize(
    ("row", "named"),
    [("drip,plumming", "plumming"), (",plumbing", "empty"), ("drip,plumbing,soon", "priority"), ("x,heating,high,en,cold", "emergency")],
)  # fmt: skip
def test_a_row_that_cannot_be_learned_is_named(tmp_path: Path, row: str, named: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"text,topic,priority,language,emergency\n{row}\n", encoding="utf-8")

    with pytest.raises(ExampleMistake, match=rf"own.csv, row 1.*{named}"):
        read(path)


def test_a_file_may_be_of_danger_alone(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("# Examples of danger.\ntext,topic\nthe tap drips,plumbing\n", encoding="utf-8")

    (example,) = read(path)

    assert example.of_danger
    assert not any(each.of_danger for each in starting_examples() if each.topic == "opt-out")

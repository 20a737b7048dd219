"""Learning: repeatable, judged on unseen examples, and taught by corrections."""

from pathlib import Path

import numpy as np
import pytest

from classifiers.cascade import load
from classifiers.encoder import ENCODERS, open_encoder
from classifiers.examples import Example, fingerprint, starting_examples
from classifiers.store import load as load_stored
from classifiers.store import read_facts, save
from classifiers.training import TooFewExamples, learn, shipped_for, train


@pytest.fixture(scope="module")
def few() -> list[Example]:
    topics = {"plumbing", "deposit", "keys"}
    return [e for e in starting_examples() if e.language == "en" and e.topic in topics and not e.emergency]


def test_the_same_examples_give_the_same_bytes(few: list[Example], tmp_path: Path) -> None:
    save(tmp_path / "one.skops", train(few, seed=3))
    save(tmp_path / "two.skops", train(few[::-1], seed=3))

    assert (tmp_path / "one.skops").read_bytes() == (tmp_path / "two.skops").read_bytes()
    assert (tmp_path / "one.json").read_text() == (tmp_path / "two.json").read_text()


def test_too_few_examples_are_refused(few: list[Example]) -> None:
    with pytest.raises(TooFewExamples, match="10 examples"):
        train(few[:10])


def test_corrections_teach_a_new_kind_of_message(few: list[Example], tmp_path: Path) -> None:
    places = "roof,yard,east wing,lobby,ramp,deck,gate,third floor,pond,attic,porch,mews,court,lawn,annex,arch,tower,mill,barn,dock"
    corrections = [Example(f"the zorbulator by the {place} is glitching", "statement") for place in places.split(",")]
    save(tmp_path / "before.skops", train(few))
    save(tmp_path / "after.skops", train([*few, *corrections]))
    message = ["the zorbulator in our hallway is glitching again"]

    (before,) = load(tmp_path / "before.skops").triage(message)
    (after,) = load(tmp_path / "after.skops").triage(message)

    assert before.topic != "statement"
    assert after.topic == "statement"


@pytest.mark.slow
def test_what_ships_is_learned_from_the_starting_examples() -> None:
    opened = open_encoder()
    stored = load_stored(shipped_for(opened.name), encoder=opened.name, encoder_sha256=opened.sha256)

    arrays = learn(starting_examples(), encoder=opened)[0]

    assert arrays["topic_labels"] == stored.arrays["topic_labels"]
    assert arrays["words_terms"] == stored.arrays["words_terms"]
    assert np.abs(arrays["topic_weights"] - stored.arrays["topic_weights"]).max() < 0.05


@pytest.mark.parametrize("encoder", ENCODERS)
def test_what_ships_was_learned_from_the_examples_as_they_are(encoder: str) -> None:
    assert read_facts(shipped_for(encoder))["data_sha256"] == fingerprint(starting_examples())


@pytest.mark.parametrize("encoder", ENCODERS)
def test_what_ships_is_small_and_says_how_good_it_is(encoder: str) -> None:
    facts = read_facts(shipped_for(encoder))

    assert shipped_for(encoder).stat().st_size < 3 * 1024 * 1024
    assert facts["scores"]["queue_accuracy"] >= 0.75
    assert facts["scores"]["queue_ece"] <= 0.1

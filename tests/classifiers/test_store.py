"""Model files that are missing, broken, exchanged or hostile."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers.cascade import load as load_classifier
from classifiers.classifier import UNCLASSIFIED, Band
from classifiers.labels import Priority
from classifiers.store import ModelUnusable, StoredModel, facts_path, load, save


def test_a_model_comes_back_as_it_was_saved(model: Path) -> None:
    stored = load(model)

    assert stored.arrays["labels"] == "a\nb\nc"
    assert stored.arrays["weights"].tolist() == np.arange(12).reshape(3, 4).tolist()
    assert stored.facts["seed"] == 0


def test_the_same_model_gives_the_same_bytes(model: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.skops"

    save(again, load(model))

    assert again.read_bytes() == model.read_bytes()


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path, model: Path) -> None:
    model.unlink()

    with pytest.raises(ModelUnusable, match=r"own\.skops is missing"):
        load(model)
    with pytest.raises(ModelUnusable, match=r"never\.json is missing"):
        load(tmp_path / "never.skops")


@pytest.mark.parametrize("at", [0, 100, -1])
def test_one_flipped_byte_is_noticed(model: Path, at: int) -> None:
    content = bytearray(model.read_bytes())
    content[at] ^= 1
    model.write_bytes(content)

    with pytest.raises(ModelUnusable, match="damaged or was exchanged"):
        load(model)


def test_a_truncated_file_is_noticed(model: Path) -> None:
    model.write_bytes(model.read_bytes()[:200])

    with pytest.raises(ModelUnusable, match="damaged"):
        load(model)


def test_a_model_for_another_encoder_is_refused(model: Path) -> None:
    with pytest.raises(ModelUnusable, match="trained with the encoder 'none'"):
        load(model, encoder="minilm", encoder_sha256="0")


def test_a_description_that_is_no_json_is_refused(model: Path) -> None:
    facts_path(model).write_text("{", encoding="utf-8")

    with pytest.raises(ModelUnusable, match="cannot be read"):
        load(model)


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "nan.skops"
    save(path, StoredModel({"weights": np.array([np.nan], dtype=np.float32)}, {"encoder": "none"}))

    with pytest.raises(ModelUnusable, match="more than plain numbers"):
        load(path)


def test_without_a_usable_model_every_message_still_gets_an_answer(model: Path) -> None:
    model.write_bytes(b"")

    classifier = load_classifier(model, encoder="none")
    calm, danger = classifier.triage(["my tap drips", "I smell gas"])

    assert "own.skops" in classifier.trouble
    assert (calm.topic, calm.band) == (UNCLASSIFIED, Band.ASK)
    assert (danger.priority, danger.topic) == (Priority.URGENT, "heating")


def test_a_model_that_lacks_a_part_is_refused_with_a_sentence(model: Path) -> None:
    assert "incomplete" in load_classifier(model, encoder="none").trouble


def test_what_pages_may_import_never_loads_scikit_learn() -> None:
    names = ["labels", "prediction", "classifier", "emergencies", "optout", "thanks", "safety", "language"]
    program = "\n".join(
        [
            "import sys, classifiers",
            *(f"import classifiers.{name}" for name in names),
            "print({'sklearn', 'numpy'} & set(sys.modules))",
        ]
    )

    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "set()"

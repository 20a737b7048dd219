"""Sentence encoders: what is installed is used, what is chosen is used or said to be missing, nothing asks the network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from classifiers.encoder import ENCODERS, EncoderUnusable, NoEncoder, WordLlama, open_encoder
from hub.settings import ENCODERS as CHOICES

SPEC = find_spec("wordllama")
assert SPEC is not None
PACKAGE = Path(next(iter(SPEC.submodule_search_locations or ())))


def test_the_best_encoder_installed_is_the_default() -> None:
    assert open_encoder().name == ENCODERS[0] == "wordllama"


def test_sentences_that_mean_the_same_lie_closer_than_others() -> None:
    tap, faucet, rent = open_encoder("wordllama").encode(
        ["The tap is dripping", "Our faucet leaks a little", "When is the rent due this month?"]
    )

    assert tap @ faucet > tap @ rent
    assert abs(float(np.linalg.norm(tap)) - 1) < 1e-5


@pytest.mark.parametrize("text", ["", "\x00", "🙂🙂", "x" * 100_000, "水管漏水", "\ud7ff"])
def test_any_text_becomes_a_row_of_length_one_or_none(text: str) -> None:
    (row,) = open_encoder("wordllama").encode([text])

    assert row.shape == (256,)
    assert np.isfinite(row).all()
    assert min(abs(float(np.linalg.norm(row)) - length) for length in (0, 1)) < 1e-5


def test_a_text_has_the_same_row_alone_and_among_others() -> None:
    encoder = open_encoder("wordllama")

    assert (encoder.encode(["the lift hums", "hm", ""])[0] == encoder.encode(["the lift hums"])[0]).all()


def test_no_encoder_adds_no_column() -> None:
    assert NoEncoder().encode(["one", "two"]).shape == (2, 0)


def test_an_unknown_encoder_is_told_with_those_there_are() -> None:
    with pytest.raises(EncoderUnusable, match="use one of wordllama, none"):
        open_encoder("bert")


def test_an_operator_can_choose_every_encoder_there_is() -> None:
    assert CHOICES == ENCODERS


@pytest.mark.parametrize("harm", ["weights", "tokenizers"])
def test_files_that_are_not_whole_are_told(tmp_path: Path, harm: str) -> None:
    for part in ("weights", "tokenizers"):
        shutil.copytree(PACKAGE / part, tmp_path / part)
    for file in (each for each in (tmp_path / harm).iterdir() if each.is_file()):
        file.write_bytes(file.read_bytes()[:1000])

    with pytest.raises(EncoderUnusable, match="install it again"):
        WordLlama(tmp_path)


def test_the_package_itself_and_what_asks_the_network_are_never_imported() -> None:
    program = "import sys; from classifiers.encoder import open_encoder; open_encoder('wordllama'); print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert {"wordllama", "huggingface_hub", "requests", "sklearn"} & set(done.stdout.split()) == set()

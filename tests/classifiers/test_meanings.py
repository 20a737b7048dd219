"""What sentences mean, alone and in pairs, as columns of a model."""

import numpy as np
import pytest

from classifiers.meanings import Meanings

WATER_AND_LAMP = "water comes out of the lamp"


def test_a_pair_of_meanings_is_a_column_of_its_own() -> None:
    meanings = Meanings.learn([WATER_AND_LAMP, f"{WATER_AND_LAMP} again"])

    assert {"water", "lamp", "lamp+water"} <= set(meanings.names)


def test_what_only_one_text_has_is_no_column() -> None:
    meanings = Meanings.learn([WATER_AND_LAMP, "good morning"])

    assert meanings.names == ()


def test_meanings_of_different_sentences_are_no_pair() -> None:
    meanings = Meanings(["water", "lamp", "lamp+water"])

    (row,) = meanings.of(["I drink water. The lamp is new."]).toarray()

    assert row[2] == 0
    assert row[0] == row[1] > 0


@pytest.mark.parametrize("text", [WATER_AND_LAMP, "aus der Lampe kommt Wasser", "水从灯里流出来"])
def test_the_same_is_meant_in_every_language(text: str) -> None:
    row = Meanings(["water", "lamp", "lamp+water"]).of([text]).toarray()

    assert np.allclose(row, [[2**-0.5, 2**-0.5, 1]])


def test_a_text_that_means_nothing_is_a_row_of_zeros() -> None:
    assert Meanings(["water"]).of(["", "hm"]).nnz == 0

"""What is typed into the search, in its parts, and what is marked in what it finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.highlight import Piece, cut_passage, mark
from hub.domain.question import Question, read_question


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("no hot water", Question("no hot water")),
        ("from:aylin  is:open boiler", Question("boiler", ("aylin",), (), ("open",))),
        ('unit:"Park 3, 1A" FROM:"Jan Novak"', Question("", ("Jan Novak",), ("Park 3, 1A",))),
        ('from:"Jan', Question("", ("Jan",))),
        ("is:Open is:odd", Question("", (), (), ("open",), ("odd",))),
        ("from: unit:", Question("")),
        ("https://from:x", Question("https://from:x")),
    ],
)
def test_a_question_is_words_and_what_is_asked_beside(typed: str, question: Question) -> None:
    assert read_question(typed) == question


@pytest.mark.parametrize(
    ("typed", "task", "order"),
    [("T-88", 88, None), ("o-312", None, 312), ("T-88 boiler", None, None), ("T-", None, None)],
)
def test_numbers_of_tasks_and_orders_are_known(typed: str, task: int | None, order: int | None) -> None:
    question = read_question(typed)

    assert (question.task_id, question.order_id) == (task, order)


@given(typed=st.text(max_size=400))
def test_any_text_is_a_question(typed: str) -> None:
    question = read_question(typed)

    assert "\0" not in question.words
    assert len(question.words) <= 300


def test_words_are_marked_without_regard_to_accents_and_capitals() -> None:
    assert mark("Der Täp drips", ["TAP", "drip"]) == (
        Piece("Der "),
        Piece("Täp", marked=True),
        Piece(" "),
        Piece("drip", marked=True),
        Piece("s"),
    )
    assert mark("a waterfall", ["fall"]) == ()
    assert Piece("Demir", marked=True) in mark("lease_Demir-2024.pdf", ["demir"])


def test_the_passage_around_the_first_hit_is_cut_at_words() -> None:
    text = "word " * 60 + "boiler " + "end " * 60

    passage = "".join(each.text for each in cut_passage(text, ["boiler"]))

    assert passage.startswith("… word")
    assert passage.endswith(" …")
    assert "boiler" in passage
    assert len(passage) < 180
    assert cut_passage(text, ["sink"]) == ()


@given(text=st.text(max_size=300), words=st.lists(st.text(max_size=8), max_size=4))
def test_marking_changes_no_letter(text: str, words: list[str]) -> None:
    pieces = mark(text, words)

    assert not pieces or "".join(each.text for each in pieces) == text

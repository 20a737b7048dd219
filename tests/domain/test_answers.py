"""What people say of an answer, what they make of a draft, and when a desk has earned to answer by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.answers import AnswerState, DraftRecord, judge_draft
from hub.domain.verdict import Verdict, read_verdict

PASSAGE = "Order a name plate in the portal. It takes about a week and the first one costs nothing."


@pytest.mark.parametrize(
    "text", ["1", "1.", "1)", "eins", "ONE!", "uno", "1 gracias", "Solved", "this solved it", "ja"]
)
def test_solved_is_said_in_many_ways(text: str) -> None:
    heard = read_verdict(text)

    assert heard is not None
    assert (heard.verdict, heard.bare) == (Verdict.SOLVED, True)


@pytest.mark.parametrize(
    "text", ["2", "2 please", "zwei bitte", "dos", "a person", "una persona por favor", "ein Mensch"]
)
def test_a_person_is_asked_for_in_many_ways(text: str) -> None:
    heard = read_verdict(text)

    assert heard is not None
    assert (heard.verdict, heard.bare) == (Verdict.PERSON, True)


@pytest.mark.parametrize(
    "text", ["One of them still drips", "1 window is open", "2 windows are broken", "No", "yes but the lift is stuck"]
)
def test_whatever_says_more_is_for_a_person_to_read(text: str) -> None:
    heard = read_verdict(text)

    assert heard is not None
    assert (heard.verdict, heard.bare) == (Verdict.PERSON, False)


@pytest.mark.parametrize("text", ["", "thanks", "Vielen Dank!", "👍", "..."])
def test_thanks_and_nothing_say_nothing(text: str) -> None:
    assert read_verdict(text) is None


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    heard = read_verdict(text)

    assert heard is None or heard.verdict in set(Verdict)


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        (PASSAGE, AnswerState.UNCHANGED),
        (f"Hello Aylin,\n\n{PASSAGE}\n\nhttps://desk.example.org/help/residents/articles/1-x\n", AnswerState.UNCHANGED),
        (f"Hello Aylin,\n{PASSAGE}\nKind regards\nMaria", AnswerState.UNCHANGED),
        (PASSAGE.replace("about a week", "two days"), AnswerState.CHANGED),
        (f"{PASSAGE} But for your house it is different: there the caretaker makes them by hand, so ask him first.",
         AnswerState.CHANGED),
        ("I have ordered one for you.", AnswerState.UNUSED),
    ],
)  # fmt: skip
def test_what_was_made_of_a_draft_is_told_by_its_words(sent: str, state: AnswerState) -> None:
    assert judge_draft(PASSAGE, sent) is state


@pytest.mark.parametrize(
    ("record", "earned"),
    [
        (DraftRecord(), False),
        (DraftRecord(unchanged=49), False),
        (DraftRecord(unchanged=50), True),
        (DraftRecord(unchanged=95, changed=3, unused=2), True),
        (DraftRecord(unchanged=94, changed=4, unused=2), False),
    ],
)
def test_fifty_unchanged_and_nineteen_of_twenty_earn_the_right_to_answer(record: DraftRecord, earned: bool) -> None:
    assert record.earned is earned

"""Each kind of task asks for its own things and takes its own steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.labels import TOPICS
from hub.domain.task import TaskKind
from hub.domain.task_kinds import (
    LONGEST,
    SHEETS,
    TRADE_OF_TOPIC,
    TRADES,
    Answer,
    details_in_words,
    read_details,
    usual_details,
)
from hub.errors import Invalid


def test_every_kind_has_a_sheet_with_steps_and_names_of_its_own() -> None:
    assert set(SHEETS) == set(TaskKind)
    for sheet in SHEETS.values():
        questions, steps = ([each.name for each in rows] for rows in (sheet.questions, sheet.steps))
        assert steps
        assert len(set(questions)) == len(questions)
        assert len(set(steps)) == len(steps)


def test_trades_follow_from_topics_the_classifier_knows() -> None:
    assert set(TRADE_OF_TOPIC) <= set(TOPICS)
    assert set(TRADE_OF_TOPIC.values()) == set(dict(TRADES))


def test_a_repair_knows_its_trade_from_the_topic_and_a_viewing_has_none() -> None:
    assert usual_details(TaskKind.REPAIR, "mould") == {"trade": "structure"}
    assert usual_details(TaskKind.REPAIR, "parking") == usual_details(TaskKind.VIEWING, "plumbing") == {}


def test_only_what_a_kind_asks_is_kept_and_empty_answers_are_none() -> None:
    kept = read_details(TaskKind.KEY, {"which": "mailbox", "count": " 2 ", "lost": "", "rent": "900"})

    assert kept == {"which": "mailbox", "count": "2"}
    assert [(question.label, words) for question, words in details_in_words(TaskKind.KEY, kept)] == [
        ("Which key", "Mailbox"),
        ("How many", "2"),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        (TaskKind.REPAIR, "trade", "astrology"),
        (TaskKind.REPAIR, "since", "last week"),
        (TaskKind.REPAIR, "since", "0001-01-01"),
        (TaskKind.KEY, "count", "two"),
        (TaskKind.KEY, "count", "٢"),
        (TaskKind.RENEWAL, "rent", "1e9"),
        (TaskKind.NAME_PLATE, "plate", "x" * (LONGEST + 1)),
    ],
)
def test_an_answer_that_is_none_names_its_field(kind: TaskKind, name: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_details(kind, {name: words})

    assert refusal.value.field == name


@given(st.sampled_from(TaskKind), st.text(max_size=400))
def test_whatever_is_typed_is_kept_as_it_reads_again_or_refused(kind: TaskKind, words: str) -> None:
    for question in SHEETS[kind].questions:
        try:
            kept = read_details(kind, {question.name: words})
        except Invalid:
            continue

        assert read_details(kind, kept) == kept
        assert question.answer is Answer.TEXT or len(kept.get(question.name, "")) <= 20

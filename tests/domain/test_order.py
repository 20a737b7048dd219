"""The order machine: listed states only, always somebody to act, nothing of a resident before it is needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.order import (
    AGREED_STATES,
    NEXT_ACTOR,
    OPEN_STATES,
    STATE_WORDS,
    STEPS,
    TASK_STATE,
    OrderState,
    OrderStep,
    after,
    is_repeat,
    shows_resident,
    without_unit,
)
from hub.domain.task import OPEN_STATES as OPEN_TASKS
from hub.domain.task import NextActor, TaskState

NINE = datetime(2026, 11, 18, 9, tzinfo=UTC)
ELEVEN = NINE + timedelta(hours=2)


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(list(OrderStep)), max_size=30))
def test_however_an_order_is_pushed_it_stays_in_listed_states_with_a_next_actor(steps: list[OrderStep]) -> None:
    state = OrderState.OFFERED
    for each in steps:
        before, state = state, after(state, each) or state

        assert before in OPEN_STATES or state is before
        assert state in STATE_WORDS
        assert state not in OPEN_STATES or NEXT_ACTOR[state] in {NextActor.TEAM, NextActor.CRAFTSMAN}
        assert (TASK_STATE[state] is TaskState.DONE) == (state is OrderState.FINISHED)
        assert state not in OPEN_STATES or TASK_STATE[state] in OPEN_TASKS


@given(st.sampled_from(list(OrderState)), st.sampled_from(list(OrderStep)))
def test_a_step_just_taken_is_a_repeat_and_leads_nowhere_else(state: OrderState, step: OrderStep) -> None:
    reached = after(state, step)

    assert reached is None or reached is state or is_repeat(reached, step)


def test_every_state_can_be_reached() -> None:
    reached = {OrderState.OFFERED}
    while len(more := reached | {target for sources, target in STEPS.values() if sources & reached}) > len(reached):
        reached = more

    assert reached == set(OrderState)


@pytest.mark.parametrize("state", sorted(set(OrderState) - AGREED_STATES))
def test_nobody_reads_who_lives_there_before_a_time_is_agreed_or_after_the_work(state: OrderState) -> None:
    assert not shows_resident(state, NINE, NINE, ELEVEN)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (NINE - timedelta(days=4), False),
        (NINE - timedelta(days=2), True),
        (NINE, True),
        (ELEVEN + timedelta(hours=11), True),
        (ELEVEN + timedelta(hours=13), False),
    ],
)
def test_who_lives_there_is_shown_near_the_visit_only(now: datetime, shown: bool) -> None:
    assert shows_resident(OrderState.ACCEPTED, now, NINE, ELEVEN) is shown


def test_the_exact_unit_is_taken_out_of_what_is_to_be_done() -> None:
    text = without_unit("Drain in Park 3 1A blocked, ring at 1a, not 11A", "1A", "Park 3 1A")

    assert text == "Drain in [unit] blocked, ring at [unit], not 11A"


def test_a_unit_of_one_character_hides_nothing_else() -> None:
    assert without_unit("Clear 3 drains", "3", "") == "Clear 3 drains"

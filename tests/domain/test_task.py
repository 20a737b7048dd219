"""The task machine: nothing but listed states, and always somebody to act."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.task import MOVES, NEXT_ACTOR, OPEN_STATES, STATE_WORDS, NextActor, TaskState, may_move

states = st.sampled_from(list(TaskState))


@settings(max_examples=1000)
@given(st.lists(states, max_size=40))
def test_however_a_task_is_pushed_it_stays_in_listed_states_with_a_next_actor(wanted: list[TaskState]) -> None:
    state = TaskState.TO_DO
    for each in wanted:
        state = each if may_move(state, each) else state

        assert state in MOVES
        assert state in STATE_WORDS
        assert (NEXT_ACTOR[state] is NextActor.NOBODY) == (state not in OPEN_STATES)


@given(states)
def test_no_step_leads_nowhere(state: TaskState) -> None:
    assert not may_move(state, state)


def test_every_state_can_be_reached_and_left() -> None:
    reached = {TaskState.TO_DO}
    while len(more := reached | {target for each in reached for target in MOVES[each]}) > len(reached):
        reached = more

    assert reached == set(TaskState)
    assert all(MOVES.values())


def test_done_work_is_only_taken_up_again() -> None:
    assert MOVES[TaskState.DONE] == {TaskState.TO_DO, TaskState.IN_PROGRESS}
    assert MOVES[TaskState.CANCELLED] == {TaskState.TO_DO}


def test_the_words_are_those_of_the_contract() -> None:
    words = ["To do", "Scheduled", "With craftsman", "In progress", "Blocked", "Done", "Cancelled"]

    assert [STATE_WORDS[each] for each in TaskState] == words

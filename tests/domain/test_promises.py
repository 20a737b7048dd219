"""Promises: which policy holds, when a clock is due, and what it comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.business_hours import ALWAYS, Calendar, Span
from hub.domain.promises import (
    ENDED,
    KEPT,
    MISSED,
    WARNED,
    ClockKind,
    Clocks,
    Matter,
    Outcome,
    Policy,
    Standing,
    choose_policy,
    due_of,
    next_look,
    read_policies,
    run_clocks,
)
from hub.domain.ticket import TicketStatus

NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = Calendar("UTC", dict.fromkeys(range(5), (Span(time(9), time(12)), Span(time(13), time(18)))))
MATTER = Matter("maintenance", "normal", "plumbing", "email")
NEW = Standing(
    status=TicketStatus.NEW,
    opened_at=NINE,
    waiting_since=NINE,
    answered_before=False,
    snoozed=False,
    works=False,
    counts=True,
    news_from=NINE,
)
SOLVE = Policy(ClockKind.RESOLUTION, 600, id=1)


def run(before: Clocks, standing: Standing, now: datetime, *own: Policy) -> tuple[Clocks, list[tuple[str, ClockKind]]]:
    after, outcomes = run_clocks(before, standing, read_policies(own, MATTER), OFFICE, now)
    return after, [(each.kind, each.clock) for each in outcomes]


@pytest.mark.parametrize(
    ("own", "matter", "minutes"),
    [
        ((), MATTER, 240),
        ((), Matter("billing", "urgent", "", "sms"), 15),
        ((Policy(ClockKind.FIRST_RESPONSE, 60, id=1),), MATTER, 60),
        ((Policy(ClockKind.FIRST_RESPONSE, 60, id=1),), Matter("billing", "urgent", "", "sms"), 15),
        ((Policy(ClockKind.FIRST_RESPONSE, 5, priority="urgent", id=1),), Matter("billing", "urgent", "", ""), 5),
        ((Policy(ClockKind.FIRST_RESPONSE, 60, queue="billing", id=1),), MATTER, 240),
        (
            (
                Policy(ClockKind.FIRST_RESPONSE, 60, queue="maintenance", id=1),
                Policy(ClockKind.FIRST_RESPONSE, 30, queue="maintenance", topic="plumbing", id=2),
                Policy(ClockKind.FIRST_RESPONSE, 90, channel="email", id=3),
                Policy(ClockKind.NEXT_RESPONSE, 1, queue="maintenance", topic="plumbing", channel="email", id=4),
            ),
            MATTER,
            30,
        ),
    ],
)
def test_the_promise_with_most_conditions_holds(own: tuple[Policy, ...], matter: Matter, minutes: int) -> None:
    chosen = choose_policy(own, ClockKind.FIRST_RESPONSE, matter)

    assert chosen is not None
    assert chosen.minutes == minutes


def test_an_answer_is_due_in_business_hours_warned_of_and_missed_once() -> None:
    clocks, at_first = run({}, NEW, NINE)
    clocks, near = run(clocks, NEW, NINE + timedelta(hours=4, minutes=13))
    clocks, near_again = run(clocks, NEW, NINE + timedelta(hours=4, minutes=14))
    clocks, late = run(clocks, NEW, NINE + timedelta(hours=5, seconds=1))
    clocks, late_again = run(clocks, NEW, NINE + timedelta(hours=9))
    _clocks, answered = run(clocks, replace(NEW, waiting_since=None, news_from=NINE + 9 * HOUR), NINE + 9 * HOUR)

    assert due_of(clocks, ClockKind.FIRST_RESPONSE) == NINE + 5 * HOUR  # the lunch hour does not count
    assert at_first == near_again == late_again == []
    assert near == [(WARNED, ClockKind.FIRST_RESPONSE)]
    assert late == [(MISSED, ClockKind.FIRST_RESPONSE)]
    assert (KEPT, ClockKind.FIRST_RESPONSE) not in answered


def test_a_promise_kept_is_said_and_the_next_one_begins_with_the_next_message() -> None:
    clocks, _ = run({}, NEW, NINE)
    ten, eleven = NINE + HOUR, NINE + 2 * HOUR
    answered = replace(NEW, status=TicketStatus.PENDING, waiting_since=None, answered_before=True, news_from=ten)

    clocks, kept = run(clocks, answered, ten)
    written = replace(answered, status=TicketStatus.OPEN, waiting_since=eleven)
    clocks, nothing = run(clocks, written, eleven)

    assert kept == [(KEPT, ClockKind.FIRST_RESPONSE), (KEPT, ClockKind.NEWS)]
    assert nothing == []
    assert due_of(clocks, ClockKind.NEXT_RESPONSE) == NINE + 7 * HOUR
    assert due_of(clocks, ClockKind.FIRST_RESPONSE) is None


def test_a_ticket_closed_without_an_answer_kept_nothing() -> None:
    clocks, _ = run({}, NEW, NINE)

    _clocks, ended = run(clocks, replace(NEW, status=TicketStatus.CLOSED, waiting_since=None), NINE + HOUR)

    assert ended == [(ENDED, ClockKind.FIRST_RESPONSE), (ENDED, ClockKind.NEWS)]


def test_a_solution_is_not_counted_while_the_person_is_waited_for_or_a_date_is_agreed() -> None:
    working = replace(NEW, status=TicketStatus.OPEN)
    clocks, _ = run({}, working, NINE, SOLVE)
    first = due_of(clocks, ClockKind.RESOLUTION)
    clocks, paused = run(clocks, replace(working, status=TicketStatus.PENDING), NINE + HOUR, SOLVE)
    waiting = due_of(clocks, ClockKind.RESOLUTION)
    clocks, _ = run(clocks, replace(working, snoozed=True), NINE + 24 * HOUR, SOLVE)
    clocks, _ = run(clocks, working, NINE + 48 * HOUR, SOLVE)

    assert first == NINE + 26 * HOUR  # eight hours on Monday, two on Tuesday
    assert paused == [(ENDED, ClockKind.NEWS)]
    assert waiting is None
    assert due_of(clocks, ClockKind.RESOLUTION) == NINE + 73 * HOUR  # nine left, from Wednesday at nine


def test_a_ticket_closed_in_time_kept_its_promise_and_goes_on_counting_when_it_is_opened_again() -> None:
    working = replace(NEW, status=TicketStatus.OPEN)
    clocks, _ = run({}, working, NINE, SOLVE)
    closed = replace(working, status=TicketStatus.CLOSED, waiting_since=None)
    clocks, kept = run(clocks, closed, NINE + 2 * HOUR, SOLVE)
    clocks, _ = run(clocks, working, NINE + 24 * HOUR, SOLVE)

    assert (KEPT, ClockKind.RESOLUTION) in kept
    assert due_of(clocks, ClockKind.RESOLUTION) == NINE + 33 * HOUR  # eight hours on Tuesday are what is left


def test_news_is_owed_on_what_waits_for_us_or_for_operations_and_never_of_the_person() -> None:
    on_hold = replace(NEW, status=TicketStatus.ON_HOLD, waiting_since=None, answered_before=True)
    pending = replace(on_hold, status=TicketStatus.PENDING)

    assert due_of(run({}, on_hold, NINE)[0], ClockKind.NEWS) is not None
    assert due_of(run({}, pending, NINE)[0], ClockKind.NEWS) is None
    assert due_of(run({}, replace(pending, works=True), NINE)[0], ClockKind.NEWS) is not None


def test_what_was_told_to_the_person_is_when_news_is_due() -> None:
    told = replace(NEW, news_due=NINE + 3 * HOUR)

    assert due_of(run({}, told, NINE)[0], ClockKind.NEWS) == NINE + 3 * HOUR


def test_a_missed_promise_escalates_where_its_policy_says_so() -> None:
    strict = Policy(ClockKind.FIRST_RESPONSE, 10, escalates=True, id=1)
    policies = read_policies((strict,), MATTER)
    clocks, _ = run_clocks({}, NEW, policies, OFFICE, NINE)

    _clocks, outcomes = run_clocks(clocks, NEW, policies, OFFICE, NINE + HOUR)

    assert outcomes == [Outcome(MISSED, ClockKind.FIRST_RESPONSE, NINE + timedelta(minutes=10), escalates=True)]


def test_what_does_not_count_has_no_clock() -> None:
    assert run({}, replace(NEW, counts=False), NINE)[0] == {}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 72 * 60),
            st.sampled_from(TicketStatus),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_whatever_happens_no_promise_is_missed_twice_or_both_kept_and_missed(
    steps: list[tuple[int, TicketStatus, bool, bool]],
) -> None:
    policies = read_policies((SOLVE,), MATTER)
    clocks: Clocks = {}
    now, heard = NINE, NINE
    said: list[tuple[str, ClockKind, str]] = []
    answered = False
    for minutes, status, waits, snoozed in steps:
        now += timedelta(minutes=minutes)
        if not waits:
            answered, heard = True, now
        standing = replace(
            NEW, status=status, waiting_since=heard if waits else None, answered_before=answered, snoozed=snoozed,
            news_from=heard,
        )  # fmt: skip
        since = {kind: clock.get("since", "") for kind, clock in clocks.items()}
        clocks, outcomes = run_clocks(clocks, standing, policies, ALWAYS, now)
        for each in outcomes:
            if each.kind in {MISSED, KEPT} and each.clock is not ClockKind.RESOLUTION:
                began = since.get(each.clock) or clocks.get(each.clock, {}).get("since", "")
                said.append((each.kind, each.clock, f"{began} {each.due}"))
        due = next_look(clocks)
        assert due is None or any(clock.get("due") or clock.get("warn") for clock in clocks.values())

    promises = [(clock, promise) for _kind, clock, promise in said]
    assert len(promises) == len(set(promises))

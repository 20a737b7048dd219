"""How a clock reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.sla import ClockReading, Tone, duration, promise_for, read_clock
from hub.domain.ticket import Priority, TicketStatus

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
FOUR_HOURS = timedelta(hours=4)
WORDS = re.compile(r"(Answer in|Late by|Answered in) (\d+ min|\d+ h|\d+ days)|Clock paused|No answer waiting")


def read(
    *,
    status: TicketStatus = TicketStatus.OPEN,
    due_in: timedelta | None = None,
    answered_after: timedelta | None = None,
    target: timedelta = FOUR_HOURS,
) -> ClockReading:
    asked = NOW - timedelta(days=1)
    return read_clock(
        now=NOW,
        status=status,
        waiting_since=asked if due_in is not None else None,
        due_at=NOW + due_in if due_in is not None else None,
        first_message_at=asked,
        first_response_at=asked + answered_after if answered_after is not None else None,
        target=target,
    )


@pytest.mark.parametrize(
    ("due_in", "words", "tone"),
    [
        (timedelta(hours=3), "Answer in 3 h", Tone.NEUTRAL),
        (timedelta(minutes=59), "Answer in 59 min", Tone.NEUTRAL),
        (timedelta(minutes=42), "Answer in 42 min", Tone.WARN),  # less than a fifth of four hours
        (timedelta(minutes=9), "Answer in 9 min", Tone.WARN),
        (timedelta(minutes=-12), "Late by 12 min", Tone.DANGER),
        (timedelta(hours=-47, minutes=-59), "Late by 47 h", Tone.DANGER),
        (timedelta(hours=-48), "Late by 2 days", Tone.DANGER),
    ],
)
def test_a_clock_says_how_long_is_left_or_how_late_it_is(due_in: timedelta, words: str, tone: Tone) -> None:
    assert read(due_in=due_in) == ClockReading(words, tone)


def test_an_answered_ticket_says_how_quickly() -> None:
    assert read(answered_after=timedelta(minutes=8)) == ClockReading("Answered in 8 min", Tone.OK)


@pytest.mark.parametrize("status", [TicketStatus.PENDING, TicketStatus.ON_HOLD])
def test_a_ticket_that_waits_for_others_is_paused(status: TicketStatus) -> None:
    assert read(status=status, answered_after=timedelta(minutes=8)) == ClockReading("Clock paused", Tone.PAUSE)


def test_a_ticket_on_which_nobody_waits_says_so() -> None:
    assert read().tone is Tone.PAUSE


@given(
    st.sampled_from(list(TicketStatus)),
    st.none() | st.timedeltas(timedelta(days=-300), timedelta(days=300)),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=300)),
    st.sampled_from([timedelta(minutes=15), FOUR_HOURS]),
)
def test_every_clock_reads_in_the_words_of_the_screens(
    status: TicketStatus, due_in: timedelta | None, answered_after: timedelta | None, target: timedelta
) -> None:
    reading = read(status=status, due_in=due_in, answered_after=answered_after, target=target)

    assert WORDS.fullmatch(reading.words)
    assert (reading.tone is Tone.DANGER) == (due_in is not None and due_in < timedelta(0))


@given(st.timedeltas(timedelta(0), timedelta(days=1000)))
def test_a_length_in_words_is_never_longer_than_it_is(length: timedelta) -> None:
    number, unit = duration(length).split()

    minutes = int(number) * {"min": 1, "h": 60, "days": 24 * 60}[unit]
    assert timedelta(minutes=minutes) <= length < timedelta(minutes=minutes * 2 + 1)


def test_urgent_runs_around_the_clock_and_all_else_in_business_hours() -> None:
    assert promise_for(Priority.URGENT).amount == timedelta(minutes=15)
    assert not promise_for(Priority.URGENT).business
    assert {promise_for(each).amount for each in Priority if each is not Priority.URGENT} == {FOUR_HOURS}
    assert all(promise_for(each).business for each in Priority if each is not Priority.URGENT)

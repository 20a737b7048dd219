"""Business time: promises end when people are there, over clock changes, holidays and midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.domain.business_hours import ALWAYS, Calendar, Span, add_business_time, count_business_time, is_open

BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_SIX = Span(time(9), time(18))
OFFICE = Calendar("Europe/Berlin", dict.fromkeys(range(5), (NINE_TO_SIX,)))
NEVER = Calendar("Europe/Berlin")
HOUR = timedelta(hours=1)

clock_times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
spans = st.builds(Span, clock_times, clock_times)
weeks = st.dictionaries(st.integers(0, 6), st.lists(spans, max_size=3), max_size=7)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
days = st.dates(date(2023, 12, 1), date(2028, 4, 1))
calendars = st.builds(Calendar, zones, weeks, st.frozensets(days, max_size=5))
instants = st.integers(0, 4 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
amounts = st.timedeltas(timedelta(0), timedelta(days=20))


def berlin(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@given(calendars, instants, amounts)
def test_counting_up_to_a_promise_gives_the_time_promised(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    due = add_business_time(calendar, start, amount)

    assume(due is not None)
    assert due is not None
    assert due >= start
    assert count_business_time(calendar, start, due) == amount


@given(calendars, instants, instants)
def test_adding_what_was_counted_never_passes_the_end(calendar: Calendar, start: datetime, end: datetime) -> None:
    assume(start < end)
    counted = count_business_time(calendar, start, end)

    due = add_business_time(calendar, start, counted)

    assert timedelta(0) <= counted <= end - start
    if counted:
        assert due is not None
        assert due <= end


@given(calendars, instants, instants, instants)
def test_time_counted_in_two_parts_is_the_time_counted_at_once(
    calendar: Calendar, first: datetime, second: datetime, third: datetime
) -> None:
    begin, middle, end = sorted((first, second, third))

    whole = count_business_time(calendar, begin, end)

    assert whole == count_business_time(calendar, begin, middle) + count_business_time(calendar, middle, end)


@given(calendars, instants)
def test_a_promise_of_nothing_is_the_next_open_instant(calendar: Calendar, start: datetime) -> None:
    due = add_business_time(calendar, start, timedelta(0))

    if due is None:
        assert not any(calendar.week.values())
    else:
        assert is_open(calendar, due)
        assert (due == start) == is_open(calendar, start)


@given(instants, amounts)
def test_around_the_clock_a_promise_is_plain_time(start: datetime, amount: timedelta) -> None:
    assert add_business_time(ALWAYS, start, amount) == start + amount
    assert count_business_time(ALWAYS, start, start + amount) == amount


@given(instants, amounts)
def test_a_calendar_that_never_opens_promises_nothing(start: datetime, amount: timedelta) -> None:
    assert add_business_time(NEVER, start, amount) is None
    assert count_business_time(NEVER, start, start + amount) == timedelta(0)
    assert not is_open(NEVER, start)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (berlin(2026, 11, 16, 9), 4 * HOUR, berlin(2026, 11, 16, 13)),
        (berlin(2026, 11, 16, 16), 4 * HOUR, berlin(2026, 11, 17, 11)),
        (berlin(2026, 11, 20, 17), 4 * HOUR, berlin(2026, 11, 23, 12)),  # over a weekend
        (berlin(2026, 3, 27, 17), 2 * HOUR, berlin(2026, 3, 30, 10)),  # the weekend that loses an hour
        (berlin(2026, 10, 23, 17), 2 * HOUR, berlin(2026, 10, 26, 10)),  # the weekend that gains one
        (berlin(2028, 2, 28, 17), 10 * HOUR, berlin(2028, 2, 29, 18)),  # a leap day is a day like any other
        (berlin(2027, 2, 26, 17), 10 * HOUR, berlin(2027, 3, 1, 18)),
        (berlin(2026, 12, 31, 17, 30), HOUR, berlin(2027, 1, 1, 9, 30)),
        (berlin(2026, 11, 16, 3), timedelta(0), berlin(2026, 11, 16, 9)),
    ],
)
def test_four_hours_promised_are_four_hours_at_the_desk(start: datetime, amount: timedelta, due: datetime) -> None:
    assert add_business_time(OFFICE, start, amount) == due


def test_a_holiday_is_no_working_day() -> None:
    calendar = Calendar("Europe/Berlin", OFFICE.week, frozenset({date(2026, 12, 25), date(2027, 1, 1)}))

    assert add_business_time(calendar, berlin(2026, 12, 24, 17), 2 * HOUR) == berlin(2026, 12, 28, 10)
    assert not is_open(calendar, berlin(2026, 12, 25, 12))


@pytest.mark.parametrize(
    ("begins", "hours"),
    [(berlin(2026, 3, 29, 0), 23), (berlin(2026, 10, 25, 0), 25), (berlin(2026, 11, 15, 0), 24)],
)
def test_a_sunday_around_the_clock_has_the_hours_the_clocks_give_it(begins: datetime, hours: int) -> None:
    calendar = Calendar("Europe/Berlin", {6: (Span(time(0), time(0)),)})

    assert count_business_time(calendar, begins, begins + timedelta(days=2)) == hours * HOUR


def test_a_span_that_the_clocks_skip_is_not_there() -> None:
    calendar = Calendar("Europe/Berlin", {6: (Span(time(2, 30), time(3)),)})

    assert count_business_time(calendar, berlin(2026, 3, 29, 0), berlin(2026, 3, 30, 0)) == timedelta(0)


def test_a_night_shift_goes_on_after_midnight() -> None:
    night = Calendar("Europe/Berlin", {0: (Span(time(22), time(6)),)})

    assert count_business_time(night, berlin(2026, 11, 16, 0), berlin(2026, 11, 18, 0)) == 8 * HOUR
    assert is_open(night, berlin(2026, 11, 17, 5))
    assert not is_open(night, berlin(2026, 11, 17, 6))


def test_hours_entered_twice_count_once() -> None:
    calendar = Calendar("UTC", {0: (Span(time(9), time(13)), Span(time(12), time(17)), NINE_TO_SIX)})

    assert (
        count_business_time(calendar, datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 17, tzinfo=UTC))
        == 9 * HOUR
    )


def test_the_closing_minute_is_closed() -> None:
    assert is_open(OFFICE, berlin(2026, 11, 16, 17, 59))
    assert not is_open(OFFICE, berlin(2026, 11, 16, 18))

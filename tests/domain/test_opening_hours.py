"""Opening hours as people type them, and the public holidays of where they are."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.business_hours import Span
from hub.domain.opening_hours import read_hours, write_hours
from hub.domain.public_holidays import countries, public_holidays, regions
from hub.errors import Invalid

minutes = st.lists(st.integers(0, 24 * 60), min_size=2, max_size=8, unique=True).map(sorted)


def at(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@given(minutes)
def test_what_is_written_reads_the_same(ends: list[int]) -> None:
    spans = tuple(Span(at(ends[each]), at(ends[each + 1])) for each in range(0, len(ends) - 1, 2))

    assert read_hours(write_hours(spans), field="day0", day="Monday") == spans


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", ""),
        ("9-18", "09:00-18:00"),
        ("13:00 - 18:00; 08:00 – 12:00", "08:00-12:00, 13:00-18:00"),
        ("8.30 to 12", "08:30-12:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("22:00-06:00", "22:00-06:00"),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, written: str) -> None:
    assert write_hours(read_hours(typed, field="day0", day="Monday")) == written


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [
        ("all day", "Monday: write hours such as 08:00-12:00"),
        ("8:75-12", "write hours such as"),
        ("25-26", "write hours such as"),
        ("08:00-12:00, 11:00-13:00", "08:00-12:00 and 11:00-13:00 overlap"),
        ("22:00-06:00, 23:00-24:00", "overlap"),
        ("09:00-09:00", "the whole day is 00:00-24:00"),
        ("1-2,3-4,5-6,7-8,9-10,11-12,13-14", "at most 6 spans"),
    ],
)
def test_a_mistake_is_refused_with_the_day_and_the_remedy(typed: str, remedy: str) -> None:
    with pytest.raises(Invalid, match=remedy):
        read_hours(typed, field="day0", day="Monday")


@pytest.mark.parametrize(
    ("country", "region", "day", "off"),
    [
        ("DE", "BY", date(2026, 1, 6), True),
        ("DE", "BE", date(2026, 1, 6), False),
        ("US", "", date(2026, 11, 26), True),
        ("GB", "SCT", date(2026, 11, 30), True),
        ("GB", "ENG", date(2026, 11, 30), False),
        ("PL", "", date(2026, 11, 11), True),
        ("", "", date(2026, 12, 25), False),
        ("XX", "", date(2026, 12, 25), False),
        ("DE", "nowhere", date(2026, 12, 25), False),
    ],
)
def test_a_public_holiday_is_one_of_its_country_and_region(country: str, region: str, day: date, off: bool) -> None:
    assert (day in public_holidays(country, region, (2026,))) is off


def test_countries_and_regions_are_named_by_their_codes() -> None:
    assert {"DE", "US", "GB", "FR", "ES", "PL"} <= set(countries())
    assert "BE" in regions("DE")
    assert public_holidays("DE", "", (2026,), "de")[date(2026, 12, 25)] == "Erster Weihnachtstag"

"""Cursors: opaque, whole, and never an error of ours."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Invalid
from hub.services.pages import LARGEST, read_instant, read_number, write_cursor

NUMBERS = st.integers(0, LARGEST)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are plain


@given(NUMBERS)
def test_a_number_comes_back_from_its_cursor(number: int) -> None:
    assert read_number(write_cursor(number)) == number


@given(NUMBERS, INSTANTS)
def test_an_instant_comes_back_from_its_cursor(number: int, at: datetime) -> None:
    assert read_instant(write_cursor(number, at)) == (at, number)


@given(st.text(max_size=60))
def test_any_words_are_a_cursor_or_refused_by_name(words: str) -> None:
    for read in (read_number, read_instant):
        with suppress(Invalid):
            read(words)

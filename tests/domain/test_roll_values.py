"""Days and amounts are read as they were meant, whatever the custom of the country, or refused with the remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.roll_values import DayOrder, day_order, read_cents, read_day, read_months

DAY = date(2026, 4, 3)
DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))


def told(read: Callable[[], object]) -> str:
    """What reading came to, as a sentence."""
    try:
        return f"{read()}."
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    "text",
    ["2026-04-03", "03.04.2026", "3.4.26", "3/4/2026", "03-04-2026", "2026-04-03 00:00", "3 Apr 2026", "3-Apr-26"],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read_day(text, DayOrder.DAY_FIRST) == DAY


@pytest.mark.parametrize("text", ["4/3/2026", "04/03/26", "Apr 3, 2026", "April 3 2026", "2026-04-03"])
def test_a_day_is_read_in_the_american_custom(text: str) -> None:
    assert read_day(text, DayOrder.MONTH_FIRST) == DAY


@pytest.mark.parametrize(
    "text", ["31.2.2026", "soon", "0000-00-00", "1/2/3", "2026", "13/13/2026", "1026-01-01", "\0", "٣"]
)
def test_what_is_no_day_is_told_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no day: write it like|lies outside"):
        read_day(text, DayOrder.DAY_FIRST)


@given(day=DAYS)
def test_every_day_comes_back_from_every_custom(day: date) -> None:
    assert read_day(f"{day:%d.%m.%Y}", DayOrder.MONTH_FIRST) == day
    assert read_day(f"{day:%d/%m/%Y}", DayOrder.DAY_FIRST) == day
    assert read_day(f"{day:%m/%d/%y}", DayOrder.MONTH_FIRST) == day
    assert read_day(day.isoformat(), DayOrder.DAY_FIRST) == day


@given(text=st.text())
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    assert told(lambda: read_day(text, DayOrder.DAY_FIRST)).endswith(".")


@pytest.mark.parametrize(
    ("texts", "region", "order"),
    [
        (["01/02/2026", "13/02/2026"], "US", DayOrder.DAY_FIRST),
        (["01/02/2026", "02/13/2026"], "DE", DayOrder.MONTH_FIRST),
        (["01/02/2026"], "US", DayOrder.MONTH_FIRST),
        (["01/02/2026"], "GB", DayOrder.DAY_FIRST),
        (["13/02/2026", "02/13/2026"], "GB", DayOrder.DAY_FIRST),
        ([], "US", DayOrder.MONTH_FIRST),
    ],
)
def test_one_day_after_the_twelfth_tells_the_custom_of_the_whole_column(
    texts: list[str], region: str, order: DayOrder
) -> None:
    assert day_order(texts, region=region) is order


@pytest.mark.parametrize(
    "text",
    [
        "1140",
        "1140.00",
        "1,140.00",
        "1.140,00",
        "1'140.00",
        "1 140,00",
        "€ 1.140",
        "1,140 EUR",
        "$1,140.00",
        "EUR 1140,0",
        "1,140",
    ],
)
def test_one_amount_is_read_however_it_is_written(text: str) -> None:
    assert read_cents(text) == 114_000


@pytest.mark.parametrize("text", ["-50", "(50.00)", "50-", "−50", "-$50", "-50,00 €", "50.00 CR", "-50,- €"])
def test_a_credit_is_negative(text: str) -> None:
    assert read_cents(text) == -5_000


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0.5", 50), (".5", 50), ("1.1405", 114), ("0.125", 13), ("1,234,567.89", 123_456_789), ("0", 0)],
)
def test_cents_are_kept_to_the_cent(text: str, cents: int) -> None:
    assert read_cents(text) == cents


@pytest.mark.parametrize("text", ["", "free", "1.2.3,4,5x", "12a4", "--", "9" * 20])
def test_what_is_no_amount_is_told_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like 1140\.00"):
        read_cents(text)


@given(cents=st.integers(-(10**11), 10**11))
def test_every_amount_comes_back_from_both_customs(cents: int) -> None:
    american = f"{cents / 100:,.2f}"

    assert read_cents(american) == cents
    assert read_cents(american.translate(str.maketrans(",.", ".,"))) == cents


@given(text=st.text())
def test_any_text_is_an_amount_or_a_sentence(text: str) -> None:
    assert told(lambda: read_cents(text)).endswith(".")


def test_months_of_notice_may_have_their_word() -> None:
    assert read_months("3 months") == 3

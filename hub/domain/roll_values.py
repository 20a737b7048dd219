"""Days and amounts as people write them in rent rolls, in whatever custom of their country."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
LARGEST_CENTS = 10**12
MONTH_FIRST_REGIONS = frozenset({"US", "PH", "PW", "FM", "MH"})
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2}|\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2}|\d{4})")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_WRITTEN = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y")
_SPACES = re.compile(r"[\s'’_]")
_CURRENCY = r"(?:[A-Za-z]{2,4}\.?|[$€£¥])?"
_MONEY = re.compile(
    rf"(?P<before>[-−+(]?){_CURRENCY}(?P<sign>[-−+]?)(?P<digits>[\d.,]+?)(?:,-{{1,2}})?(?:(?P<credit>[Cc][Rr])|{_CURRENCY})(?P<after>[-−)]?)",
    re.ASCII,
)
_GROUPED = re.compile(r"([1-9]\d{0,2}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,](\d+))?", re.ASCII)
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}|\d{4,}))?|0?[.,](\d+)", re.ASCII)


class DayOrder(StrEnum):
    """What comes first in 03/04/2026."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


def day_order(texts: Iterable[str], *, region: str) -> DayOrder:
    """Tell the custom of a column by its days after the twelfth; where none tells, by the country (ISO 3166)."""
    found = [match for text in texts if (match := _SLASHED.match(text.strip()))]
    day_first = any(int(match[1]) > 12 for match in found)
    month_first = any(int(match[2]) > 12 for match in found)
    if day_first != month_first:
        return DayOrder.DAY_FIRST if day_first else DayOrder.MONTH_FIRST
    return DayOrder.MONTH_FIRST if region in MONTH_FIRST_REGIONS else DayOrder.DAY_FIRST


def read_day(text: str, order: DayOrder) -> date:
    """Read a day; raises `ValueError` with a sentence. Two digits of a year are of 1970 to 2069."""
    bare = _CLOCK.sub("", text.strip())
    try:
        day = _read(bare, order)
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no day: write it like 2026-11-30.") from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{text.strip()!r} lies outside 1900 to 2199.")
    return day


def _read(text: str, order: DayOrder) -> date:
    if dotted := _DOTTED.fullmatch(text):
        return date(_year(dotted[3]), int(dotted[2]), int(dotted[1]))
    if slashed := _SLASHED.fullmatch(text):
        one, two = int(slashed[1]), int(slashed[2])
        day, month = (one, two) if order is DayOrder.DAY_FIRST else (two, one)
        return date(_year(slashed[3]), month, day)
    for written in _WRITTEN:
        try:
            return datetime.strptime(text.replace(",", ""), written).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return date.fromisoformat(text.replace("/", "-"))


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 1970 + (int(digits) - 70) % 100


def read_cents(text: str) -> int:
    """Read an amount of money in cents; raises `ValueError` with a sentence.

    1,140.00 and 1.140,00 and 1'140 are one amount; (50) and 50- and -50 are another. One mark with three digits after it
    parts thousands.
    """
    found = _MONEY.fullmatch(_SPACES.sub("", text))
    parts = found and (_GROUPED.fullmatch(found["digits"]) or _PLAIN.fullmatch(found["digits"]))
    if not found or not parts:
        raise ValueError(f"{text.strip()!r} is no amount: write it like 1140.00.")
    whole = re.sub(r"\D", "", parts[1] or "0")
    fraction = parts[3] or (parts[2] if parts.re is _PLAIN else None) or ""
    cents = int(whole) * 100 + (int(f"{fraction:0<4}"[:4]) + 50) // 100
    if cents > LARGEST_CENTS:
        raise ValueError(f"{text.strip()!r} is more than anybody owes: write it like 1140.00.")
    is_credit = found["credit"] or {found["before"], found["sign"], found["after"]} & {"-", "−", "(", ")"}
    return -cents if is_credit else cents


def read_months(text: str) -> int:
    """Read a number of months; raises `ValueError` with a sentence."""
    found = re.fullmatch(r"(\d{1,3})\D*", text.strip())
    if not found:
        raise ValueError(f"{text.strip()!r} is no number of months: write it like 3.")
    return int(found[1])

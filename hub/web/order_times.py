"""Times of visits in forms and in words: a day and two hours of it, where the building is."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import format_datetime

from hub.errors import Invalid
from hub.web.language import _
from hub.web.viewmodels.parts import Choice, Field

HOURS = ("08:00-10:00", "10:00-12:00", "12:00-14:00", "14:00-16:00", "16:00-18:00", "08:00-12:00", "12:00-18:00")
AMOUNT = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?", re.ASCII)
Slot = tuple[datetime, datetime]


def slot_label(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return a time in the reader's language."""
    local = ZoneInfo(zone)
    begins = format_datetime(starts_at.astimezone(local), "EEE d MMM HH:mm", rebase=False)
    return f"{begins}–{format_datetime(ends_at.astimezone(local), 'HH:mm', rebase=False)}"


def slot_fields(
    prefix: str, day_label: str, hours_label: str, form: dict[str, str], wrong: dict[str, str], *, optional: bool
) -> tuple[Field, ...]:
    """Return the two questions for a time, with what was answered and what is wrong with it."""
    chosen = form.get(f"{prefix}_at", HOURS[0])
    hours = tuple(Choice(value=each, label=each.replace("-", "–"), selected=each == chosen) for each in HOURS)
    name = f"{prefix}_on"
    return (
        Field(
            name=name,
            label=day_label,
            kind="date",
            value=form.get(name, ""),
            error=wrong.get(name, ""),
            optional=optional,
        ),
        Field(name=f"{prefix}_at", label=hours_label, kind="select", choices=hours),
    )


def read_slot(form: dict[str, str], prefix: str, zone: str) -> Slot | None:
    """Return the time that was entered, None where no day was; raises `Invalid`."""
    name = f"{prefix}_on"
    words = form.get(name, "").strip()
    if not words:
        return None
    hours = form.get(f"{prefix}_at", HOURS[0])
    try:
        on = date.fromisoformat(words)
    except ValueError as error:
        raise Invalid(_("Write the day like 2026-11-30."), field=name) from error
    if hours not in HOURS or not 2000 <= on.year < 2200:
        raise Invalid(_("Choose a day and one of the times in the list."), field=name)
    begins, ends = (time.fromisoformat(each) for each in hours.split("-"))
    local = ZoneInfo(zone)
    return datetime.combine(on, begins, local), datetime.combine(on, ends, local)


def read_day(words: str, field: str) -> date | None:
    """Return the day that was entered, None where none was; raises `Invalid`."""
    try:
        on = date.fromisoformat(words.strip()) if words.strip() else None
    except ValueError as error:
        raise Invalid(_("Write the date like 2026-11-30."), field=field) from error
    if on is not None and not 2000 <= on.year < 2200:
        raise Invalid(_("Write the date like 2026-11-30."), field=field)
    return on


def read_amount(words: str, field: str) -> int | None:
    """Return an amount of money in cents, None where nothing was entered; raises `Invalid`."""
    if not words.strip():
        return None
    found = AMOUNT.fullmatch(words.strip())
    if found is None:
        raise Invalid(_("Give an amount like 180 or 180.50."), field=field)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

"""Instants, money and statuses in words, the same on every screen (UI page 4.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask_babel import format_currency, format_datetime

from hub.domain.sla import duration
from hub.web.language import _, reading_locale
from hub.web.viewmodels.parts import Instant

MOST_SHOWN = 100_000  # characters of a message, as many as a reply may have
MOST_LINES = 2_000
CHANNEL_ICONS = {"email": "mail", "sms": "smartphone", "portal": "globe", "note": "lock", "phone": "phone"}


def status_words(status: str, role: str = "") -> str:
    """Return a ticket's status as people say it."""
    waits_for = {"owner": _("owner"), "craftsman": _("craftsman")}.get(role, _("tenant"))
    return {
        "new": _("New"),
        "open": _("Open"),
        "pending": _("Waiting for %(who)s", who=waits_for),
        "on_hold": _("Waiting for operations"),
        "closed": _("Closed"),
    }.get(status, status)


def queue_words(queue: str) -> str:
    """Return a queue's name."""
    return {
        "front-desk": _("Front desk"),
        "maintenance": _("Maintenance"),
        "leasing": _("Leasing"),
        "billing": _("Billing"),
        "other": _("Other"),
    }.get(queue, queue)


def priority_words(priority: str) -> str:
    """Return a priority's name."""
    return {"low": _("Low"), "normal": _("Normal"), "high": _("High"), "urgent": _("Urgent")}.get(priority, priority)


def channel_words(channel: str) -> str:
    """Return a channel's name."""
    return {"email": _("email"), "sms": _("SMS"), "portal": _("portal"), "note": _("note"), "phone": _("phone")}.get(
        channel, channel
    )


def age(at: datetime | None, now: datetime, zone: str) -> Instant:
    """Return how long ago something was, with the full date behind it."""
    if at is None:
        return Instant(iso="", words="")
    return Instant(iso=at.isoformat(), words=duration(max(now - at, timedelta(0))), full=full_words(at, zone))


def moment(at: datetime, now: datetime, zone: str) -> Instant:
    """Return a moment: the time today, the day and time this week, else the date."""
    local = at.astimezone(ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()
    pattern = (
        "HH:mm" if local.date() == today else "EEE HH:mm" if today - local.date() < timedelta(days=7) else "d MMM y"
    )
    return Instant(
        iso=at.isoformat(),
        words=format_datetime(local, pattern, rebase=False),
        full=full_words(at, zone),
    )


def full_words(at: datetime, zone: str) -> str:
    """Return a moment with its day, date and zone spelled out."""
    return _spelled(at, zone, reading_locale())


@lru_cache(maxsize=10_000)
def _spelled(at: datetime, zone: str, locale: Locale) -> str:
    """Return the same words for the same moment: a list of fifty tickets shows its moments again and again."""
    return dates.format_datetime(at.astimezone(ZoneInfo(zone)), "full", tzinfo=ZoneInfo(zone), locale=locale)


def clock_time(at: datetime, zone: str) -> str:
    """Return a time to come: its weekday, day and hour."""
    return str(format_datetime(at.astimezone(ZoneInfo(zone)), "EEE d MMM HH:mm", rebase=False))


def day(on: date | None) -> str:
    """Return a date in the reader's language."""
    return _dated(on, reading_locale()) if on else ""


@lru_cache(maxsize=10_000)
def _dated(on: date, locale: Locale) -> str:
    """Return the same words for the same day: a board of two hundred tasks shows its days again and again."""
    return str(dates.format_date(on, "medium", locale=locale))


def money(cents: int | None, currency: str) -> str:
    """Return an amount of money."""
    return str(format_currency(cents / 100, currency)) if cents is not None else ""


def size_words(size: int) -> str:
    """Return a file size."""
    return _("%(n)s MB", n=round(size / 1_000_000, 1)) if size >= 1_000_000 else _("%(n)s KB", n=max(1, size // 1000))


def emergency_number(region: str) -> str:
    """Return whom to call where a life is in danger: 112 works in the EU and, on mobile phones, nearly everywhere."""
    return {"US": "911", "CA": "911", "GB": "999", "AU": "000", "NZ": "111"}.get(region, "112")


def danger_words(region: str) -> str:
    """Return what stands above every form, for those who should not fill it in."""
    return _("Smell of gas, or fire? Leave and call %(number)s.", number=emergency_number(region))


def initials(name: str) -> str:
    """Return the first letters of a name's first and last word."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper() or "?"


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text that are not empty, of a very long one the first: a page must stay a page."""
    return tuple(line for line in text[:MOST_SHOWN].split("\n") if line.strip())[:MOST_LINES]

"""Events of promises as sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import format_datetime

from hub.models import TicketEvent
from hub.web.language import _
from hub.web.words import priority_words


def clock_words(clock: str) -> str:
    """Return what is promised, by its name in the database."""
    return {
        "first_response": _("First answer"),
        "next_response": _("Next answer"),
        "resolution": _("Solution"),
        "news": _("News"),
    }.get(clock, clock)


def promise_sentences(event: TicketEvent) -> dict[str, Callable[[], str]]:
    """Return the sentences of what is said when a promise comes near, is missed, kept or moved."""
    facts = event.facts

    def about() -> dict[str, str]:
        return {"clock": clock_words(facts["clock"]), "due": _moment(facts["due"])}

    return {
        "promise near": lambda: _("%(clock)s is due soon, at %(due)s", **about()),
        "promise missed": lambda: _("%(clock)s is late: it was due at %(due)s", **about()),
        "promise kept": lambda: _("%(clock)s came in time, before %(due)s", **about()),
        "promise ended": lambda: _("%(clock)s is no longer owed", clock=clock_words(facts["clock"])),
        "escalated": lambda: _(
            "Priority %(after)s, because a promise was missed", after=priority_words(facts["after"])
        ),
        "due changed": lambda: _(
            "%(clock)s is due at %(after)s now, not %(before)s: %(reason)s",
            clock=clock_words(facts.get("clock", "first_response")),
            before=_moment(facts["before"]),
            after=_moment(facts["after"]),
            reason=facts["reason"],
        ),
    }


def _moment(iso: str) -> str:
    return str(format_datetime(datetime.fromisoformat(iso), "EEE d MMM HH:mm"))

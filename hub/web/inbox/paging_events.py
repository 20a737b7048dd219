"""Who was paged, who took it: the events of an alarm as sentences."""

from __future__ import annotations

from collections.abc import Callable

from hub.models import TicketEvent
from hub.web.language import _, ngettext

WAYS = ("sms", "voice")


def paging_sentences(event: TicketEvent) -> dict[str, Callable[[], str]]:
    """Return the sentence of each kind of event that an alarm leaves."""
    facts = event.facts
    who = facts.get("who") or _("Somebody")
    return {
        "paged": lambda: _paged(event),
        "page not sent": lambda: (
            _("%(who)s could not be paged: %(why)s", who=facts["who"], why=facts["reason"])
            if facts.get("who")
            else _("Nobody was paged: %(why)s", why=facts["reason"])
        ),
        "nobody on call": lambda: _("Nobody was paged: %(why)s", why=facts["reason"]),
        "nobody answered": lambda: _("Nobody on call answered: everybody sees it now, and paging begins again"),
        "paging asked for": lambda: _("%(who)s asked to page again", who=event.actor_name),
        "taken": lambda: _taken(who, facts.get("how", ""), int(facts.get("minutes", 0))),
        "wrong code": lambda: _(
            "%(who)s texted a code that fits no open emergency: %(code)s", who=who, code=facts["code"]
        ),
        "alarm ended": lambda: _("Paging ended: %(why)s", why=facts["reason"]),
    }


def _paged(event: TicketEvent) -> str:
    facts = event.facts
    if "ways" not in facts:
        return _("On-call paged")
    ways = {"sms": _("by text"), "voice": _("by call")}
    how = _(" and ").join(ways[each] for each in WAYS if each in facts["ways"])
    words = _(
        "%(who)s paged %(how)s (step %(step)s)", who=facts["who"], how=how, step=facts["step"].replace("/", _(" of "))
    )
    return words if facts["round"] == 1 else _("%(words)s, round %(n)s", words=words, n=facts["round"])


def _taken(who: str, how: str, minutes: int) -> str:
    ways = {"sms": _("by text"), "voice": _("by a key in the call")}
    words = _("%(who)s took it %(how)s", who=who, how=ways[how]) if how in ways else _("%(who)s took it", who=who)
    after = ngettext("after %(num)s minute", "after %(num)s minutes", minutes)
    return _("%(words)s, %(after)s", words=words, after=after) if minutes else words

"""Events as sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hub.domain.task import STATE_WORDS, TaskState
from hub.models import TicketEvent
from hub.web.inbox.paging_events import paging_sentences
from hub.web.inbox.promise_events import promise_sentences
from hub.web.language import _
from hub.web.viewmodels.parts import Attachment
from hub.web.words import day, priority_words, queue_words, status_words


def event_words(event: TicketEvent) -> str:
    """Return one line of history as a sentence; a kind without a sentence of its own is named as it is."""
    facts = event.facts
    who = event.actor_name or _("Frontdesk")
    sentences: dict[str, Callable[[], str]] = {
        "created": lambda: _("Ticket opened by %(channel)s", channel=facts.get("channel", "")),
        "reopened": lambda: _("Reopened by an answer"),
        "triaged": lambda: _("Filed under %(queue)s", queue=queue_words(facts.get("queue", ""))),
        "queue changed": lambda: _(
            "%(who)s moved it from %(before)s to %(after)s",
            who=who,
            before=queue_words(facts["before"]),
            after=queue_words(facts["after"]),
        ),
        "queue kept": lambda: _("%(who)s kept %(queue)s", who=who, queue=queue_words(facts["queue"])),
        "assigned": lambda: _(
            "%(who)s assigned it to %(agent)s", who=who, agent=facts.get("name_shown") or _("nobody")
        ),
        "priority changed": lambda: _(
            "%(who)s set the priority to %(after)s", who=who, after=priority_words(facts["after"])
        ),
        "priority raised": lambda: _(
            "A message raised the priority to %(after)s", after=priority_words(facts["after"])
        ),
        "status changed": lambda: (
            _("%(who)s set it to %(after)s", who=who, after=status_words(facts["after"]))
            + (f": {facts['reason']}" if facts.get("reason") else "")
        ),
        "tags changed": lambda: _(
            "%(who)s changed the tags to %(tags)s", who=who, tags=", ".join(facts["after"]) or _("none")
        ),
        "snoozed": lambda: _("%(who)s snoozed it", who=who),
        "mentioned": lambda: _("%(who)s asked %(names)s", who=who, names=", ".join(facts["names"])),
        "merged into": lambda: _("%(who)s merged it into #%(n)s", who=who, n=facts["into"]),
        "merged from": lambda: _(
            "%(who)s merged #%(n)s into it: %(subject)s", who=who, n=facts["merged"], subject=facts["subject"]
        ),
        "people joined": lambda: _("%(who)s said that %(before)s is %(after)s", who=who, **_people(facts)),
        "people parted": lambda: _("%(who)s said that %(after)s is not %(before)s", who=who, **_people(facts)),
        "sender blocked": lambda: _("%(who)s blocked %(address)s", who=who, address=facts["address"]),
        "released": lambda: _("%(who)s released it from quarantine", who=who),
        "call logged": lambda: (
            _("%(who)s wrote down a call, solved on the phone", who=who)
            if facts.get("solved")
            else _("%(who)s wrote down a call", who=who)
        ),
        "allowed": lambda: _("%(who)s promised: %(words)s", who=who, words=facts["words"]),
        "forwarded": lambda: _("%(who)s forwarded a message to %(address)s", who=who, address=facts["address"]),
        "undone": lambda: _("%(who)s took it back", who=who),
        "woken": lambda: _("Back from snoozing"),
        "task created": lambda: _(
            "Task T-%(n)s for %(team)s: %(title)s",
            n=facts["task"],
            team=queue_words(facts["team"]),
            title=facts["title"],
        ),
        "task moved": lambda: _task(facts),
        "task linked": lambda: _(
            "%(who)s lets it wait for T-%(n)s %(title)s", who=who, n=facts["task"], title=facts["title"]
        ),
        "task unlinked": lambda: _(
            "%(who)s lets it wait for T-%(n)s %(title)s no longer", who=who, n=facts["task"], title=facts["title"]
        ),
        "answered from help centre": lambda: _("Answered from the article “%(title)s”", title=facts["title"]),
        "answer solved it": lambda: _("They say that “%(title)s” solved it", title=facts["title"]),
        "person wanted": lambda: _("“%(title)s” was not enough: they want a person", title=facts["title"]),
        "asked whether it is fixed": lambda: _("Asked whether T-%(n)s fixed it", n=facts["task"]),
        "fixed": lambda: _("They say that it is fixed"),
        "not fixed": lambda: (
            _("They say that it is not fixed: %(words)s", words=facts["words"])
            if facts.get("words")
            else _("They say that it is not fixed")
        ),
        "emergency": lambda: _("Possible emergency: %(kind)s", kind=facts.get("emergency", "")),
        **paging_sentences(event),
        **promise_sentences(event),
        "survey sent": lambda: _("Asked how it went"),
        "survey answered": lambda: _("Answered the survey with %(score)s", score=facts["score"]),
        "survey answer changed": lambda: _("Changed the survey answer to %(score)s", score=facts["score"]),
        "not sent": lambda: _("Not delivered to %(who)s: %(why)s", who=facts["recipient"], why=facts["reason"]),
        "not sent to all": lambda: _("Not delivered to everybody: %(why)s", why=facts["reason"]),
        "bounced": lambda: _("Came back from %(who)s: %(why)s", who=facts["recipient"], why=facts["reason"]),
        "opted out": lambda: _("%(who)s wants no more texts", who=facts["address"]),
        "opted in": lambda: _("%(who)s wants texts again", who=facts["address"]),
        "parked": lambda: _("A message could not be read: %(why)s", why=facts["reason"]),
        "retried": lambda: _("%(who)s had the message read again", who=who),
        "reply taken back": lambda: _("%(who)s took a reply back", who=who),
    }
    sentence = sentences.get(event.kind)
    words = sentence() if sentence else event.kind.capitalize()
    reason = facts.get("reason") if sentence is None else ""
    return f"{words}: {reason}" if reason else words


def event_photo(event: TicketEvent) -> Attachment | None:
    """Return the photo of its work that operations sent, where the event is about one."""
    photo, task = event.facts.get("photo", ""), event.facts.get("task", "")
    if not photo:
        return None
    url, name = f"/tasks/{task}/own-photos/{photo}", _("Photo of T-%(n)s", n=task)
    return Attachment(name=name, url=f"{url}?whole", size_words="", thumb_url=url, whole_url=f"{url}?whole", alt=name)


def _task(facts: dict[str, str]) -> str:
    state = STATE_WORDS[TaskState(facts["state"])]
    words = _("T-%(n)s %(title)s: %(state)s", n=facts["task"], title=facts["title"], state=state)
    until = _(", until %(day)s", day=day(date.fromisoformat(facts["until"]))) if facts.get("until") else ""
    return f"{words}, {facts['reason']}{until}" if facts.get("reason") else words


def _people(facts: dict[str, Any]) -> dict[str, str]:
    return {each: facts[each] or _("somebody unknown") for each in ("before", "after")}

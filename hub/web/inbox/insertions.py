"""What `/` offers in a reply, and `@` in a note: answers, canned replies, actions, colleagues."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, request

from hub.domain.access import Ability
from hub.models import Company, Ticket
from hub.services.help.help_centre import search_articles
from hub.services.inbox.macros import change_of, find_macros
from hub.services.inbox.mentions import names_of
from hub.services.tickets.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.language import _
from hub.web.viewmodels.conversation import Insertion
from hub.web.words import priority_words, queue_words, status_words

insertions = guarded(Blueprint("insertions", __name__), staff(Ability.WRITE_TO_PEOPLE))

MOST_ARTICLES = 5


@insertions.get("/tickets/<int:number>/insertions")
def offer(number: int) -> str:
    """Offer what some letters after `/` find."""
    desk = current_desk()
    ticket = find_ticket(desk, actor(), number)
    words = request.args.get("q", "").replace("\0", "").strip()[:100]
    replies = list(_macros(ticket, words))
    meant = [each for each in replies if words and _begins(each.title, words)]
    others = [each for each in replies if each not in meant]
    found = (*meant, *_answers(ticket, words), *others, *_actions(words))
    return render_template("inbox/_insertions.html", insertions=found)


@insertions.get("/tickets/<int:number>/colleagues")
def colleagues(number: int) -> str:
    """Offer the colleagues that some letters after `@` begin."""
    desk = current_desk()
    ticket = find_ticket(desk, actor(), number)
    names = names_of(desk, ticket.company_id, request.args.get("q", "").strip()[:60])
    found = tuple(Insertion(group=_("Colleagues"), title=name, text=f"@{name} ") for name in names)
    return render_template("inbox/_insertions.html", insertions=found)


def _begins(title: str, words: str) -> bool:
    """Tell whether some letters begin a title or a word of it: "hot" means hot water, not a photo."""
    plain, wanted = title.casefold(), words.casefold()
    return plain.startswith(wanted) or any(part.startswith(wanted) for part in plain.split())


def _answers(ticket: Ticket, words: str) -> Iterator[Insertion]:
    if not words:
        return
    desk = current_desk()
    audience = "owners" if ticket.requester_role == "owner" else "residents"
    for found in search_articles(desk, ticket.company_id, audience, words)[:MOST_ARTICLES]:
        article = found.article
        url = f"{desk.settings.base_url}/help/{article.audience}/articles/{article.id}-{article.slug}"
        summary = article.summary or article.title
        yield Insertion(
            group=_("Answers"), title=article.title, text=f"{summary}\n\n{url}\n", more=summary[:120], url=url
        )


def _macros(ticket: Ticket, words: str) -> Iterator[Insertion]:
    desk = current_desk()
    company = desk.session.get_one(Company, ticket.company_id)
    for each in find_macros(desk, actor(), ticket, company, words):
        change = change_of(each.macro.actions, ticket)
        does = []
        if change is not None:
            does = [
                _("sets it to %(status)s", status=status_words(change.status)) if change.status else "",
                _("moves it to %(queue)s", queue=queue_words(change.queue)) if change.queue else "",
                _("priority %(priority)s", priority=priority_words(change.priority)) if change.priority else "",
                _("tags it %(tags)s", tags=", ".join(each.macro.actions.get("tags", ()))) if change.tags else "",
            ]
        to_fill = _("to fill in: %(names)s", names=", ".join(each.open)) if each.open else ""
        more = " · ".join(part for part in (*does, to_fill) if part)
        first = " ".join(each.text.split())[:120]
        yield Insertion(
            group=_("Replies"),
            title=each.macro.name,
            text=each.text,
            more=f"{first} · {more}" if more else first,
            macro=each.macro.id if change is not None else 0,
        )


def _actions(words: str) -> Iterator[Insertion]:
    actions = (
        ("snooze", _("Snooze")),
        ("task", _("New task")),
        ("waive", _("Waive a fee")),
        ("visit", _("Book a visit")),
        ("key", _("Order a key")),
        ("mine", _("Assign to me")),
        ("queue", _("Change the queue")),
        ("close", _("Close")),
    )
    for command, title in actions:
        if words.casefold() in title.casefold():
            yield Insertion(group=_("Actions"), title=title, command=command)

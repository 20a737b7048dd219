"""Searching: the inbox with what a question finds as its list, and the open ticket beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability, Actor
from hub.domain.highlight import cut_passage, mark
from hub.domain.question import STATES, Question, read_question
from hub.errors import NotFound
from hub.models import Company, Ticket
from hub.services.inbox.filters import Filters
from hub.services.inbox.finding import Found, search_tickets, ticket_number
from hub.services.inbox.saved_views import count_with_saved, saved_views
from hub.services.operations.orders import find_order
from hub.services.operations.tasks import find_task
from hub.services.tickets.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, companies_served, guarded, staff
from hub.web.inbox.pages import place_of
from hub.web.inbox.rows import Place, saved_links, ticket_row, view_links
from hub.web.language import _
from hub.web.shell import staff_shell
from hub.web.viewmodels.inbox import InboxPage, TicketList, TicketRow
from hub.web.viewmodels.parts import EmptyState, Link, Pagination

finding = guarded(Blueprint("finding", __name__), staff(Ability.READ_TICKETS))


@finding.get("/search")
def search() -> str | Response:
    """Show the tickets a question finds; a ticket's number leads straight to it."""
    who = actor()
    typed = request.args.get("q", "").replace("\0", "").strip()
    number = ticket_number(typed)
    if number is not None and _exists(who, number):
        return redirect(f"/tickets/{number}")
    page = _page(who, typed, request.args.get("cursor", ""))
    template = "inbox/_list.html" if request.args.get("part") == "list" else "inbox/page.html"
    return render_template(template, page=page)


def _exists(who: Actor, number: int) -> bool:
    try:
        find_ticket(current_desk(), who, number)
    except NotFound:
        return False
    return True


def _page(who: Actor, typed: str, cursor: str) -> InboxPage:
    desk = current_desk()
    place = place_of(who, "all", Filters())
    question = read_question(typed)
    found = search_tickets(desk, who, typed, cursor=cursor)
    companies = companies_served()
    asked = urlencode({"q": typed})
    more = f"/search?{asked}&{urlencode({'cursor': found.next})}" if found.next else ""
    saved = saved_views(desk, who)
    counts = count_with_saved(desk, who, saved)
    things = tuple(_things(who, question))
    return InboxPage(
        shell=staff_shell(who, topics="inbox", place="inbox"),
        title=_("Search: %(words)s", words=typed) if typed else _("Search"),
        views=view_links(counts, ""),
        saved_views=tuple(replace(each, current=False) for each in saved_links(saved, counts, place)),
        list=TicketList(
            title=_("Search"),
            count_words="",
            rows=tuple(_row(place, each, companies[each.company_id], question, found) for each in found.tickets),
            url=f"/search?{asked}",
            live_url=f"/search?{asked}&part=list" if typed and not cursor else "",
            search_value=typed,
            density="comfortable",
            remarks=tuple(_remarks(question, found)),
            things=things,
            empty=None if things else _nothing(typed),
            pagination=Pagination(more=_("Show 50 more"), more_url=more) if more else None,
        ),
        nothing_open=EmptyState(title=_("No ticket is open."), text=_("Choose one from the list.")),
    )


def _row(place: Place, ticket: Ticket, company: Company, question: Question, found: Found) -> TicketRow:
    """Return a row with what was looked for marked in it, and the passage of a message that has it."""
    row = ticket_row(place, ticket, company)
    words = question.marked
    who = f"{row.who} · {row.unit}" if row.unit else row.who
    marked = mark(who, words)
    return replace(
        row,
        found_who=marked,
        unit="" if marked else row.unit,
        found_subject=mark(row.subject, words),
        found_passage=cut_passage(found.passages.get(ticket.id, ""), words),
    )


def _things(who: Actor, question: Question) -> Iterator[Link]:
    """Yield the task or the order whose number was asked for."""
    desk = current_desk()
    try:
        if question.task_id is not None:
            task = find_task(desk, who, question.task_id)
            yield Link(label=f"T-{task.id} {task.title}", url=f"/tasks/{task.id}")
        if question.order_id is not None:
            order = find_order(desk, who, question.order_id)
            task = find_task(desk, who, order.task_id)
            label = _(
                "O-%(n)s for %(craftsman)s: %(title)s", n=order.id, craftsman=order.craftsman_name, title=task.title
            )
            yield Link(label=label, url=f"/tasks/{task.id}")
    except NotFound:
        return


def _remarks(question: Question, found: Found) -> Iterator[str]:
    """Say what a search has done beside finding."""
    if found.nearly:
        yield _("Nothing is called exactly so: these are spelt nearly like it.")
    if question.unknown:
        listed = ", ".join(f"is:{each}" for each in STATES)
        yield _("is:%(word)s says nothing here. There are %(listed)s.", word=question.unknown[0], listed=listed)


def _nothing(typed: str) -> EmptyState:
    if not typed:
        return EmptyState(
            title=_("Type what you look for."),
            text=_(
                "Words of a message, a subject, a file, a name, an address, a phone number, a home, or a number such as "
                "4711, T-88 or O-312. from:, unit: and is:open narrow it."
            ),
        )
    return EmptyState(
        title=_("Nothing has “%(words)s” in it.", words=typed[:80]),
        text=_("Try fewer words, the start of a word, a name, a home or a phone number."),
        actions=(Link(label=_("All tickets"), url="/inbox/all"),),
    )

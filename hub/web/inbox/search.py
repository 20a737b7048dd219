"""Searching: the inbox with what a question finds as its list, and the open ticket beside it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub.domain.access import Ability, Actor
from hub.errors import NotFound
from hub.services.filters import Filters
from hub.services.finding import search_tickets, ticket_number
from hub.services.inbox import companies_of
from hub.services.saved_views import count_with_saved, saved_views
from hub.services.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.guards import actor, guarded, staff
from hub.web.inbox.pages import place_of
from hub.web.inbox.rows import saved_links, ticket_row, view_links
from hub.web.language import _
from hub.web.shell import staff_shell
from hub.web.viewmodels.inbox import InboxPage, TicketList
from hub.web.viewmodels.parts import EmptyState, Link, Pagination

finding = guarded(Blueprint("finding", __name__), staff(Ability.READ_TICKETS))


@finding.get("/search")
def search() -> str | Response:
    """Show the tickets a question finds; a ticket's number leads straight to it."""
    who = actor()
    question = request.args.get("q", "").replace("\0", "").strip()
    number = ticket_number(question)
    if number is not None and _exists(who, number):
        return redirect(f"/tickets/{number}")
    page = _page(who, question, request.args.get("cursor", ""))
    template = "inbox/_list.html" if request.args.get("part") == "list" else "inbox/page.html"
    return render_template(template, page=page)


def _exists(who: Actor, number: int) -> bool:
    try:
        find_ticket(current_desk(), who, number)
    except NotFound:
        return False
    return True


def _page(who: Actor, question: str, cursor: str) -> InboxPage:
    desk = current_desk()
    place = place_of(who, "all", Filters())
    found = search_tickets(desk, who, question, cursor=cursor)
    companies = companies_of(desk, who)
    asked = urlencode({"q": question})
    more = f"/search?{asked}&{urlencode({'cursor': found.next})}" if found.next else ""
    saved = saved_views(desk, who)
    counts = count_with_saved(desk, who, saved)
    return InboxPage(
        shell=staff_shell(who, topics="inbox", place="inbox"),
        title=_("Search: %(words)s", words=question) if question else _("Search"),
        views=view_links(counts, ""),
        saved_views=tuple(replace(each, current=False) for each in saved_links(saved, counts, place)),
        list=TicketList(
            title=_("Search"),
            count_words="",
            rows=tuple(ticket_row(place, each, companies[each.company_id]) for each in found.tickets),
            url=f"/search?{asked}",
            live_url=f"/search?{asked}&part=list" if question and not cursor else "",
            search_value=question,
            empty=_nothing(question),
            pagination=Pagination(more=_("Show 50 more"), more_url=more) if more else None,
        ),
        nothing_open=EmptyState(title=_("No ticket is open."), text=_("Choose one from the list.")),
    )


def _nothing(question: str) -> EmptyState:
    if not question:
        return EmptyState(
            title=_("Type what you look for."),
            text=_("Words of a message, a subject, a name, an address, a phone number, a home or a ticket's number."),
        )
    return EmptyState(
        title=_("Nothing has “%(words)s” in it.", words=question[:80]),
        text=_("Try fewer words, the start of a word, a name, a home or a phone number."),
        actions=(Link(label=_("All tickets"), url="/inbox/all"),),
    )

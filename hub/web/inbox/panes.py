"""What the inbox answers with: the open ticket, the next one, its head, a word; and what was asked for."""

from __future__ import annotations

from dataclasses import replace

from flask import make_response, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from hub.models import Ticket
from hub.web.guards import actor
from hub.web.inbox.asked import wants_fragment
from hub.web.inbox.pages import next_number, open_ticket, ticket_pane
from hub.web.inbox.rows import Place
from hub.web.shell import take_toasts
from hub.web.viewmodels.conversation import TicketPane
from hub.web.viewmodels.inbox import InboxPage
from hub.web.viewmodels.parts import Toast


def go_on(place: Place, number: int, *, stay: bool = False) -> str | AnyResponse:
    """Go to the next ticket of the view, or stay on this one."""
    who = actor()
    following = number if stay else next_number(who, place, number)
    if not wants_fragment():
        return redirect(place.url(following))
    moved = Place(place.view, place.filters, place.now, following, place.companies)
    response = make_response(pane_of(moved))
    response.headers["HX-Push-Url"] = moved.url(following)
    return response


def after_change(place: Place, number: int) -> str | AnyResponse:
    """Show the ticket's head again, and say what happened."""
    if not wants_fragment():
        return redirect(place.url(number))
    if request.headers.get("HX-Target") == "ticket":
        return pane_of(place)
    page = open_ticket(ticket_pane(actor(), place, number))
    return render_template("inbox/_changed.html", page=page, toasts=take_toasts())


def leave_for(url: str) -> AnyResponse:
    """Lead to another page, from a fragment too."""
    if not wants_fragment():
        return redirect(url)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = url
    return response


def say(words: str) -> AnyResponse:
    """Say something and change nothing of the page."""
    response = make_response(render_template("inbox/_said.html", toasts=(Toast(text=words),)))
    response.headers["HX-Reswap"] = "none"
    return response


def pane_of(place: Place, *, found: Ticket | None = None, before: int | None = None) -> str:
    """Return the open ticket as a fragment, with the page's title and what is to be said: its list is there already."""
    pane = None
    if place.number is not None:
        pane = ticket_pane(actor(), place, place.number, found=found, before=before)
    opened = open_ticket(pane)
    toasts = take_toasts()
    said = render_template("inbox/_said.html", toasts=toasts) if toasts else ""
    return f"<title>{escape(opened.title)}</title>" + render_template("inbox/_ticket.html", page=opened) + said


def with_pane(page: InboxPage, pane: TicketPane) -> InboxPage:
    """Return a page with another open ticket."""
    return replace(page, ticket=pane)

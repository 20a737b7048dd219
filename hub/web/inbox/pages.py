"""The inbox as a page and as the fragments that live updates fetch."""

from __future__ import annotations

from dataclasses import replace

from hub.domain.access import Ability, Actor
from hub.models import Ticket
from hub.services.inbox.around import Around, look_around
from hub.services.inbox.conversation import conversation_of, select_conversation, turn_back
from hub.services.inbox.filters import Filters, names_of
from hub.services.inbox.inbox import list_tickets
from hub.services.inbox.saved_views import count_with_saved
from hub.services.people.person import person_of, select_person
from hub.services.sending.answer_target import target_among
from hub.services.tickets.tickets import find_ticket
from hub.services.together import read_together
from hub.web.desk import current_desk
from hub.web.guards import companies_served
from hub.web.inbox.composer import composer_of, frame_of
from hub.web.inbox.person import person_panel
from hub.web.inbox.rows import Place, saved_links, ticket_list, view_links
from hub.web.inbox.thread import suggestions_of, thread_of, triage_bar
from hub.web.language import _
from hub.web.shell import staff_shell
from hub.web.viewmodels.conversation import TicketPane
from hub.web.viewmodels.inbox import InboxPage, OpenTicket
from hub.web.viewmodels.parts import EmptyState


def place_of(actor: Actor, view: str, filters: Filters, number: int | None = None) -> Place:
    """Return where the reader is."""
    return Place(view, filters, current_desk().clock.now(), number, len(actor.grants))


def inbox_page(
    actor: Actor,
    place: Place,
    *,
    cursor: str = "",
    draft: str = "",
    found: Ticket | None = None,
    first: bool = False,
    before: int | None = None,
) -> InboxPage:
    """Return the whole inbox with the open ticket, or with none; `first` opens the most urgent one.

    `found` is the ticket where it has been looked up already.
    """
    desk = current_desk()
    page = list_tickets(desk, actor, place.view, filters=place.filters, cursor=cursor)
    if first and page.tickets:
        found = page.tickets[0]
        place = replace(place, number=found.id)
    around = look_around(desk, actor, [each.id for each in page.tickets], opened=place.number)
    counts = count_with_saved(desk, actor, around.saved)
    pane = None
    if place.number is not None:
        pane = ticket_pane(actor, place, place.number, draft=draft, around=around, found=found, before=before)
    opened = open_ticket(pane)
    kept = saved_links(around.saved, counts, place)
    return InboxPage(
        shell=staff_shell(actor, topics="inbox", place="inbox"),
        title=opened.title,
        views=view_links(counts, "" if any(each.current for each in kept) else place.view),
        saved_views=kept,
        list=ticket_list(
            place,
            page,
            companies_served(),
            counts,
            drafts=around.drafts.tickets,
            present=around.present,
            saved=around.saved,
            names=names_of(desk, actor, place.filters),
            actor=actor,
        ),
        ticket=pane,
        nothing_open=opened.nothing_open,
        pane="ticket" if place.number is not None else "list",
        log_call_url="/tickets/new" if actor.can_anywhere(Ability.WORK_TICKETS) else "",
    )


def ticket_pane(
    actor: Actor,
    place: Place,
    number: int,
    *,
    after: int = 0,
    before: int | None = None,
    draft: str = "",
    around: Around | None = None,
    found: Ticket | None = None,
) -> TicketPane:
    """Return one open ticket: conversation, composer, person.

    `draft` is a reply that was taken back; `before` shows what was said before a message, `after` what after one. Raises
    `NotFound`.
    """
    desk = current_desk()
    ticket = found or find_ticket(desk, actor, number)
    around = around or look_around(desk, actor, (), opened=number)
    asked = select_conversation(desk, ticket)
    answers = read_together(desk.session, *asked, *select_person(actor, ticket, place.now.date()))
    talk = conversation_of(desk, ticket, *answers[: len(asked)])
    shown = turn_back(desk, talk, before) if before is not None else talk
    person = person_of(actor, ticket, *answers[len(asked) :])
    target = target_among(desk, ticket, person.reached)
    cannot = "" if target.recipients else _("There is no address to reply to: add one to the person first.")
    return TicketPane(
        thread=thread_of(place, shown, after=after, present=around.present.get(number, [])),
        composer=composer_of(
            place, talk, actor, around.drafts, target=target, person=person, cannot_reply=cannot, draft=draft
        ),
        person=person_panel(place, talk, person),
        triage=triage_bar(talk),
        suggestions=suggestions_of(
            talk, desk.settings.base_url, greeting=frame_of(talk, target, person, actor.name)[0].greeting
        ),
    )


def open_ticket(pane: TicketPane | None) -> OpenTicket:
    """Return what a page shows beside its list: a ticket, or that none is open."""
    if pane is not None:
        return OpenTicket(title=f"#{pane.thread.number} {pane.thread.subject}", ticket=pane, nothing_open=None)
    nothing = EmptyState(title=_("No ticket is open."), text=_("Choose one from the list."))
    return OpenTicket(title=_("Inbox"), ticket=None, nothing_open=nothing)


def first_number(actor: Actor, place: Place) -> int | None:
    """Return the most urgent ticket of a view."""
    page = list_tickets(current_desk(), actor, place.view, filters=place.filters, limit=1)
    return page.tickets[0].id if page.tickets else None


def next_number(actor: Actor, place: Place, left: int) -> int | None:
    """Return the ticket to go to after one was dealt with: the most urgent other one of the view."""
    page = list_tickets(current_desk(), actor, place.view, filters=place.filters, limit=2)
    return next((each.id for each in page.tickets if each.id != left), None)

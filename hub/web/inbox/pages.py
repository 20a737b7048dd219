"""The inbox as a page and as the fragments that live updates fetch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from hub.domain.access import Ability, Actor
from hub.services.answer_target import reply_target
from hub.services.drafts import Drafts, drafts_among
from hub.services.filters import Filters, names_of
from hub.services.inbox import companies_of, list_tickets, open_conversation
from hub.services.person import find_person
from hub.services.presence import Colleague, present_at
from hub.services.saved_views import count_with_saved, saved_views
from hub.web.desk import current_desk
from hub.web.inbox.composer import composer_of
from hub.web.inbox.person import person_panel
from hub.web.inbox.rows import Place, saved_links, ticket_list, view_links
from hub.web.inbox.thread import suggestions_of, thread_of, triage_bar
from hub.web.language import _
from hub.web.shell import staff_shell
from hub.web.viewmodels.conversation import TicketPane
from hub.web.viewmodels.inbox import InboxPage
from hub.web.viewmodels.parts import EmptyState


@dataclass(frozen=True, slots=True)
class Around:
    """What is being written on the tickets of a page: my drafts, and who else is there."""

    drafts: Drafts = field(default_factory=Drafts)
    present: dict[int, list[Colleague]] = field(default_factory=dict)


def look_around(actor: Actor, numbers: Collection[int], *, opened: int | None) -> Around:
    """Return what is being written on some tickets and on the open one, in two statements."""
    desk = current_desk()
    everywhere = {*numbers, *({opened} if opened is not None else ())}
    return Around(drafts_among(desk, actor, numbers, opened=opened), present_at(desk, actor, everywhere))


def place_of(actor: Actor, view: str, filters: Filters, number: int | None = None) -> Place:
    """Return where the reader is."""
    return Place(view, filters, current_desk().clock.now(), number, len(actor.grants))


def inbox_page(actor: Actor, place: Place, *, cursor: str = "", draft: str = "") -> InboxPage:
    """Return the whole inbox with the open ticket, or with none."""
    desk = current_desk()
    saved = saved_views(desk, actor)
    counts = count_with_saved(desk, actor, saved)
    page = list_tickets(desk, actor, place.view, filters=place.filters, cursor=cursor)
    companies = companies_of(desk, actor)
    around = look_around(actor, [each.id for each in page.tickets], opened=place.number)
    pane = ticket_pane(actor, place, place.number, draft=draft, around=around) if place.number is not None else None
    kept = saved_links(saved, counts, place)
    title = f"#{place.number} {pane.thread.subject}" if pane else _("Inbox")
    return InboxPage(
        shell=staff_shell(actor, topics="inbox", place="inbox"),
        title=title,
        views=view_links(counts, "" if any(each.current for each in kept) else place.view),
        saved_views=kept,
        list=ticket_list(
            place,
            page,
            companies,
            counts,
            drafts=around.drafts.tickets,
            present=around.present,
            saved=saved,
            names=names_of(desk, actor, place.filters),
            actor=actor,
        ),
        ticket=pane,
        nothing_open=None if pane else EmptyState(title=_("No ticket is open."), text=_("Choose one from the list.")),
        pane="ticket" if place.number is not None else "list",
        log_call_url="/tickets/new" if actor.can_anywhere(Ability.WORK_TICKETS) else "",
    )


def ticket_pane(
    actor: Actor, place: Place, number: int, *, after: int = 0, draft: str = "", around: Around | None = None
) -> TicketPane:
    """Return one open ticket: conversation, composer, person. `draft` is a reply that was taken back."""
    desk = current_desk()
    around = around or look_around(actor, (), opened=number)
    talk = open_conversation(desk, actor, number)
    person = find_person(desk, actor, talk.ticket)
    target = reply_target(desk, talk.ticket)
    cannot = "" if target.recipients else _("There is no address to reply to: add one to the person first.")
    return TicketPane(
        thread=thread_of(place, talk, after=after, present=around.present.get(number, [])),
        composer=composer_of(
            place, talk, actor, around.drafts, target=target, person=person, cannot_reply=cannot, draft=draft
        ),
        person=person_panel(place, talk, person),
        triage=triage_bar(talk),
        suggestions=suggestions_of(talk, desk.settings.base_url),
    )


def first_number(actor: Actor, place: Place) -> int | None:
    """Return the most urgent ticket of a view."""
    page = list_tickets(current_desk(), actor, place.view, filters=place.filters, limit=1)
    return page.tickets[0].id if page.tickets else None


def next_number(actor: Actor, place: Place, left: int) -> int | None:
    """Return the ticket to go to after one was dealt with: the most urgent other one of the view."""
    page = list_tickets(current_desk(), actor, place.view, filters=place.filters, limit=2)
    return next((each.id for each in page.tickets if each.id != left), None)

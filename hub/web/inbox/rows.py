"""The list of tickets: views, rows, and what an empty list says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from hub.domain.access import Actor
from hub.domain.promises import RESPONSES
from hub.domain.sla import duration, promise_for, read_clock
from hub.domain.ticket import Priority, TicketStatus
from hub.models import Agent, Company, SavedView, Ticket
from hub.services.inbox.filters import MINE, NOBODYS, Filters
from hub.services.inbox.inbox import MOST_COUNTED, TicketPage
from hub.services.inbox.presence import Colleague
from hub.services.inbox.saved_views import address_of, may_change, path_of
from hub.services.settings.setup import QUEUES
from hub.web.desk import current_desk
from hub.web.inbox.asked import place_words
from hub.web.inbox.promise_events import clock_words
from hub.web.language import _
from hub.web.shell import DENSITIES
from hub.web.viewmodels.inbox import BulkBar, Density, TicketList, TicketRow, ViewLink
from hub.web.viewmodels.parts import Chip, Choice, Clock, ClockTone, EmptyState, Link, Pagination
from hub.web.words import CHANNEL_ICONS, age, channel_words, priority_words, queue_words, status_words

TONES: dict[str, ClockTone] = {"neutral": "neutral", "warn": "warn", "danger": "late", "ok": "ok", "pause": "paused"}
SHOWN_IN_ROW = frozenset({"warn", "late", "paused"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader is: the view, its filters, the open ticket, and the moment the page is drawn."""

    view: str
    filters: Filters
    now: datetime
    number: int | None = None
    companies: int = 1

    @property
    def query(self) -> str:
        """Return the filters as a query string with its question mark."""
        words = urlencode(self.filters.words)
        return f"?{words}" if words else ""

    @property
    def words(self) -> str:
        """Return the view and its filters as a query string, for addresses that lead back here."""
        return place_words(self.view, self.filters)

    def url(self, number: int | None = None) -> str:
        """Return the address of this view, with a ticket open."""
        return f"/inbox/{self.view}{f'/{number}' if number else ''}{self.query}"


def view_names() -> dict[str, str]:
    """Return the views' names, in the order of the menu."""
    return {
        "triage": _("Triage"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "waiting": _("Waiting"),
        "snoozed": _("Snoozed"),
        "mentions": _("Mentions"),
        "sent": _("Sent"),
        "closed": _("Closed"),
        "all": _("All"),
        "quarantine": _("Spam"),
    }


def view_links(counts: dict[str, int], current: str) -> tuple[ViewLink, ...]:
    """Return the menu of views with how many tickets are in each."""
    commands = {"triage": "go-triage", "unassigned": "go-unassigned", "waiting": "go-waiting"}
    return tuple(
        ViewLink(
            label=label,
            url=f"/inbox/{view}",
            count=count_words(counts.get(f"/inbox/{view}")),
            current=view == current,
            command=commands.get(view, ""),
        )
        for view, label in view_names().items()
    )


def saved_links(saved: Sequence[SavedView], counts: dict[str, int], place: Place) -> tuple[ViewLink, ...]:
    """Return the views that were kept, with how many tickets are in each."""
    return tuple(
        ViewLink(
            label=each.name,
            url=address_of(each),
            count=count_words(counts.get(address_of(each))),
            current=address_of(each) == place.url(),
        )
        for each in saved
    )


def count_words(count: int | None) -> str:
    """Return a count, cut at a thousand."""
    if count is None:
        return ""
    return f"{MOST_COUNTED}+" if count >= MOST_COUNTED else str(count)


def presence_words(present: Sequence[Colleague]) -> str:
    """Return who else is at a ticket, as a sentence: those who reply before those who only look."""
    replying = [each.name for each in present if each.replying]
    names = ", ".join(replying or [each.name for each in present])
    if not names:
        return ""
    return _("%(names)s is replying", names=names) if replying else _("%(names)s is viewing", names=names)


def ticket_list(
    place: Place,
    page: TicketPage,
    companies: dict[int, Company],
    counts: dict[str, int],
    *,
    drafts: Collection[int] = (),
    present: Mapping[int, Sequence[Colleague]] | None = None,
    saved: Sequence[SavedView] = (),
    names: Mapping[str, str] | None = None,
    actor: Actor | None = None,
) -> TicketList:
    """Return the middle pane; `drafts` are the tickets I have begun to write on, `present` who else is where."""
    others = present or {}
    more = f"{place.url()}{'&' if place.query else '?'}{urlencode({'cursor': page.next})}" if page.next else ""
    return TicketList(
        title=next((each.name for each in saved if address_of(each) == place.url()), view_names()[place.view]),
        count_words=count_words(counts.get(place.url())),
        rows=tuple(
            ticket_row(
                place, each, companies[each.company_id], draft=each.id in drafts, present=others.get(each.id, ())
            )
            for each in page.tickets
        ),
        url=place.url(),
        live_url=f"{place.url()}{'&' if place.query else '?'}part=list{f'&open={place.number}' if place.number else ''}",
        filters=filter_chips(place, names or {}),
        filter_url=f"/inbox/{place.view}/filter{place.query}",
        keep=_keeping(place, saved, actor),
        empty=_empty(place, counts),
        pagination=Pagination(more=_("Show 50 more"), more_url=more) if more else None,
        bulk=bulk_bar(place),
        density=_density(actor),
    )


def _density(actor: Actor | None) -> Density:
    """Return how dense an agent wants their lists; who they are is known since the guard let them in."""
    agent = current_desk().session.get(Agent, actor.agent_id) if actor is not None and actor.agent_id else None
    return DENSITIES.get(agent.density, "default") if agent is not None else "default"


def bulk_bar(place: Place) -> BulkBar:
    """Return what can be done to several tickets at once."""
    mine = (
        Choice(value="assignee:me", label=_("Assign to me")),
        Choice(value="assignee:", label=_("Assign to nobody")),
    )
    queues = tuple(Choice(value=f"queue:{each}", label=queue_words(each)) for each in QUEUES)
    times = (("later", _("Later today")), ("tomorrow", _("Tomorrow")), ("monday", _("Next Monday")))
    snooze = tuple(Choice(value=f"snooze:{value}", label=label) for value, label in times)
    ranks = tuple(Choice(value=f"priority:{each}", label=priority_words(each)) for each in Priority)
    groups = ((_("Assign"), mine), (_("Queue"), queues), (_("Snooze"), snooze), (_("Priority"), ranks))
    return BulkBar(action=f"/tickets/bulk?{place.words}", groups=groups)


def ticket_row(
    place: Place, ticket: Ticket, company: Company, *, draft: bool = False, present: Sequence[Colleague] = ()
) -> TicketRow:
    """Return one row; its accessible name says all of it in one sentence."""
    clock = ticket_clock(ticket, place.now, company.time_zone)
    unit = ticket.unit_label or (_("owner") if ticket.requester_role == "owner" else "")
    waited = age(ticket.waiting_since or ticket.last_activity_at, place.now, company.time_zone)
    spoken = clock.words.replace(" min", _(" minutes")).replace(" h", _(" hours"))
    replying = [each for each in present if each.replying]
    blocker = presence_words(replying) or (_("wants a person") if ticket.wants_person else "") or ticket.blocker
    parts = [
        str(ticket.id),
        _("emergency") if ticket.emergency else "",
        ticket.requester_name,
        unit,
        ticket.subject,
        spoken[:1].lower() + spoken[1:],
        presence_words(replying) or blocker[:1].lower() + blocker[1:],
        _("draft") if draft else "",
        _("unread") if ticket.unread else "",
        company.name if place.companies > 1 else "",
    ]
    return TicketRow(
        number=ticket.id,
        url=place.url(ticket.id),
        accessible_name=", ".join(part for part in parts if part),
        who=ticket.requester_name,
        unit=unit,
        subject=ticket.subject,
        preview=ticket.preview if ticket.preview != ticket.subject else "",
        age=waited,
        channel=channel_words(ticket.channel),
        channel_icon=CHANNEL_ICONS.get(ticket.channel, "mail"),
        queue=queue_words(ticket.queue),
        status_words=status_words(ticket.status, ticket.requester_role),
        clock=clock if clock.tone in SHOWN_IN_ROW else None,
        blocker=blocker,
        company=company.name if place.companies > 1 else "",
        unread=ticket.unread,
        emergency=ticket.emergency,
        selected=ticket.id == place.number,
        draft=draft,
        emergency_words=_("Emergency") if ticket.emergency else "",
    )


def ticket_clock(ticket: Ticket, now: datetime, zone: str) -> Clock:
    """Return the clock of a ticket in the words every screen uses."""
    answer = next((ticket.clocks[kind] for kind in RESPONSES if "due" in ticket.clocks.get(kind, {})), None)
    target = timedelta(minutes=answer["minutes"]) if answer else promise_for(Priority(ticket.priority)).amount
    reading = read_clock(
        now=now,
        status=TicketStatus(ticket.status),
        waiting_since=ticket.waiting_since,
        due_at=ticket.due_at,
        first_message_at=ticket.first_message_at,
        first_response_at=ticket.first_response_at,
        target=target,
    )
    due = ticket.due_at if ticket.waiting_since is not None else None
    same_day = due is not None and due - now < target + timedelta(minutes=1)
    return Clock(
        words=reading.words,
        tone=TONES[reading.tone],
        due_iso=due.isoformat() if same_day and due else "",
        explained=" ".join(_promised(ticket, now, zone)),
    )


def _promised(ticket: Ticket, now: datetime, zone: str) -> Iterator[str]:
    """Say of every clock what was promised and when it is due."""
    if not ticket.clocks and ticket.waiting_since is not None and ticket.due_at is not None:
        yield _("Due %(at)s.", at=age(ticket.due_at, now, zone).full)
    for kind, clock in ticket.clocks.items():
        if "due" in clock:
            within = duration(timedelta(minutes=clock["minutes"]))
            promise = _("%(within)s of business hours", within=within) if clock["business"] else within
            due = age(datetime.fromisoformat(clock["due"]), now, zone).full
            yield _("%(what)s within %(promise)s. Due %(at)s.", what=clock_words(kind), promise=promise, at=due)


def filter_chips(place: Place, names: Mapping[str, str]) -> tuple[Chip, ...]:
    """Return what narrows a view, each to be taken off alone; `names` are those of what has only a number."""
    chosen = place.filters
    labels = {
        "status": status_words(chosen.status),
        "waiting": waiting_words().get(chosen.waiting, ""),
        "queue": queue_words(chosen.queue),
        "assignee": assignee_words().get(chosen.assignee) or names.get("assignee", ""),
        "priority": priority_words(chosen.priority),
        "tag": chosen.tag,
        "channel": channel_words(chosen.channel),
        "property": names.get("property", ""),
        "company": chosen.company,
    }
    return tuple(
        Chip(label=labels[name], remove_url=path_of(place.view, chosen.without(name))) for name in chosen.words
    )


def waiting_words() -> dict[str, str]:
    """Return whose turn it can be, in words."""
    return {"us": _("Waiting for us"), "person": _("Waiting for them"), "operations": _("Waiting for operations")}


def assignee_words() -> dict[str, str]:
    """Return whom a ticket can be assigned to beside a colleague by name."""
    return {MINE: _("Mine"), NOBODYS: _("Nobody's")}


def _keeping(place: Place, saved: Sequence[SavedView], actor: Actor | None) -> Link | None:
    """Return the way to keep a view with filters, or to change one that is kept."""
    kept = next((each for each in saved if address_of(each) == place.url()), None)
    if kept is not None:
        mine = actor is not None and may_change(actor, kept)
        return Link(label=_("Change this view"), url=f"/views/{kept.id}") if mine else None
    return Link(label=_("Keep this view"), url=f"/inbox/{place.view}/keep{place.query}") if place.query else None


def _empty(place: Place, counts: dict[str, int]) -> EmptyState:
    if place.query:
        return EmptyState(
            title=_("No tickets fit these filters."),
            actions=(Link(label=_("Clear filters"), url=f"/inbox/{place.view}"),),
        )
    others = [
        view
        for view in ("triage", "unassigned", "mine", "snoozed")
        if view != place.view and counts.get(f"/inbox/{view}")
    ]
    names = view_names()
    actions = tuple(
        Link(label=f"{names[view]} ({count_words(counts[f'/inbox/{view}'])})", url=f"/inbox/{view}")
        for view in others[:2]
    )
    return EmptyState(title=_("Nobody is waiting here."), text=_("New messages appear by themselves."), actions=actions)

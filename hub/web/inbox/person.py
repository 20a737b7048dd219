"""The person panel: who this is with, in the order agents look for it."""

from __future__ import annotations

from collections.abc import Iterator

from hub.domain.task import STATE_WORDS, TaskState
from hub.models import Company, OutsideTask
from hub.services.conversation import Conversation
from hub.services.outside_tasks import is_stale
from hub.services.person import Person
from hub.web.desk import current_desk
from hub.web.inbox.rows import Place
from hub.web.language import _
from hub.web.viewmodels.parts import Chip, Fact, Link
from hub.web.viewmodels.person import ContactLine, PanelItem, PanelSection, PersonPanel
from hub.web.words import age, day, money, status_words

ZONE = "Europe/Berlin"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "tr": "Türkçe",
    "fr": "Français",
    "pl": "Polski",
    "ar": "العربية",
    "uk": "Українська",
}


def person_panel(place: Place, talk: Conversation, person: Person) -> PersonPanel:
    """Return the panel beside a conversation."""
    ticket = talk.ticket
    contact = person.contact
    roles = {
        "resident": _("tenant"),
        "owner": _("owner"),
        "craftsman": _("craftsman"),
        "former": _("former tenant"),
    }
    remarks = []
    if contact is not None and contact.language:
        remarks.append(_("speaks %(language)s", language=LANGUAGES.get(contact.language, contact.language)))
    if contact is not None and contact.prefers:
        remarks.append(_("prefers %(channel)s", channel=contact.prefers))
    return PersonPanel(
        name=ticket.requester_name,
        role=roles.get(ticket.requester_role, _("unknown sender") if contact is None else _("not linked to a home")),
        live_url=f"/tickets/{ticket.id}?part=person&{place.words}",
        contacts=tuple(_contacts(person)),
        remarks=tuple(remarks),
        tags=tuple(Chip(label=tag) for tag in (contact.tags if contact else ())),
        sections=tuple(_sections(talk.company, ticket.id, place, person)),
    )


def _contacts(person: Person) -> Iterator[ContactLine]:
    for each in person.identities:
        phone = each.kind == "phone"
        words = (
            each.value
            + (f" ({_('said STOP')})" if each.opted_out_at else "")
            + (f" ({_('does not exist')})" if each.dead_since else "")
        )
        yield ContactLine(
            kind=_("Phone") if phone else _("Email"),
            words=words,
            icon="phone" if phone else "mail",
            url=f"tel:{each.value}" if phone else f"mailto:{each.value}",
        )


def _sections(company: Company, number: int, place: Place, person: Person) -> Iterator[PanelSection]:
    if person.unit is not None and person.home is not None:
        facts = [Fact(label=_("Unit"), value=f"{person.home.name}, {person.unit.label}")]
        facts += [Fact(label=_("Floor"), value=person.unit.floor)] if person.unit.floor else []
        facts += [Fact(label=_("Access"), value=person.unit.access_notes)] if person.unit.access_notes else []
        yield PanelSection(title=_("Home"), facts=tuple(facts))
    if person.owned:
        yield PanelSection(title=_("Owns"), items=tuple(PanelItem(title=each.name) for each in person.owned))
    if person.lease is not None:
        ends = day(person.lease.ends_on) or _("open")
        facts = [Fact(label=_("Since"), value=f"{day(person.lease.starts_on)} → {ends}")]
        if person.rent is not None:
            facts.append(
                Fact(
                    label=_("Rent"),
                    value=f"{money(person.rent.amount_cents, company.currency)} ({_('since %(day)s', day=day(person.rent.starts_on))})",
                )
            )
        yield PanelSection(title=_("Lease"), facts=tuple(facts))
        yield PanelSection(title=_("Balance"), facts=(_balance(company, person),))
    tasks = tuple(
        PanelItem(
            title=f"T-{each.id} {each.title}",
            url=f"/tasks/{each.id}",
            words=STATE_WORDS[TaskState(each.state)] + (f": {each.blocked_reason}" if each.blocked_reason else ""),
            tone="warn" if each.state == TaskState.BLOCKED else "neutral",
        )
        for each in person.tasks
    )
    new_task = Link(label=_("New task"), url=f"/tickets/{number}/tasks/new?{place.words}")
    yield PanelSection(
        title=_("Open work"), items=tasks, empty=_("No task yet."), action=new_task, action_command="task"
    )
    if person.elsewhere:
        yield PanelSection(title=_("Work elsewhere"), items=tuple(_elsewhere(each) for each in person.elsewhere))
    earlier = tuple(
        PanelItem(
            title=each.subject,
            url=f"/tickets/{each.id}",
            words=f"{day(each.last_activity_at.date())} · {status_words(each.status, each.requester_role)}",
        )
        for each in person.earlier
    )
    yield PanelSection(title=_("Earlier"), items=earlier, empty=_("This is the first ticket."))
    if person.household:
        yield PanelSection(
            title=_("Also in this home"), items=tuple(PanelItem(title=each.name) for each in person.household)
        )


def _elsewhere(task: OutsideTask) -> PanelItem:
    """Return what another program says of a task of its own: how it stands there, and how long ago that was said."""
    now = current_desk().clock.now()
    stale = is_stale(task, now)
    said = _("%(age)s ago", age=age(task.as_of, now, ZONE).words)
    return PanelItem(
        title=f"{task.source} {task.outside_id}",
        url=task.url,
        words=f"{task.state}{f': {task.words}' if task.words else ''} · {said}{_(', stale') if stale else ''}",
        tone="warn" if stale else "neutral",
    )


def _balance(company: Company, person: Person) -> Fact:
    """Return what is owed in words as well as in figures, or that this role may not see it."""
    lease = person.lease
    if not person.balance_shown:
        return Fact(label=_("Balance"), value=_("Hidden for your role"), hidden=True)
    if lease is None or lease.balance_cents is None:
        return Fact(label=_("Balance"), value=_("not known"))
    amount = money(abs(lease.balance_cents), company.currency)
    on = f" ({day(lease.balance_on)})" if lease.balance_on else ""
    if lease.balance_cents < 0:
        return Fact(label=_("Balance"), value=f"{amount} {_('owed')}{on}", tone="warn")
    credit = f" {_('in credit')}" if lease.balance_cents else ""
    return Fact(label=_("Balance"), value=f"{amount}{credit}{on}", tone="ok")

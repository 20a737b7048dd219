"""The person panel: who this is with, in the order agents look for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from hub.domain.order import STATE_WORDS as ORDER_WORDS
from hub.domain.order import OrderState
from hub.domain.task import STATE_WORDS, TaskState
from hub.models import Company, OutsideTask, Task, Ticket
from hub.services.inbox.conversation import Conversation
from hub.services.operations.outside_tasks import is_stale
from hub.services.people.person import OfHome, Person
from hub.web.desk import current_desk
from hub.web.inbox.rows import Place
from hub.web.language import _
from hub.web.viewmodels.parts import Chip, Fact, Link
from hub.web.viewmodels.person import ContactLine, PanelItem, PanelSection, PersonPanel
from hub.web.words import age, day, money, queue_words, status_words

ZONE = "Europe/Berlin"
MOST_SCOPE = 60
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
    phones = [each for each in person.identities if each.kind == "phone"]
    if phones:
        refused = [each for each in phones if each.opted_out_at is not None]
        remarks.append(
            _("wants no texts since %(day)s", day=day(refused[0].opted_out_at.date()))
            if refused and refused[0].opted_out_at
            else _("may be sent texts")
        )
    return PersonPanel(
        name=ticket.requester_name,
        role=roles.get(ticket.requester_role, _("unknown sender") if contact is None else _("not linked to a home")),
        live_url=f"/tickets/{ticket.id}?part=person&{place.words}",
        contacts=tuple(_contacts(person)),
        remarks=tuple(remarks),
        tags=tuple(Chip(label=tag) for tag in (contact.tags if contact else ())),
        sections=tuple(_sections(talk.company, ticket.id, place, person)),
        change=Link(
            label=_("Not %(name)s? Say who it is", name=ticket.requester_name),
            url=f"/tickets/{ticket.id}/person?{place.words}",
        )
        if contact is None or not (contact.outside_id or person.lease or person.owned or contact.role == "craftsman")
        else None,
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
    yield from _home(person)
    yield from _owner(company, person)
    yield from _craftsman(company, person)
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
    tasks = tuple(_task(each) for each in (*person.tasks, *person.other_tasks))
    new_task = Link(label=_("New task"), url=f"/tickets/{number}/tasks/new?{place.words}")
    yield PanelSection(
        title=_("Open work"), items=tasks, empty=_("No task yet."), action=new_task, action_command="task"
    )
    if person.elsewhere:
        yield PanelSection(title=_("Work elsewhere"), items=tuple(_elsewhere(each) for each in person.elsewhere))
    earlier = tuple(_earlier(each) for each in person.earlier)
    yield PanelSection(title=_("Earlier"), items=earlier, empty=_("This is the first ticket."))
    if person.of_home:
        yield PanelSection(title=_("Earlier in this home"), items=tuple(_of_home(each) for each in person.of_home))
    if person.household:
        yield PanelSection(
            title=_("Also in this home"), items=tuple(PanelItem(title=each.name) for each in person.household)
        )


def _home(person: Person) -> Iterator[PanelSection]:
    """Yield where they live, and how one gets in."""
    if person.unit is None or person.home is None:
        return
    street = ", ".join(
        part for part in (person.home.street, f"{person.home.postcode} {person.home.city}".strip()) if part
    )
    facts = (
        (_("Unit"), f"{person.home.name}, {person.unit.label}"),
        (_("Address"), street),
        (_("Floor"), person.unit.floor),
        (_("Access"), person.unit.access_notes),
    )
    yield PanelSection(title=_("Home"), facts=tuple(Fact(label=label, value=value) for label, value in facts if value))


def _owner(company: Company, person: Person) -> Iterator[PanelSection]:
    """Yield what an owner has, what stands empty of it, and what waits for their word."""
    if not person.owned:
        return
    yield PanelSection(title=_("Owns"), items=tuple(PanelItem(title=each.name) for each in person.owned))
    approvals = tuple(
        PanelItem(
            title=_("O-%(n)s of %(firm)s", n=each.id, firm=each.craftsman_name),
            url=f"/tasks/{each.task_id}",
            words=_("%(amount)s more", amount=money(each.more_cents, company.currency)),
            note=each.more_reason,
            tone="warn",
        )
        for each in person.approvals
    )
    yield PanelSection(title=_("Open approvals"), items=approvals, empty=_("None."))
    yield PanelSection(
        title=_("Vacant"), items=tuple(PanelItem(title=each) for each in person.vacant), empty=_("Everything is let.")
    )


def _craftsman(company: Company, person: Person) -> Iterator[PanelSection]:
    """Yield what a craftsman does, until when they are insured, and what they have to do for us."""
    contact = person.contact
    if contact is None or contact.role != "craftsman":
        return
    today = current_desk().clock.now().astimezone(ZoneInfo(company.time_zone)).date()
    insured = contact.insured_until
    lapsed = insured is not None and insured < today
    words = _("not known") if insured is None else f"{day(insured)} ({_('lapsed')})" if lapsed else day(insured)
    facts = (
        *((Fact(label=_("Trade"), value=contact.trade),) if contact.trade else ()),
        Fact(label=_("Insured until"), value=words, tone="neutral" if insured and not lapsed else "warn"),
    )
    yield PanelSection(title=_("Firm"), facts=facts)
    orders = tuple(
        PanelItem(
            title=f"O-{each.id} {each.scope[:MOST_SCOPE]}",
            url=f"/tasks/{each.task_id}",
            words=ORDER_WORDS[OrderState(each.state)],
        )
        for each in person.orders
    )
    yield PanelSection(title=_("Open orders"), items=orders, empty=_("None."))


def _task(each: Task) -> PanelItem:
    """Return a task with how it stands."""
    return PanelItem(
        title=f"T-{each.id} {each.title}",
        url=f"/tasks/{each.id}",
        words=STATE_WORDS[TaskState(each.state)] + (f": {each.blocked_reason}" if each.blocked_reason else ""),
        tone="warn" if each.state == TaskState.BLOCKED else "neutral",
    )


def _earlier(ticket: Ticket, title: str = "") -> PanelItem:
    """Return an earlier ticket with what became of it."""
    return PanelItem(
        title=title or ticket.subject,
        url=f"/tickets/{ticket.id}",
        words=f"{day(ticket.last_activity_at.date())} · {status_words(ticket.status, ticket.requester_role)}",
    )


def _of_home(each: OfHome) -> PanelItem:
    """Return an earlier ticket of the same home; of who lives there no more only what it was about, and no way to it."""
    if not each.private:
        return _earlier(each.ticket, f"{each.ticket.requester_name}: {each.ticket.subject}")
    about = _("%(queue)s, of a former resident", queue=queue_words(each.ticket.queue))
    return replace(_earlier(each.ticket, about), url="")


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

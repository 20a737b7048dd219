"""What administrators keep of the inbox: tags, canned replies, queues and teams, and what each of them changes."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select

from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.errors import Forbidden, Invalid, NotFound
from hub.models import BusinessHours, Company, Task, Ticket
from hub.services.inbox.conversation import open_conversation
from hub.services.inbox.filters import filter_choices
from hub.services.inbox.macros import do_macros, find_macros
from hub.services.settings.hours import teams_of
from hub.services.settings.macro_settings import TypedMacro, keep_macro, macros_of, remove_macro, typed_of
from hub.services.settings.queue_settings import Worked, keep_queues, queues_of, team_names
from hub.services.settings.tag_settings import add_tag, remove_tag, rename_tag, tags_of
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import mail, take_in, thinking, triage_all

SILENT = Triage("plumbing", Queue.MAINTENANCE, Priority.NORMAL, 0.97, Band.SILENT, needs_task=True)


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    make_contact(desk, company, email="aylin@example.com", role="resident")
    return company


@pytest.fixture
def robin(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company, "Robin Sander", Role.ADMIN)


def arrived(desk: Desk, **more: str) -> Ticket:
    return desk.session.get_one(Ticket, take_in(desk, mail(**more))[0].ticket_id)


def test_a_tag_is_offered_on_tickets_and_as_a_filter_until_it_is_removed(
    desk: Desk, company: Company, robin: Actor
) -> None:
    ticket = arrived(desk)
    with desk.transaction():
        tag = add_tag(desk, robin, company, "  no  heat ")
    offered = open_conversation(desk, ticket).tags, filter_choices(desk, robin).tags
    with desk.transaction():
        remove_tag(desk, robin, tag.id)

    assert offered == (["no heat"], ("no heat",))
    assert (open_conversation(desk, ticket).tags, tags_of(desk, company)) == ([], [])


def test_a_renamed_tag_is_renamed_on_the_tickets_of_its_company_alone(
    desk: Desk, company: Company, robin: Actor
) -> None:
    park = make_company(desk, "Park Homes")
    other = Ticket(company_id=park.id, channel="email", tags=["heat"])
    desk.session.add(other)
    ticket = arrived(desk)
    with desk.transaction():
        tag = add_tag(desk, robin, company, "heat")
        change_ticket(desk, robin, ticket.id, Change(tags=("heat", "own")))
    with desk.transaction():
        rename_tag(desk, robin, tag.id, "Heating")

    desk.session.refresh(ticket)
    desk.session.refresh(other)
    assert (sorted(ticket.tags), other.tags) == (["Heating", "own"], ["heat"])


@pytest.mark.parametrize("name", ["", "x" * 41, "a,b", "HEAT"])
def test_a_tag_that_cannot_be_is_refused(desk: Desk, company: Company, robin: Actor, name: str) -> None:
    with desk.transaction():
        add_tag(desk, robin, company, "heat")

    with pytest.raises(Invalid, match=r"^Tag: "), desk.transaction():
        add_tag(desk, robin, company, name)


def test_a_canned_reply_is_found_and_does_what_it_was_told(desk: Desk, company: Company, robin: Actor) -> None:
    ticket = arrived(desk)
    typed = TypedMacro(
        "Photo", "Hello {{name}}, on {{date}}?", "pending", "maintenance", "high", "photo, photo,  asked "
    )
    with desk.transaction():
        macro = keep_macro(desk, robin, company, typed)

    (found,) = find_macros(desk, robin, ticket, company, "phot")
    with desk.transaction():
        do_macros(desk, robin, ticket, [macro.id])

    assert (found.text.split(",")[0], found.open) == ("Hello Aylin Demir", ("{{date}}",))
    assert (ticket.status, ticket.queue, ticket.priority) == ("pending", "maintenance", "high")
    assert ticket.tags == ["asked", "photo"]
    assert typed_of(macro).tags == "photo, asked"


def test_a_canned_reply_is_changed_and_removed(desk: Desk, company: Company, robin: Actor) -> None:
    with desk.transaction():
        macro = keep_macro(desk, robin, company, TypedMacro("Photo", "Please send one.", status="closed"))
    with desk.transaction():
        keep_macro(desk, robin, company, TypedMacro("Picture", "Please send two."), number=macro.id)
    changed = [(each.name, each.text, each.actions) for each in macros_of(desk, company)]
    with desk.transaction():
        remove_macro(desk, robin, macro.id)

    assert changed == [("Picture", "Please send two.", {})]
    assert macros_of(desk, company) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", TypedMacro(" ", "x")),
        ("name", TypedMacro("PHOTO", "x")),
        ("text", TypedMacro("New", " ")),
        ("status", TypedMacro("New", "x", status="new")),
        ("queue", TypedMacro("New", "x", queue="garden")),
        ("tags", TypedMacro("New", "x", tags="y" * 41)),
    ],
)
def test_a_canned_reply_that_cannot_be_is_refused(
    desk: Desk, company: Company, robin: Actor, field: str, typed: TypedMacro
) -> None:
    with desk.transaction():
        keep_macro(desk, robin, company, TypedMacro("Photo", "Please send one."))

    with pytest.raises(Invalid) as refused, desk.transaction():
        keep_macro(desk, robin, company, typed)

    assert refused.value.field == field


def test_a_queue_makes_tasks_by_itself_only_where_it_is_set_so(desk: Desk, company: Company, robin: Actor) -> None:
    desk = thinking(desk, SILENT)
    take_in(desk, mail("The drain is blocked.", subject="Drain"))
    triage_all(desk)
    before = len(desk.session.scalars(select(Task)).all())
    with desk.transaction():
        worked = queues_of(desk, company) | {"maintenance": Worked("maintenance")}
        keep_queues(desk, robin, company, worked, team_names(desk, company))
    take_in(desk, mail("The sink is blocked.", subject="Sink"))
    triage_all(desk)

    queues = desk.session.scalars(select(Ticket.queue).order_by(Ticket.id)).all()
    assert (before, len(desk.session.scalars(select(Task)).all()), queues) == (1, 1, ["maintenance", "maintenance"])


def test_a_queue_keeps_the_hours_of_the_team_that_works_it(desk: Desk, company: Company, robin: Actor) -> None:
    night = next(each for each in teams_of(desk, company) if each.slug == "billing")
    for weekday in range(7):
        desk.session.add(
            BusinessHours(company_id=company.id, team_id=night.id, weekday=weekday, opens=time(20), closes=time(23, 59))
        )
    desk.session.commit()
    triage_all(desk)
    take_in(desk, mail())
    triage_all(thinking(desk))
    ticket = desk.session.scalars(select(Ticket)).one()
    by_day = ticket.due_at
    with desk.transaction():
        worked = queues_of(desk, company) | {ticket.queue: Worked("billing")}
        keep_queues(desk, robin, company, worked, {**team_names(desk, company), "billing": " Night  shift "})

    desk.session.refresh(ticket)
    assert by_day is not None
    assert ticket.due_at is not None
    assert ticket.due_at > by_day
    assert team_names(desk, company)["billing"] == "Night shift"


@pytest.mark.parametrize(
    ("worked", "names", "field"),
    [({"billing": Worked("garden")}, {}, "team-billing"), ({}, {"billing": " "}, "name-billing")],
)
def test_a_team_that_cannot_be_is_refused(
    desk: Desk, company: Company, robin: Actor, worked: dict[str, Worked], names: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused, desk.transaction():
        keep_queues(desk, robin, company, worked, names)

    assert refused.value.field == field


def test_nobody_but_the_companys_administrators_keeps_its_settings(desk: Desk, company: Company, robin: Actor) -> None:
    maria = make_agent(desk, company)
    stranger = make_agent(desk, make_company(desk, "Park Homes"), "Lea Blum", Role.ADMIN)
    with desk.transaction():
        tag = add_tag(desk, robin, company, "heat")
        macro = keep_macro(desk, robin, company, TypedMacro("Photo", "Please send one."))

    for actor in (maria, stranger):
        with pytest.raises(Forbidden):
            add_tag(desk, actor, company, "new")
        with pytest.raises(Forbidden):
            keep_macro(desk, actor, company, TypedMacro("New", "x"))
        with pytest.raises(Forbidden):
            keep_queues(desk, actor, company, {}, {})
        with pytest.raises(NotFound):
            rename_tag(desk, actor, tag.id, "new")
        with pytest.raises(NotFound):
            remove_macro(desk, actor, macro.id)

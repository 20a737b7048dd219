"""What stands beside a conversation: of residents, their home, owners and craftsmen, and what stays hidden."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.models import Company, Contact, Lease, LeaseParty, Order, Ownership, Property, Task, TaskTicket, Ticket, Unit
from hub.services.people.person import Person, find_person
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.services.steps import mail, take_in

TODAY = date(2026, 11, 16)


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def unit(desk: Desk, company: Company) -> Unit:
    return make_unit(desk, company)


@pytest.fixture
def aylin(desk: Desk, company: Company, unit: Unit) -> Contact:
    contact = make_contact(desk, company, email="aylin@example.com", role="resident")
    make_lease(desk, unit, contact, starts_on=date(2025, 1, 1))
    return contact


def arrived(desk: Desk, sender: str = "Aylin Demir <aylin@example.com>", subject: str = "Tap") -> Ticket:
    message = take_in(desk, mail("Please help me.", subject=subject, sender=sender))[0]
    return desk.session.get_one(Ticket, message.ticket_id)


def make_task(desk: Desk, company: Company, title: str, **more: object) -> Task:
    return save(desk, Task(company_id=company.id, kind="repair", title=title, team="maintenance", **more))


def make_order(desk: Desk, task: Task, craftsman: Contact, state: str = "accepted", **more: object) -> Order:
    order = Order(
        company_id=task.company_id,
        task_id=task.id,
        craftsman_id=craftsman.id,
        craftsman_name=craftsman.name,
        public_id=uuid4(),
        token_hash=uuid4().bytes,
        scope="Clear the drain",
        answer_by=task.created_at,
        state=state,
        **more,
    )
    return save(desk, order)


def seen(desk: Desk, actor: Actor, ticket: Ticket) -> Person:
    return find_person(desk, actor, ticket)


def test_open_work_is_the_tickets_the_persons_and_their_homes(
    desk: Desk, company: Company, maria: Actor, unit: Unit, aylin: Contact
) -> None:
    ticket, other = arrived(desk), arrived(desk, subject="Window")
    own, theirs = make_task(desk, company, "Tap"), make_task(desk, company, "Window")
    make_task(desk, company, "Boiler", unit_id=unit.id)
    make_task(desk, company, "Roof", unit_id=unit.id, state="done")
    make_task(desk, company, "Elsewhere")
    for task, at in ((own, ticket), (theirs, other)):
        save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=at.id))

    person = seen(desk, maria, ticket)

    assert [each.title for each in person.tasks] == ["Tap"]
    assert [each.title for each in person.other_tasks] == ["Window", "Boiler"]


def test_earlier_tickets_of_the_home_hide_what_a_former_resident_wrote(
    desk: Desk, company: Company, maria: Actor, unit: Unit, aylin: Contact
) -> None:
    omar = make_contact(desk, company, "Omar Haddad", email="omar@example.com", role="resident")
    former = make_contact(desk, company, "Ewa Kowalska", email="ewa@example.com", role="resident")
    make_lease(desk, unit, former, starts_on=date(2020, 1, 1), ends_on=date(2024, 12, 31))
    lease = desk.session.scalars(select(Lease).where(Lease.ends_on.is_(None))).one()
    save(desk, LeaseParty(company_id=company.id, lease_id=lease.id, contact_id=omar.id))
    theirs, gone = arrived(desk, "Omar Haddad <omar@example.com>", "Bell"), arrived(desk, "x <x@example.com>", "Money")
    gone.contact_id, gone.unit_id = former.id, unit.id
    desk.session.commit()

    person = seen(desk, maria, arrived(desk))

    assert {(each.ticket.id, each.private) for each in person.of_home} == {(theirs.id, False), (gone.id, True)}


def test_somebody_unknown_has_no_earlier_tickets_and_no_home(desk: Desk, company: Company, maria: Actor) -> None:
    first, second = arrived(desk, "A <a@example.com>"), arrived(desk, "B <b@example.com>")
    first.contact_id = second.contact_id = None
    desk.session.commit()
    make_task(desk, company, "Somewhere")

    person = seen(desk, maria, second)

    assert (person.contact, person.earlier, person.of_home, person.other_tasks) == (None, [], [], [])


def test_an_owner_has_properties_vacancies_and_what_waits_for_their_word(
    desk: Desk, company: Company, maria: Actor, unit: Unit, aylin: Contact
) -> None:
    brandt = make_contact(desk, company, "R. Brandt", email="brandt@example.com", role="owner")
    hofer = make_contact(desk, company, "Hofer Plumbing", role="craftsman")
    save(desk, Unit(company_id=company.id, property_id=unit.property_id, label="4A"))
    sold = save(desk, Property(company_id=company.id, name="Park 3"))
    for home, ends in ((unit.property_id, None), (sold.id, TODAY - timedelta(days=1))):
        save(desk, Ownership(company_id=company.id, property_id=home, contact_id=brandt.id, ends_on=ends))
    task = make_task(desk, company, "Drain", property_id=unit.property_id)
    make_order(desk, task, hofer, "more_work", more_cents=48_000, more_reason="The pipe is broken")
    make_order(desk, make_task(desk, company, "Door", property_id=sold.id), hofer, "more_work", more_cents=100)

    person = seen(desk, maria, arrived(desk, "R. Brandt <brandt@example.com>", "Statement"))

    assert [each.name for each in person.owned] == ["Lindenhof 12"]
    assert person.vacant == ["Lindenhof 12 4A"]
    assert [each.more_cents for each in person.approvals] == [48_000]


def test_a_craftsman_has_their_open_orders(desk: Desk, company: Company, maria: Actor) -> None:
    hofer = make_contact(desk, company, "Hofer Plumbing", email="hofer@example.com", role="craftsman")
    other = make_contact(desk, company, "Blitz", role="craftsman")
    mine = make_order(desk, make_task(desk, company, "Drain"), hofer)
    make_order(desk, make_task(desk, company, "Door"), hofer, "finished")
    make_order(desk, make_task(desk, company, "Lamp"), other)

    person = seen(desk, maria, arrived(desk, "Hofer Plumbing <hofer@example.com>", "When?"))

    assert [each.id for each in person.orders] == [mine.id]

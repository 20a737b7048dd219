"""Other people's rows (FreeScout CVE-2026-40591, Zammad CVE-2026-34722, GLPI CVE-2026-42318): a number in an address showed any ticket.

Our rule: every question to the database goes through what its asker may see: lists, pages, search, files, live events. What is not
theirs is not there, in the same words as what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Ability, Actor, Grant, Role
from hub.errors import NotFound
from hub.models import Attachment, Company, Envelope, Identity, Message, OutboxRow, Property, Task, Ticket
from hub.services import catalogue
from hub.services.emergencies import emergencies
from hub.services.inbox import finding, inbox
from hub.services.intake import envelopes, parking
from hub.services.metrics import reports
from hub.services.metrics.measuring import keep_measurements
from hub.services.operations import board
from hub.services.operations.handmade_tasks import make_task
from hub.services.people import contacts, person, portfolio
from hub.services.sending import held, outbox_list
from hub.services.sending.outbox_list import OutboxFilters
from hub.services.sending.reply import Draft, reply, write_note
from hub.services.tickets import files, news, ticket_index, ticket_messages
from hub.services.tickets.ticket_index import TicketFilters
from hub.services.tickets.tickets import Change, change_ticket, find_ticket
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.incidents.doors import doors
from tests.letters import arrive
from tests.services.steps import mail, take_in, thinking, triage_all, with_providers
from tests.web.visitors import sign_in, sign_in_person, visit

NAMES = ("Lindenhof Care", "Hafen Homes", "Parkview Residences")
QUEUES = ("front-desk", "maintenance", "leasing", "billing", "other")
grants = st.builds(
    Grant, st.sampled_from(list(Role)), st.frozensets(st.sampled_from(QUEUES), max_size=3), st.booleans()
)


@dataclass(frozen=True)
class Street:
    """Three companies side by side, each with the same people and words."""

    desk: Desk
    companies: list[Company]
    colleagues: list[Actor]


@pytest.fixture
def street(desk: Desk, clock: FixedClock) -> Street:
    """Return three companies in which the same things happened."""
    desk, _ = with_providers(thinking(desk))
    companies = [make_company(desk, name, mail=f"desk@{number}.example.org") for number, name in enumerate(NAMES)]
    colleagues = [make_agent(desk, each, f"Agent of {each.name}", Role.ADMIN) for each in companies]
    for number, (company, colleague) in enumerate(zip(companies, colleagues, strict=True)):
        aylin = make_contact(desk, company, email="aylin@example.com", phone="+12025550123")
        make_lease(desk, make_unit(desk, company), aylin)
        to = f"desk@{number}.example.org"
        messages = take_in(desk, *[mail(f"The tap drips {at}", rcpt_to=to, subject=f"Tap {at}") for at in range(3)])
        take_in(desk, mail("There is a strong smell of gas", rcpt_to=to, subject="Gas"), arrive(b"", rcpt_to=to))
        with desk.transaction():
            reply(desk, colleague, messages[0].ticket_id, Draft("We come."))
            write_note(desk, colleague, messages[1].ticket_id, "Call first.")
            change_ticket(desk, colleague, messages[2].ticket_id, Change(status="closed"))
            make_task(desk, colleague, messages[1].ticket_id, team="maintenance", title="Tap", text="It drips")
        save(
            desk,
            Attachment(
                company_id=company.id,
                message_id=messages[0].id,
                sha256="0" * 64,
                name="tap.png",
                content_type="image/png",
                size=1,
            ),
        )
    triage_all(desk)
    clock.at += timedelta(minutes=5)
    return Street(desk, companies, colleagues)


def shown_to(desk: Desk, actor: Actor) -> Iterator[int]:
    """Yield the company of everything that any list of the staff faces shows an actor."""
    for view in inbox.VIEWS:
        yield from (each.company_id for each in inbox.list_tickets(desk, actor, view).tickets)
    for question in ("tap", "Aylin", "aylin@example.com", "+1 202 555 0123", "Lindenhof", "3B", "gas"):
        yield from (each.company_id for each in finding.search_tickets(desk, actor, question).tickets)
        found = ticket_index.list_by_activity(desk, actor, TicketFilters(words=question))
        yield from (each.ticket.company_id for each in found.items)
    yield from (each.company_id for each in outbox_list.list_outbox(desk, actor, OutboxFilters()).items)
    yield from (each.task.company_id for each in board.list_cards(desk, actor))
    yield from (each.company_id for each in held.list_held(desk, actor))
    numbers = {each.data["ticket"] for each in news.news_since(desk, actor, 0) if each.number}
    numbers |= set(desk.session.scalars(emergencies.select_emergencies(actor).limit(50)))
    yield from desk.session.scalars(select(Ticket.company_id).where(Ticket.id.in_(numbers)))
    yield from catalogue.name_companies(desk, actor)


def reports_of(desk: Desk, actor: Actor) -> int:
    return sum(reports.make_report(desk, actor).volume.values())


def may_see(actor: Actor, row: Ticket) -> bool:
    grant = actor.grants.get(row.company_id)
    return (
        grant is not None
        and actor.can(Ability.READ_TICKETS, row.company_id)
        and (not grant.queues or row.queue in grant.queues)
    )


def test_no_list_shows_a_row_of_a_company_an_agent_does_not_serve(street: Street) -> None:
    desk = street.desk
    ids = [each.id for each in street.companies]
    tickets = list(desk.session.scalars(select(Ticket)))
    tasks = list(desk.session.scalars(select(Task)))

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.dictionaries(st.sampled_from(ids), grants, max_size=3))
    def holds(granted: dict[int, Grant]) -> None:
        actor = Actor(street.colleagues[0].agent_id, "Maria", granted)
        assert set(shown_to(desk, actor)) <= set(granted)
        for each in tickets:
            assert found(lambda each=each: find_ticket(desk, actor, each.id)) == may_see(actor, each)
        for task in tasks:
            sees = actor.can(Ability.SEE_BOARD, task.company_id)
            assert found(lambda task=task: board.open_task(desk, actor, task.id)) == sees

    holds()


def found(look: object) -> bool:
    try:
        look()  # type: ignore[operator]
    except NotFound:
        return False
    return True


def test_nothing_of_a_ticket_is_reached_around_it(street: Street) -> None:
    desk, stranger = street.desk, street.colleagues[1]
    theirs = street.companies[0].id
    file = desk.session.scalars(select(Attachment).where(Attachment.company_id == theirs)).one()
    message = desk.session.scalars(select(Message).where(Message.company_id == theirs)).first()
    row = desk.session.scalars(select(OutboxRow).where(OutboxRow.company_id == theirs)).first()
    parked = desk.session.scalars(
        select(Envelope).where(Envelope.company_id == theirs, Envelope.state == "parked")
    ).first()
    assert message is not None
    assert row is not None
    assert parked is not None

    for look in (
        lambda: files.find_attachment(desk, stranger, None, file.public_id),
        lambda: files.find_attachment(desk, None, None, file.public_id),
        lambda: files.message_html(desk, stranger, message.public_id),
        lambda: files.message_original(desk, stranger, message.public_id),
        lambda: outbox_list.find_outgoing(desk, stranger, row.id),
        lambda: ticket_messages.list_messages(desk, stranger, message.ticket_id),
        lambda: envelopes.find_envelope(desk, stranger, parked.id),
        lambda: envelopes.retry_envelope(desk, stranger, parked.id),
        lambda: parking.retry(desk, stranger, parked.id),
        lambda: contacts.find_contact(desk, stranger, message.contact_id or 0),
        lambda: portfolio.find_place(desk, stranger, Property, property_of(desk, theirs)),
    ):
        assert not found(look)


def property_of(desk: Desk, company_id: int) -> int:
    return desk.session.scalars(select(Property.id).where(Property.company_id == company_id)).one()


def test_the_person_panel_shows_nothing_of_the_same_person_elsewhere(street: Street) -> None:
    desk, maria = street.desk, street.colleagues[0]
    ticket = inbox.list_tickets(desk, maria, "all").tickets[0]

    shown = person.find_person(desk, maria, ticket)

    assert {each.company_id for each in shown.identities} == {street.companies[0].id}
    assert {each.company_id for each in shown.earlier} == {street.companies[0].id}


def test_figures_count_only_the_companies_whose_metrics_may_be_seen(street: Street) -> None:
    desk, ids = street.desk, [each.id for each in street.companies]
    one = Actor(1, "Ines", {ids[0]: Grant(Role.MANAGER), ids[1]: Grant(Role.AGENT)})
    all_of_them = Actor(1, "Ines", {each: Grant(Role.MANAGER) for each in ids})

    with desk.transaction():
        keep_measurements(desk)

    assert reports_of(desk, all_of_them) == 3 * reports_of(desk, one) > 0


def test_operations_see_no_ticket_and_no_address(street: Street) -> None:
    desk, company = street.desk, street.companies[0]
    tom = Actor(1, "Tom", {company.id: Grant(Role.OPERATIONS)})

    assert not any(inbox.list_tickets(desk, tom, view).tickets for view in inbox.VIEWS)
    assert news.news_since(desk, tom, 0) == []
    assert finding.search_tickets(desk, tom, "tap").tickets == []
    assert {card.task.company_id for card in board.list_cards(desk, tom)} == {company.id}


def page_at(browser: FlaskClient, path: str) -> str:
    with browser.get(path) as answer:
        return answer.get_data(as_text=True) if answer.mimetype != "text/css" else ""


def test_no_page_shows_a_word_to_who_may_not_read_it(app: APIFlask, street: Street) -> None:
    desk, company = street.desk, street.companies[0]
    (message,) = take_in(desk, mail("The zinnia-4711 drips", rcpt_to="desk@0.example.org", subject="zinnia-4711"))
    ben = make_contact(desk, company, "Ben", email="ben@example.com")
    identity = desk.session.scalars(select(Identity).where(Identity.contact_id == ben.id)).one()
    outsiders = [
        visit(app),
        sign_in_person(app, desk, ben, identity),
        sign_in(app, desk, street.colleagues[1]),
        sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)),
        sign_in(app, desk, make_agent(desk, company, "Some Queues", queues=["billing"])),
    ]
    maria = sign_in(app, desk, street.colleagues[0])
    task = desk.session.scalars(select(Task.id).where(Task.company_id == company.id)).first()
    known = {"public_id": message.public_id, "task_id": task, "contact_id": message.contact_id}
    pages = [*doors(app, "GET", message.ticket_id, known), "/search?q=drips", f"/search?q={message.ticket_id}"]

    read = [each for each in pages if "zinnia-4711" in page_at(maria, each)]
    leaks = [
        (number, each)
        for number, browser in enumerate(outsiders)
        for each in pages
        if "zinnia-4711" in page_at(browser, each)
    ]

    assert len(pages) > 50
    assert len(read) >= 4
    assert leaks == []

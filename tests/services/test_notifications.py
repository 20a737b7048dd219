"""Who is told of what: once for each event, and never of what is on their screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.access import Actor, Grant, Role
from hub.domain.notification import Notice
from hub.models import Company, Notification, Ticket
from hub.services.inbox.notifications import (
    KEPT,
    count_unseen,
    forget_old_notifications,
    list_notifications,
    notify,
    see_all,
    see_ticket,
)
from hub.services.inbox.presence import be_present
from hub.services.metrics.sla_watch import watch_clocks
from hub.services.sending.reply import Draft, reply, write_note
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_contact
from tests.services.steps import REFUSED, mail, send_all, take_in, thinking, triage_all, with_providers


@pytest.fixture
def company(desk: Desk) -> Company:
    company = make_company(desk, mail="desk@example.org")
    make_contact(desk, company, email="aylin@example.com", role="resident")
    return company


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def jonas(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company, "Jonas Weber")


@pytest.fixture
def ticket(desk: Desk, company: Company) -> Ticket:
    return desk.session.get_one(Ticket, take_in(desk, mail(Message_ID="<first@example.com>"))[0].ticket_id)


def told(desk: Desk, actor: Actor) -> list[tuple[str, str]]:
    return [(each.notification.kind, each.notification.by_name) for each in list_notifications(desk, actor).items]


def give(desk: Desk, by: Actor, ticket: Ticket, to: Actor) -> None:
    with desk.transaction():
        change_ticket(desk, by, ticket.id, Change(assignee_id=to.agent_id))


def test_who_is_named_or_given_a_ticket_is_told_and_who_does_it_is_not(
    desk: Desk, maria: Actor, jonas: Actor, ticket: Ticket
) -> None:
    with desk.transaction():
        write_note(desk, maria, ticket.id, "@Jonas Weber and @Jonas Weber and @Maria Keller, please look.")
    give(desk, maria, ticket, jonas)
    give(desk, maria, ticket, maria)

    assert told(desk, jonas) == [("assigned", "Maria Keller"), ("mention", "Maria Keller")]
    assert told(desk, maria) == []


def test_an_answer_on_ones_ticket_is_told_once(desk: Desk, maria: Actor, jonas: Actor, ticket: Ticket) -> None:
    desk = thinking(desk)
    triage_all(desk)
    give(desk, jonas, ticket, jonas)

    take_in(desk, mail("Any news?", subject="Re: Tap", In_Reply_To="<first@example.com>"))
    triage_all(desk)
    triage_all(desk)

    assert told(desk, jonas) == [("answer", "Aylin Demir")]
    assert told(desk, maria) == []


def test_what_happens_twice_at_once_is_told_once(desk: Desk, jonas: Actor, ticket: Ticket) -> None:
    with desk.transaction():
        first = notify(desk, ticket, jonas.agent_id, Notice.ANSWER, "m1", by="Aylin Demir")
        second = notify(desk, ticket, jonas.agent_id, Notice.ANSWER, "m1", by="Aylin Demir")

    assert (first, second, count_unseen(desk, jonas)) == (True, False, 1)


def test_nobody_is_told_of_what_is_on_their_screen(
    desk: Desk, clock: FixedClock, maria: Actor, jonas: Actor, ticket: Ticket
) -> None:
    with desk.transaction():
        be_present(desk, jonas, ticket.id, "viewing")
    with desk.transaction():
        write_note(desk, maria, ticket.id, "@Jonas Weber, please look.")
    there = told(desk, jonas)
    clock.at += timedelta(minutes=1)
    with desk.transaction():
        write_note(desk, maria, ticket.id, "@Jonas Weber, please look again.")

    assert (there, told(desk, jonas)) == ([], [("mention", "Maria Keller")])


def test_a_ticket_that_is_late_is_told_to_its_agent_once(
    desk: Desk, clock: FixedClock, maria: Actor, jonas: Actor, ticket: Ticket
) -> None:
    triage_all(thinking(desk))
    give(desk, maria, ticket, jonas)
    clock.at += timedelta(days=2)
    for _ in range(2):
        with desk.transaction():
            watch_clocks(desk)

    assert told(desk, jonas)[0] == ("late", "")
    assert [kind for kind, _ in told(desk, jonas)].count("late") == 1


def test_an_answer_that_did_not_arrive_is_told_to_who_wrote_it(
    desk: Desk, clock: FixedClock, maria: Actor, ticket: Ticket
) -> None:
    desk, providers = with_providers(desk)
    providers["email"].answers = [REFUSED]
    with desk.transaction():
        reply(desk, maria, ticket.id, Draft("We come."))
    clock.at += timedelta(minutes=1)
    send_all(desk)

    assert told(desk, maria) == [("failed", "Aylin Demir")]


def test_opening_a_ticket_sees_what_was_told_of_it_and_all_can_be_seen_at_once(
    desk: Desk, company: Company, maria: Actor, jonas: Actor, ticket: Ticket
) -> None:
    other = desk.session.get_one(Ticket, take_in(desk, mail(subject="Key"))[0].ticket_id)
    for each in (ticket, other):
        give(desk, maria, each, jonas)
    before = count_unseen(desk, jonas)

    with desk.transaction():
        see_ticket(desk, jonas, ticket.id)
    between = count_unseen(desk, jonas)
    with desk.transaction():
        see_all(desk, jonas)

    assert (before, between, count_unseen(desk, jonas)) == (2, 1, 0)
    assert len(told(desk, jonas)) == 2


def test_the_log_goes_on_in_pages_and_shows_nothing_that_may_be_seen_no_more(
    desk: Desk, company: Company, maria: Actor, jonas: Actor, ticket: Ticket
) -> None:
    with desk.transaction():
        for number in range(5):
            notify(desk, ticket, jonas.agent_id, Notice.ANSWER, f"m{number}", by=f"Person {number}")

    seen, cursor = [], ""
    while True:
        page = list_notifications(desk, jonas, cursor=cursor, limit=2)
        seen += [each.notification.by_name for each in page.items]
        cursor = page.next or ""
        if not cursor:
            break

    assert seen == [f"Person {number}" for number in (4, 3, 2, 1, 0)]
    elsewhere = Actor(jonas.agent_id, jonas.name, {company.id: Grant(Role.AGENT, frozenset({"billing"}))})
    assert told(desk, elsewhere) == []


def test_what_was_told_three_months_ago_is_forgotten(
    desk: Desk, clock: FixedClock, maria: Actor, jonas: Actor, ticket: Ticket
) -> None:
    give(desk, maria, ticket, jonas)
    clock.at += KEPT + timedelta(days=1)

    with desk.transaction():
        forget_old_notifications(desk)

    assert desk.session.query(Notification).all() == []

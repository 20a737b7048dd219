"""FreeScout GHSA-j49f and Zendesk 2024 again: a reply address outlived the conversation it was given for.

Our rule: the address of a closed ticket drops nothing and tells nothing. For a week it brings the ticket back; later it opens a
ticket of whoever wrote, linked for the staff alone. Who is written to is decided by who takes part, never by the address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.clock import FixedClock
from hub.desk import Desk
from hub.domain.ticket import GRACE, TicketStatus
from hub.models import Contact, Identity, Message, OutboxRow, Participant, Ticket
from hub.services.sending.answer_target import reply_target
from hub.services.sending.reply import Draft, reply
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company
from tests.incidents.letters import AYLIN, FAILED, MALLORY, OURS, answered_at, reply_address
from tests.incidents.test_altered_tokens import altered
from tests.services.steps import Office, mail, outbox, send_all, take_in, ticket_of, triage_all
from tests.web.visitors import sign_in_person

PIN = "4711"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Closed:
    """A ticket that was answered with a secret and closed, and the reply address that was given for it."""

    address: str
    ticket_id: int
    version: int
    sent: list[str] = field(default_factory=list)


@pytest.fixture
def closed(office: Office, clock: FixedClock) -> Closed:
    address = reply_address(office)
    number = outbox(office.desk, "reply")[0].ticket_id or 0
    with office.desk.transaction():
        reply(office.desk, office.maria, number, Draft(f"Your PIN is {PIN}."))
    clock.at += timedelta(minutes=1)
    send_all(office.desk)
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, number, Change(status=TicketStatus.CLOSED))
    clock.at += timedelta(minutes=1)
    send_all(office.desk)
    return Closed(address, number, find(office.desk, number).version)


def find(desk: Desk, number: int) -> Ticket:
    desk.session.expire_all()
    return desk.session.get_one(Ticket, number)


def count_tickets(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Ticket)) or 0


def sent_to(office: Office, *people: str) -> str:
    """Return all words that left for some people since a moment ago."""
    sent = [each for each in office.providers["email"].sent if {who.value for who in each.recipients} & set(people)]
    return "\n".join(f"{each.subject} {each.text} {each.html}" for each in sent)


def browse(app: APIFlask, desk: Desk, address: str) -> FlaskClient:
    """Return the portal as the owner of an address sees it."""
    contact, identity = desk.session.execute(
        select(Contact, Identity).join(Identity, Identity.contact_id == Contact.id).where(Identity.value == address)
    ).one()
    return sign_in_person(app, desk, contact, identity)


def test_within_a_week_its_person_brings_the_ticket_back(office: Office, clock: FixedClock, closed: Closed) -> None:
    clock.at += GRACE - DAY
    before = count_tickets(office.desk)

    (message,) = take_in(office.desk, answered_at(closed.address, text="It drips again."))

    assert (message.ticket_id, message.facts["threaded_by"]) == (closed.ticket_id, "token")
    assert find(office.desk, closed.ticket_id).status == TicketStatus.OPEN
    assert count_tickets(office.desk) == before


def test_later_its_person_opens_one_linked_ticket_and_the_old_one_stays_as_it_is(
    office: Office, clock: FixedClock, closed: Closed
) -> None:
    clock.at += GRACE + DAY
    before = count_tickets(office.desk)

    (message,) = take_in(office.desk, answered_at(closed.address, text="It drips again."))

    opened, old = ticket_of(office.desk, message), find(office.desk, closed.ticket_id)
    assert count_tickets(office.desk) == before + 1
    assert (opened.follow_up_of_id, opened.requester_name) == (old.id, "Aylin Demir")
    assert (old.status, old.version) == (TicketStatus.CLOSED, closed.version)
    assert "It drips again." in message.text


def test_somebody_else_who_holds_it_adds_marked_words_for_a_week_and_is_written_nothing(
    office: Office, clock: FixedClock, closed: Closed
) -> None:
    clock.at += GRACE - DAY

    (message,) = take_in(office.desk, answered_at(closed.address, sender=MALLORY, text="And the PIN?"))
    triage_all(office.desk)
    send_all(office.desk)

    ticket = find(office.desk, closed.ticket_id)
    assert (message.ticket_id, message.facts["stranger"], message.trust) == (ticket.id, True, "unverified")
    assert [each.value for each in reply_target(office.desk, ticket).recipients] == [AYLIN]
    assert PIN not in sent_to(office, MALLORY)


def test_later_somebody_else_who_holds_it_has_a_ticket_of_their_own_and_learns_nothing(
    app: APIFlask, office: Office, clock: FixedClock, closed: Closed
) -> None:
    clock.at += GRACE + DAY

    (message,) = take_in(office.desk, answered_at(closed.address, sender=MALLORY, text="And the PIN?"))
    triage_all(office.desk)
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("Who are you?"))
    clock.at += timedelta(minutes=1)
    send_all(office.desk)

    opened, old = ticket_of(office.desk, message), find(office.desk, closed.ticket_id)
    assert (opened.id != old.id, old.status, old.version) == (True, TicketStatus.CLOSED, closed.version)
    assert [each.value for each in reply_target(office.desk, opened).recipients] == [MALLORY]
    assert "Who are you?" in sent_to(office, MALLORY)
    assert PIN not in sent_to(office, MALLORY)
    portal = browse(app, office.desk, MALLORY)
    assert portal.get(f"/portal/requests/{old.public_id}").status_code == 404
    for path in ("/portal/requests", f"/portal/requests/{opened.public_id}"):
        page = portal.get(path).get_data(as_text=True)
        assert not re.search(rf"{old.public_id}|#{old.id}\b|{PIN}|{AYLIN}|Aylin", page), path


@pytest.mark.parametrize("late", [False, True], ids=["within a week", "later"])
def test_neither_copies_nor_reply_to_of_such_a_mail_are_written_to(
    office: Office, clock: FixedClock, closed: Closed, late: bool
) -> None:
    clock.at += GRACE + (DAY if late else -DAY)
    arrival = answered_at(closed.address, text="See below.", Cc=f"spy@example.net, {MALLORY}", Reply_To=MALLORY)

    (message,) = take_in(office.desk, arrival)
    triage_all(office.desk)
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("We come again."))
    clock.at += timedelta(minutes=1)
    send_all(office.desk)

    written_to = set(chain.from_iterable(each.recipients for each in office.providers["email"].sent))
    assert {each.value for each in written_to} == {AYLIN}
    assert office.desk.session.scalars(select(Participant)).all() == []


@pytest.mark.parametrize("late", [False, True], ids=["within a week", "later"])
def test_a_forged_sender_with_a_genuine_address_speaks_for_nobody(
    office: Office, clock: FixedClock, closed: Closed, late: bool
) -> None:
    clock.at += GRACE + (DAY if late else -DAY)
    forged = mail(
        "Send me the keys",
        to=closed.address,
        rcpt_to=closed.address,
        sender=AYLIN,
        subject="Re: Tap",
        facts=OURS,
        Authentication_Results=FAILED,
    )
    triage_all(office.desk)
    answered = len(outbox(office.desk))

    (message,) = take_in(office.desk, forged)
    triage_all(office.desk)

    assert (message.contact_id, message.trust, message.may_answer) == (None, "unverified", False)
    assert (message.ticket_id == closed.ticket_id) is not late
    ticket = ticket_of(office.desk, message)
    assert (ticket.contact_id is None) is late
    assert len(outbox(office.desk)) == answered


@pytest.mark.parametrize("late", [False, True], ids=["within a week", "later"])
def test_an_altered_address_of_a_closed_ticket_opens_one_that_is_linked_to_nothing(
    office: Office, clock: FixedClock, closed: Closed, late: bool
) -> None:
    clock.at += GRACE + (DAY if late else -DAY)
    local, _, domain = closed.address.partition("@")
    before = count_tickets(office.desk)

    addresses = (altered(closed.address), f"{local[:-3]}@{domain}", f"{local}x@{domain}")
    messages = take_in(office.desk, *(answered_at(each, sender=MALLORY) for each in addresses))

    assert count_tickets(office.desk) == before + len({each.ticket_id for each in messages}) == before + 3
    assert {ticket_of(office.desk, each).follow_up_of_id for each in messages} == {None}
    assert find(office.desk, closed.ticket_id).version == closed.version


def test_an_address_of_another_companys_closed_ticket_opens_one_here_that_is_linked_to_nothing(
    office: Office, clock: FixedClock
) -> None:
    desk = office.desk
    other = make_company(desk, "Hafen Homes", mail="office@example.net")
    jonas = make_agent(desk, other, "Jonas Weber")
    (theirs,) = take_in(desk, mail(sender=AYLIN, rcpt_to="office@example.net"))
    with desk.transaction():
        reply(desk, jonas, theirs.ticket_id, Draft(f"Your PIN is {PIN}."))
    with desk.transaction():
        change_ticket(desk, jonas, theirs.ticket_id, Change(status=TicketStatus.CLOSED))
    posted = desk.session.scalars(select(OutboxRow).where(OutboxRow.company_id == other.id)).first()
    assert posted is not None
    token = posted.payload["reply_to"]["value"].partition("+")[2].partition("@")[0]
    version = find(desk, theirs.ticket_id).version

    (message,) = take_in(desk, answered_at(f"desk+{token}@example.org"))

    opened = ticket_of(desk, message)
    assert (opened.company_id, opened.follow_up_of_id) == (office.company.id, None)
    assert find(desk, theirs.ticket_id).version == version
    inwards = select(Message.id).where(Message.company_id == other.id, Message.direction == "in")
    assert desk.session.scalars(inwards).all() == [theirs.id]

"""One reply to several people: whoever has it gets it once, whoever was refused for now is tried again, and the ticket says who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from channels.message import Outcome, Receipt, Refusal
from hub.clock import FixedClock
from hub.domain.delivery import BACK_OFF, MAIL_PATIENCE, UNDO
from hub.models import OutboxRow, Participant, Ticket, TicketEvent
from hub.services.sending.reply import Draft, reply
from hub.services.sending.sending import retry
from tests.factories import make_contact, save
from tests.services.steps import Office, after_undo, events_of, fresh, mail, outbox, send_all, take_in
from tests.web.visitors import sign_in

ANNA, BEN, CEM = "anna@example.com", "ben@example.com", "cem@example.com"
LATER, NEVER = "450 4.2.0 Greylisted", "550 5.1.1 Nobody"


def some(**refused: str) -> Receipt:
    """Return what a server says that takes a mail for some and refuses others, by the part before the @."""
    refusals = [Refusal(f"{name}@example.com", word, word.startswith("5")) for name, word in refused.items()]
    error = "; ".join(f"{each.recipient} was refused: {each.reason}" for each in refusals)
    return Receipt(Outcome.ACCEPTED, "taken", error, refused=tuple(refusals))


@pytest.fixture
def ticket(office: Office) -> int:
    """Return a ticket of Anna's in which Ben and Cem take part."""
    (message,) = take_in(office.desk, mail(sender=f"Anna <{ANNA}>"))
    for address in (BEN, CEM):
        contact = make_contact(office.desk, office.company, address, email=address)
        person = Participant(company_id=office.company.id, ticket_id=message.ticket_id, contact_id=contact.id)
        save(office.desk, person)
    return message.ticket_id


def write(office: Office, ticket: int, words: str = "We come at nine.") -> OutboxRow:
    with office.desk.transaction():
        reply(office.desk, office.maria, ticket, Draft(words))
    return outbox(office.desk, "reply")[-1]


def send_again(office: Office, clock: FixedClock, row: OutboxRow) -> OutboxRow:
    """Let the time pass until the next attempt, and return the row after it."""
    clock.at = fresh(office.desk, row).next_at
    send_all(office.desk)
    return fresh(office.desk, row)


def tried(office: Office) -> list[Sequence[str]]:
    """Return for whom each attempt was; nothing for all."""
    return [each.only for each in office.providers["email"].sent]


def not_sent(office: Office) -> list[str]:
    query = select(TicketEvent).where(TicketEvent.kind == "not sent to all")
    return [each.facts["reason"] for each in office.desk.session.scalars(query)]


def test_only_whoever_was_refused_for_now_is_tried_again_with_the_ordinary_waits(
    office: Office, clock: FixedClock, ticket: int
) -> None:
    office.providers["email"].answers = [some(ben=LATER, cem=LATER), some(ben=LATER), some()]
    row = write(office, ticket)
    waits = []

    for _ in range(3):
        row = send_again(office, clock, row)
        waits.append(row.next_at - clock.at)

    assert tried(office) == [(), (BEN, CEM), (BEN,)]
    assert waits[:2] == list(BACK_OFF[1:3])
    assert (row.state, row.error, not_sent(office)) == ("accepted", "", [])
    assert [found["standing"] for found in row.standings.values()] == ["taken"] * 3
    assert len({each.message_id for each in office.providers["email"].sent}) == 1


def test_whoever_is_refused_for_a_day_is_told_of_once_and_the_ticket_comes_back(
    office: Office, clock: FixedClock, ticket: int
) -> None:
    office.providers["email"].answers = [some(ben=LATER, cem=NEVER), *[Receipt(Outcome.RETRY, error=LATER)] * 100]
    row, began = write(office, ticket), clock.at

    while (row := send_again(office, clock, row)).state != "accepted":
        assert not_sent(office) == []

    assert MAIL_PATIENCE <= clock.at - began <= MAIL_PATIENCE + timedelta(hours=1, seconds=8)
    assert set(tried(office)[1:]) == {(BEN,)}
    assert not_sent(office) == [f"{BEN}: {LATER}; {CEM} was refused: {NEVER}"]
    assert office.desk.session.get_one(Ticket, ticket).status == "open"


@pytest.mark.parametrize("last", [some(ben=NEVER), Receipt(Outcome.FAILED, error="554 5.7.1 No")])
def test_whoever_is_refused_for_good_at_the_second_attempt_fails_alone(
    office: Office, clock: FixedClock, ticket: int, last: Receipt
) -> None:
    office.providers["email"].answers = [some(ben=LATER), last]
    row = write(office, ticket)

    send_again(office, clock, row)
    row = send_again(office, clock, row)

    assert row.state == "accepted"
    assert [found["standing"] for found in row.standings.values()] == ["taken", "refused", "taken"]
    assert events_of(office.desk, ticket).count("not sent to all") == 1
    assert "not sent" not in events_of(office.desk, ticket)


def test_an_answer_that_was_lost_is_asked_for_again_only_for_whom_it_was_lost(
    office: Office, clock: FixedClock, ticket: int
) -> None:
    office.providers["email"].answers = [some(ben=LATER), Receipt(Outcome.UNKNOWN, error="Lost after the dot"), some()]
    row = write(office, ticket)

    states = [send_again(office, clock, row).state for _ in range(3)]

    assert states == ["pending", "unknown", "accepted"]
    assert tried(office) == [(), (BEN,), (BEN,)]


def test_nobody_waits_for_the_next_reply_because_one_of_them_is_refused_for_now(
    office: Office, clock: FixedClock, ticket: int
) -> None:
    office.providers["email"].answers = [some(ben=LATER)]
    write(office, ticket, "First.")
    write(office, ticket, "Second.")
    after_undo(clock)

    send_all(office.desk)

    assert [each.text for each in office.providers["email"].sent] == ["First.", "Second."]


def test_the_button_after_a_failure_sends_to_everybody_anew(office: Office, clock: FixedClock, ticket: int) -> None:
    office.providers["email"].answers = [some(ben=LATER)]
    row = write(office, ticket)
    after_undo(clock)
    send_all(office.desk)

    with office.desk.transaction() as session:
        again = session.get_one(OutboxRow, row.id)
        again.state = "failed"  # as a report does that comes back meanwhile
        retry(office.desk, again)
    send_all(office.desk)

    assert tried(office) == [(), ()]
    assert (fresh(office.desk, row).state, fresh(office.desk, row).standings) == ("accepted", {})


def test_the_ticket_shows_how_it_stands_with_each(
    app: APIFlask, office: Office, clock: FixedClock, ticket: int
) -> None:
    office.providers["email"].answers = [some(ben=LATER, cem=NEVER), some()]
    row = write(office, ticket)
    clock.at += UNDO
    send_all(office.desk)
    browser = sign_in(app, office.desk, office.maria)

    waiting = browser.get(f"/inbox/all/{ticket}").get_data(as_text=True)
    send_again(office, clock, row)
    settled = browser.get(f"/inbox/all/{ticket}").get_data(as_text=True)

    assert (
        f"Sent to {ANNA} · Trying again: {BEN} was refused: {LATER} · Not sent: {CEM} was refused: {NEVER}" in waiting
    )
    assert f"Sent to {ANNA}, {BEN} · Not sent: {CEM} was refused: {NEVER}" in settled

"""What open pages hear: every event they may see, each once, whatever the order of commits."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.clock import FixedClock
from hub.db import db
from hub.models import Ticket, TicketEvent
from hub.services.tickets.news import LATEST, MOST, may_hear, newest_event_id, news_since
from tests.factories import make_agent, make_company
from tests.services.steps import Office, mail, take_in


def write_event(office: Office, ticket_id: int, *, number: int | None = None, kind: str = "tagged") -> None:
    """Commit an event, perhaps under a number that was drawn earlier."""
    row = TicketEvent(
        company_id=office.company.id,
        ticket_id=ticket_id,
        kind=kind,
        actor_kind="machine",
        facts={},
        created_at=office.desk.clock.now(),
    )
    if number is not None:
        row.id = number
    with Session(db.engine) as session, session.begin():
        session.add(row)


def draw_number() -> int:
    """Draw the next event's number, as a transaction does that is still open."""
    with Session(db.engine) as session, session.begin():
        drawn: int = session.scalar(text("SELECT nextval(pg_get_serial_sequence('ticket_events', 'id'))"))
        return drawn


def told(office: Office, since: int, *, known: set[int] | None = None) -> list[int]:
    found = news_since(office.desk, office.maria, since, told=known or set())
    return [each.number for each in found if each.number]


def test_an_event_committed_late_under_a_smaller_number_is_told(office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    late = draw_number()
    write_event(office, message.ticket_id)
    since = newest_event_id(office.desk)
    before = set(told(office, since))

    write_event(office, message.ticket_id, number=late)

    assert told(office, since, known=before) == [late]


def test_late_news_never_turn_the_readers_place_back(office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    late = draw_number()
    write_event(office, message.ticket_id)
    since = newest_event_id(office.desk)
    write_event(office, message.ticket_id, number=late)

    assert {each.id for each in news_since(office.desk, office.maria, since)} == {since}


def test_what_was_told_is_not_told_again(office: Office) -> None:
    take_in(office.desk, mail())
    first = set(told(office, 0))

    assert first
    assert told(office, max(first), known=first) == []


def test_what_is_old_is_not_looked_at_again(office: Office, clock: FixedClock) -> None:
    take_in(office.desk, mail())
    since = newest_event_id(office.desk)
    clock.at += LATEST

    assert told(office, since) == []


def test_a_long_absence_is_told_in_parts_until_the_end(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, mail())
    for _ in range(MOST + 20):
        write_event(office, message.ticket_id)
    clock.at += LATEST
    heard: list[int] = []

    while part := told(office, heard[-1] if heard else 0):
        heard += part

    assert heard == sorted(heard)
    assert len(heard) == len(set(heard)) == newest_event_id(office.desk)


def test_nobody_hears_of_another_companys_tickets(office: Office) -> None:
    stranger = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Jonas Weber")
    (message,) = take_in(office.desk, mail())
    news = {"company": office.company.id, "ticket": message.ticket_id, "kind": "delivery", "queue": "front-desk"}

    assert news_since(office.desk, stranger, 0) == []
    assert (may_hear(stranger, news), may_hear(office.maria, news), may_hear(office.maria, {})) == (False, True, False)


def test_an_agent_of_some_queues_hears_of_those_only(office: Office) -> None:
    leasing = make_agent(office.desk, office.company, "Lena Vogt", queues=["leasing"])
    (message,) = take_in(office.desk, mail())
    before = news_since(office.desk, leasing, 0)
    with office.desk.transaction() as session:
        session.get_one(Ticket, message.ticket_id).queue = "leasing"

    after = news_since(office.desk, leasing, 0)

    assert (before, bool(after)) == ([], True)

"""What agents do with tickets beside writing, each real change one event."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.clock import FixedClock
from hub.db import db
from hub.domain.access import Role
from hub.errors import Invalid, NotFound, Refused
from hub.models import Agent, Task, TaskTicket, Ticket
from hub.services.tickets.snoozing import wake_due
from hub.services.tickets.tickets import Change, change_ticket, find_ticket
from tests.factories import make_agent, make_company, save
from tests.services.steps import Office, answer, events_of, mail, take_in


@pytest.fixture
def number(office: Office) -> int:
    """Return the number of a new ticket."""
    (message,) = take_in(office.desk, mail())
    return message.ticket_id


def changed(office: Office, number: int, change: Change) -> Ticket:
    with office.desk.transaction():
        return change_ticket(office.desk, office.maria, number, change)


def test_a_change_that_changes_nothing_is_no_event(office: Office, number: int) -> None:
    changed(office, number, Change(priority="high", tags=("loud",)))
    before = events_of(office.desk, number)

    changed(office, number, Change(priority="high", tags=("loud",), unassign=True))

    assert events_of(office.desk, number) == before


def test_several_fields_change_at_once_each_with_its_event(office: Office, number: int) -> None:
    ticket = changed(
        office,
        number,
        Change(queue="leasing", assignee_id=office.maria.agent_id, priority="high", tags=(" loud ", "", "a\0b")),
    )

    assert (ticket.queue, ticket.assignee_id, ticket.priority) == ("leasing", office.maria.agent_id, "high")
    assert ticket.tags == ["ab", "loud"]
    assert events_of(office.desk, number)[-4:] == ["queue changed", "assigned", "priority changed", "tags changed"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change(queue="nonsense"), "queue"),
        (Change(priority="huge"), "priority"),
        (Change(status="gone"), "status"),
        (Change(assignee_id=10**6), "assignee"),
        (Change(snooze_until=datetime(2026, 11, 17, 9)), "snooze_until"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    office: Office, number: int, change: Change, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        changed(office, number, change)

    assert refusal.value.field == field


def test_a_ticket_is_given_only_to_somebody_active_who_answers_people_here(office: Office, number: int) -> None:
    tom = make_agent(office.desk, office.company, "Tom Ritter", Role.OPERATIONS)
    elsewhere = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Jonas Weber")
    gone = make_agent(office.desk, office.company, "Ines Vogt")
    with office.desk.transaction() as session:
        session.execute(update(Agent).where(Agent.id == gone.agent_id).values(active=False))

    for each in (tom, elsewhere, gone):
        with pytest.raises(Invalid):
            changed(office, number, Change(assignee_id=each.agent_id))


def test_a_closed_ticket_waits_for_nobody(office: Office, number: int, clock: FixedClock) -> None:
    changed(office, number, Change(snooze_until=clock.at + timedelta(days=1)))

    ticket = changed(office, number, Change(status="closed"))

    assert (ticket.closed_at, ticket.waiting_since, ticket.due_at, ticket.snooze_until) == (clock.at, None, None, None)


def test_a_ticket_opened_again_is_no_longer_closed(office: Office, number: int) -> None:
    changed(office, number, Change(status="closed"))

    ticket = changed(office, number, Change(status="open"))

    assert (ticket.status, ticket.closed_at) == ("open", None)


def test_work_still_open_is_a_question_before_closing(office: Office, number: int) -> None:
    task = save(office.desk, Task(company_id=office.company.id, kind="repair", title="Tap", team="maintenance"))
    save(office.desk, TaskTicket(company_id=office.company.id, task_id=task.id, ticket_id=number))

    with pytest.raises(Refused, match=f"T-{task.id}"):
        changed(office, number, Change(status="closed"))

    assert changed(office, number, Change(status="closed", reason="The tenant moved out")).status == "closed"


def test_an_emergency_is_not_lowered_by_a_slip(office: Office, number: int) -> None:
    with office.desk.transaction() as session:
        session.execute(update(Ticket).values(emergency=True, priority="urgent"))

    with pytest.raises(Refused, match="emergency"):
        changed(office, number, Change(priority="low"))


def test_a_snooze_lies_ahead_and_ends_by_itself(office: Office, number: int, clock: FixedClock) -> None:
    with pytest.raises(Invalid, match="still to come"):
        changed(office, number, Change(snooze_until=clock.at))
    changed(office, number, Change(snooze_until=clock.at + timedelta(hours=2)))

    def woken() -> int:
        with office.desk.transaction():
            return wake_due(office.desk)

    early = woken()
    clock.at += timedelta(hours=2)

    assert (early, woken(), woken()) == (0, 1, 0)
    ticket = find_ticket(office.desk, office.maria, number)
    assert (ticket.snooze_until, ticket.unread) == (None, True)


def test_an_answer_of_the_person_ends_a_snooze(office: Office, clock: FixedClock) -> None:
    row = answer(office, mail(Message_ID="<one@example.com>"))
    changed(office, row.ticket_id or 0, Change(snooze_until=clock.at + timedelta(days=3)))

    take_in(office.desk, mail("Any news?", In_Reply_To="<one@example.com>"))

    office.desk.session.expire_all()
    assert find_ticket(office.desk, office.maria, row.ticket_id or 0).snooze_until is None


@pytest.mark.parametrize("asked", [0, -1, 10**6, 2**63, 2**70])
def test_a_number_nobody_has_is_not_found(office: Office, number: int, asked: int) -> None:
    with pytest.raises(NotFound, match="There is no ticket"):
        find_ticket(office.desk, office.maria, asked)


def test_what_is_not_theirs_is_not_found_in_the_same_words(office: Office, number: int) -> None:
    stranger = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Jonas Weber")

    with pytest.raises(NotFound) as theirs:
        find_ticket(office.desk, stranger, number)
    with pytest.raises(NotFound) as nobodys:
        find_ticket(office.desk, stranger, number + 1)

    assert str(theirs.value).replace(str(number), "N") == str(nobodys.value).replace(str(number + 1), "N")


def test_operations_change_no_ticket(office: Office, number: int) -> None:
    tom = make_agent(office.desk, office.company, "Tom Ritter", Role.OPERATIONS)

    with pytest.raises(NotFound):
        change_ticket(office.desk, tom, number, Change(status="closed"))


def test_a_locked_ticket_is_read_anew(office: Office, number: int) -> None:
    stale = find_ticket(office.desk, office.maria, number)
    with Session(db.engine) as other, other.begin():
        other.execute(update(Ticket).values(subject="Changed elsewhere"))

    fresh = find_ticket(office.desk, office.maria, number, lock=True)

    assert stale is fresh
    assert fresh.subject == "Changed elsewhere"

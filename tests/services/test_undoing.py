"""Actions on tickets, one or many, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.snooze import LATEST, Snooze, snooze_end
from hub.domain.task import TaskState
from hub.errors import Refused
from hub.models import Company, Correction, Task, TaskTicket, Ticket
from hub.services.operations.tasks import move_task
from hub.services.settings.configuration import read_directory
from hub.services.tickets.snoozing import wake_due
from hub.services.tickets.tickets import Change, change_ticket
from hub.services.tickets.undoing import change_many, change_undoably, undo
from tests.factories import make_agent, save


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


def make_ticket(desk: Desk, company: Company, **more: object) -> Ticket:
    return save(desk, Ticket(company_id=company.id, channel="email", subject="Tap", status="open", **more))


def test_what_was_changed_is_as_it_was_and_nothing_is_learnt(desk: Desk, company: Company, maria: Actor) -> None:
    ticket = make_ticket(desk, company, band="suggest")
    _changed, way_back = change_undoably(desk, maria, ticket.id, Change(queue="billing", priority="high"))
    assert way_back is not None

    undo(desk, maria, way_back)

    assert (ticket.queue, ticket.priority, ticket.band) == ("front-desk", "normal", "suggest")
    assert [each.undone_at is None for each in desk.session.scalars(select(Correction))] == [False]


def test_undoing_closing_opens_again_with_its_clock(desk: Desk, company: Company, maria: Actor) -> None:
    waited = desk.clock.now() - timedelta(minutes=5)
    ticket = make_ticket(desk, company, waiting_since=waited)
    _changed, way_back = change_undoably(desk, maria, ticket.id, Change(status="closed"))
    assert way_back is not None

    undo(desk, maria, way_back)

    assert (ticket.status, ticket.closed_at, ticket.waiting_since) == ("open", None, waited)
    assert ticket.due_at is not None


def test_what_was_changed_again_since_stays(desk: Desk, company: Company, maria: Actor) -> None:
    ticket = make_ticket(desk, company)
    _changed, way_back = change_undoably(desk, maria, ticket.id, Change(priority="high"))
    change_ticket(desk, maria, ticket.id, Change(priority="low"))
    assert way_back is not None

    done = undo(desk, maria, way_back)

    assert ticket.priority == "low"
    assert [each.number for each in done.failures] == [ticket.id]


def test_only_whoever_did_it_can_undo_it_and_only_once_within_a_day(desk: Desk, company: Company, maria: Actor) -> None:
    jonas = make_agent(desk, company, "Jonas Weber")
    ticket = make_ticket(desk, company)
    _changed, first = change_undoably(desk, maria, ticket.id, Change(priority="high"))
    _changed, second = change_undoably(desk, maria, ticket.id, Change(priority="low"))
    assert first is not None
    assert second is not None

    with pytest.raises(Refused):
        undo(desk, jonas, second)
    undo(desk, maria, second)
    with pytest.raises(Refused):
        undo(desk, maria, second)
    desk.clock.at += timedelta(hours=25)  # type: ignore[attr-defined]  # the clock of tests
    with pytest.raises(Refused, match="more than a day"):
        undo(desk, maria, first)


def test_many_are_changed_and_what_could_not_be_says_why(desk: Desk, company: Company, maria: Actor) -> None:
    free, busy = make_ticket(desk, company), make_ticket(desk, company)
    task = save(desk, Task(company_id=company.id, kind="repair", title="Tap", team="maintenance"))
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=busy.id))

    done = change_many(desk, maria, [free.id, busy.id, 99_999], Change(status="closed"))

    assert done.numbers == (free.id,)
    assert {each.number: each.reason.split(":")[0] for each in done.failures} == {
        busy.id: f"Work is still open (T-{task.id})",
        99_999: "There is no ticket #99999.",
    }
    assert (free.status, busy.status) == ("closed", "open")
    assert done.undo is not None
    undo(desk, maria, done.undo)
    assert free.status == "open"


def test_a_ticket_asleep_for_its_task_wakes_when_the_task_moves(desk: Desk, company: Company, maria: Actor) -> None:
    tom = Actor(name="Tom", everything=True)
    ticket = make_ticket(desk, company)
    task = save(desk, Task(company_id=company.id, kind="repair", title="Tap", team="maintenance"))
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=ticket.id))
    until = desk.clock.now() + timedelta(days=2)
    change_ticket(desk, maria, ticket.id, Change(snooze_until=until, snooze_for=Snooze.TASK))

    move_task(desk, read_directory(desk), tom, task, TaskState.IN_PROGRESS)

    assert (ticket.snooze_until, ticket.snoozed_for, ticket.unread) == (None, "", True)


def test_a_ticket_asleep_until_a_time_sleeps_through_its_task(desk: Desk, company: Company, maria: Actor) -> None:
    tom = Actor(name="Tom", everything=True)
    ticket = make_ticket(desk, company)
    task = save(desk, Task(company_id=company.id, kind="repair", title="Tap", team="maintenance"))
    save(desk, TaskTicket(company_id=company.id, task_id=task.id, ticket_id=ticket.id))
    change_ticket(desk, maria, ticket.id, Change(snooze_until=desk.clock.now() + timedelta(days=2)))

    move_task(desk, read_directory(desk), tom, task, TaskState.IN_PROGRESS)
    slept = ticket.snooze_until is not None
    desk.clock.at += timedelta(days=3)  # type: ignore[attr-defined]  # the clock of tests
    wake_due(desk)

    assert slept
    assert ticket.snooze_until is None


@given(
    st.sampled_from(list(Snooze)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - given its zone below
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_whatever_sleeps_wakes_later_and_within_a_month(choice: Snooze, at: datetime, zone: str) -> None:
    now = at.replace(tzinfo=UTC)

    end = snooze_end(choice, now, zone)

    assert now < end <= now + LATEST


def test_tomorrow_and_monday_are_eight_in_the_morning_where_the_company_is() -> None:
    saturday = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 23:30 in Berlin, the clocks change in the night

    assert snooze_end(Snooze.TOMORROW, saturday, "Europe/Berlin") == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert snooze_end(Snooze.MONDAY, saturday, "Europe/Berlin") == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)

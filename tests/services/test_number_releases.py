"""A number for one visit: one colleague sees it, until its time, and then nobody does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub.clock import FixedClock
from hub.domain.access import Actor, Role
from hub.domain.task import TaskState
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import NumberRelease
from hub.services.operations.tasks import move_task
from hub.services.people.number_releases import (
    close_release,
    number_shown,
    open_releases,
    release_number,
    tickets_with_numbers,
)
from hub.services.settings.configuration import read_directory
from tests.factories import make_agent, make_company
from tests.services.ordering import NOVAKS_PHONE, Work, make_work
from tests.services.steps import Office, events_of

TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


@pytest.fixture
def eva(office: Office) -> Actor:
    """Return a second one of operations."""
    return make_agent(office.desk, office.company, "Eva Lang", Role.OPERATIONS)


def release(work: Work, ends_at: datetime, *, to: Actor | None = None, actor: Actor | None = None) -> NumberRelease:
    desk = work.office.desk
    with desk.transaction():
        return release_number(
            desk,
            actor or work.office.maria,
            work.task.id,
            ticket=work.ticket,
            agent=(to or work.tom).agent_id or 0,
            ends_at=ends_at,
        )


def seen(work: Work, actor: Actor) -> str:
    shown = number_shown(work.office.desk, actor, work.task)
    return shown.number if shown is not None else ""


def test_one_colleague_sees_the_number_until_its_time(work: Work, eva: Actor, clock: FixedClock) -> None:
    before = seen(work, work.tom)
    release(work, clock.at + TWO_HOURS)

    open_now = [seen(work, each) for each in (work.tom, eva)]
    clock.at += TWO_HOURS

    assert (before, open_now, seen(work, work.tom)) == ("", [NOVAKS_PHONE, ""], "")
    assert open_releases(work.office.desk, work.task) == []


def test_the_release_stands_on_the_ticket_without_the_number(work: Work, clock: FixedClock) -> None:
    release(work, clock.at + TWO_HOURS)

    assert "number released" in events_of(work.office.desk, work.ticket)


def test_it_closes_with_the_work_and_by_hand(work: Work, eva: Actor, clock: FixedClock) -> None:
    desk = work.office.desk
    row = release(work, clock.at + TWO_HOURS)
    release(work, clock.at + TWO_HOURS, to=eva)
    with desk.transaction():
        close_release(desk, work.office.maria, work.task.id, row.id)
    closed = [seen(work, each) for each in (work.tom, eva)]
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, TaskState.DONE)

    assert closed == ["", NOVAKS_PHONE]
    assert seen(work, eva) == ""
    with pytest.raises(NotFound):
        close_release(desk, work.office.maria, work.task.id, row.id)
    with pytest.raises(Refused, match="nobody visits"):
        release(work, clock.at + TWO_HOURS)


def test_a_new_release_takes_the_place_of_the_one_before(work: Work, clock: FixedClock) -> None:
    release(work, clock.at + TWO_HOURS)
    release(work, clock.at + timedelta(hours=1))

    (only,) = open_releases(work.office.desk, work.task)
    assert only.release.ends_at == clock.at + timedelta(hours=1)


def test_only_customer_service_releases_and_only_to_who_works_there_for_a_time_to_come(
    work: Work, clock: FixedClock
) -> None:
    desk = work.office.desk
    stranger = make_agent(desk, make_company(desk, "Other"), "Sam", Role.OPERATIONS)

    with pytest.raises(Forbidden):
        release(work, clock.at + TWO_HOURS, actor=work.tom)
    with pytest.raises(NotFound):
        release(work, clock.at + TWO_HOURS, actor=stranger)
    for ends_at, to, field in (
        (clock.at, work.tom, "until"),
        (clock.at + timedelta(hours=73), work.tom, "until"),
        (clock.at + TWO_HOURS, stranger, "agent"),
    ):
        with pytest.raises(Invalid) as refusal:
            release(work, ends_at, to=to)
        assert refusal.value.field == field
    with pytest.raises(Invalid):
        release_number(
            desk,
            work.office.maria,
            work.task.id,
            ticket=999,
            agent=work.tom.agent_id or 0,
            ends_at=clock.at + TWO_HOURS,
        )
    assert [each.id for each in tickets_with_numbers(desk, work.office.maria, work.task.id)[1]] == [work.ticket]

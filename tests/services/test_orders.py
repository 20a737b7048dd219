"""Orders, the team's side: placed with a private link, followed by task and tickets, chased when nobody answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from hub.clock import FixedClock
from hub.domain.access import Role
from hub.domain.task import TaskState
from hub.domain.ticket import Priority
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Identity, Order, Task, Ticket, TicketEvent
from hub.services.operations.order_link import arrive, ask_for_more, decline, find_by_token, propose
from hub.services.operations.orders import (
    agree,
    cancel_order,
    chase_orders,
    decide_more,
    find_order,
    offer_again,
    place_order,
)
from hub.services.operations.tasks import move_task
from hub.services.settings.configuration import read_directory
from tests.factories import make_agent, make_company, save
from tests.services.ordering import AFTERNOON, MORNING, Work, a_form, make_work, report
from tests.services.steps import Office


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


def present(work: Work, order: Order) -> tuple[str, str, str]:
    """Return how order, task and the ticket's row stand."""
    session = work.office.desk.session
    session.expire_all()
    row = session.get_one(Order, order.id)
    return row.state, session.get_one(Task, row.task_id).state, session.get_one(Ticket, work.ticket).blocker


def told(work: Work) -> list[str]:
    """Return what the ticket's history says of the order."""
    events = work.office.desk.session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == work.ticket, TicketEvent.kind == "task moved")
    )
    return [each.facts["reason"] for each in sorted(events, key=lambda each: each.id)]


def test_an_order_goes_out_by_text_with_a_private_link_and_without_the_unit(work: Work) -> None:
    order = work.order()

    (letter,) = work.letters()
    assert (letter.channel, letter.recipient) == ("sms", "+12025550192")
    assert f"/o/{work.token(order)}" in letter.payload["text"]
    assert "Drain in [unit] blocked, Park 3" in letter.payload["text"]
    assert not [each for each in ("1A", "Novak", "jan@") if each in letter.payload["text"]]
    assert order.token_hash != work.token(order).encode()
    assert present(work, order) == (
        "offered",
        "with_craftsman",
        f"T-{work.task.id} with craftsman: Hofer Plumbing, not accepted yet",
    )
    assert told(work) == [f"O-{order.id} to Hofer Plumbing"]


def test_a_craftsman_without_a_number_is_written_by_mail(work: Work) -> None:
    work.hofer.prefers = "email"
    work.office.desk.session.commit()

    work.order()

    (letter,) = work.letters()
    assert (letter.channel, letter.recipient) == ("email", "hofer@example.com")


def test_nobody_is_ordered_whom_nobody_can_write_to(work: Work) -> None:
    for each in work.office.desk.session.scalars(select(Identity).where(Identity.contact_id == work.hofer.id)):
        work.office.desk.session.delete(each)
    work.office.desk.session.commit()

    with pytest.raises(Refused, match="neither a mobile number nor an email address"):
        work.order()
    assert work.office.desk.session.scalars(select(Order)).all() == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"scope": " "}, "scope"),
        ({"scope": "x" * 5000}, "scope"),
        ({"slots": ()}, "slot_1_on"),
        ({"slots": ((MORNING[1] - timedelta(days=9), MORNING[1] - timedelta(days=8)),)}, "slot_1_on"),
        ({"limit_cents": -1}, "limit"),
        ({"craftsman": "x"}, "craftsman"),
        ({"craftsman": "999999"}, "craftsman"),
    ],
)
def test_an_order_says_what_is_missing(work: Work, more: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        work.order(**more)

    assert refusal.value.field == field


def test_nobody_is_ordered_whose_insurance_has_ended(work: Work) -> None:
    work.hofer.insured_until = date(2026, 11, 15)
    work.office.desk.session.commit()

    with pytest.raises(Invalid, match="insurance of Hofer Plumbing ended on 2026-11-15"):
        work.order()


def test_a_task_has_one_open_order_and_is_not_closed_under_it(work: Work) -> None:
    order = work.order()

    with pytest.raises(Refused, match=f"O-{order.id} is still with Hofer Plumbing"):
        work.order()
    for wanted in (TaskState.DONE, TaskState.CANCELLED):
        with pytest.raises(Refused, match="cancel the order first"), work.office.desk.transaction():
            move_task(work.office.desk, read_directory(work.office.desk), work.tom, work.task, wanted)


def test_agents_and_other_companies_order_nobody(work: Work) -> None:
    desk = work.office.desk
    stranger = make_agent(desk, make_company(desk, "Hafen Homes"), "Uwe", Role.OPERATIONS)
    order = work.order()

    with pytest.raises(Forbidden, match="Only operations order craftsmen"):
        place_order(desk, work.office.maria, work.task.id, work.wanted())
    with pytest.raises(NotFound):
        place_order(desk, stranger, work.task.id, work.wanted())
    for number in (order.id, 0, 2**70):
        with pytest.raises(NotFound):
            find_order(desk, stranger, number)


def test_a_cancelled_order_tells_the_craftsman_and_gives_the_task_back(work: Work) -> None:
    order = work.accepted()

    for _ in range(2):
        with work.office.desk.transaction():
            cancel_order(work.office.desk, work.tom, order.id)

    assert present(work, order) == ("cancelled", "to_do", f"T-{work.task.id} to do")
    (_, letter) = work.letters()
    assert "is cancelled, please do not come" in letter.payload["text"]


def test_who_cannot_be_told_is_to_be_called(work: Work, clock: FixedClock) -> None:
    order = work.accepted()
    for each in work.office.desk.session.scalars(select(Identity).where(Identity.contact_id == work.hofer.id)):
        each.opted_out_at = clock.now()
    work.office.desk.session.commit()

    with work.office.desk.transaction():
        cancel_order(work.office.desk, work.tom, order.id)

    assert present(work, order)[0] == "cancelled"
    assert told(work)[-1].startswith(f"O-{order.id} Hofer Plumbing was not told, call them:")


def test_a_proposed_time_is_agreed_or_answered_with_others(work: Work) -> None:
    desk = work.office.desk
    order = work.order(slots=(MORNING,))
    with desk.transaction():
        propose(desk, work.token(order), a_form(), AFTERNOON)
    asked = present(work, order)
    with desk.transaction():
        offer_again(desk, work.tom, order.id, [AFTERNOON])
    again = present(work, order)
    with desk.transaction():
        propose(desk, work.token(order), a_form(), MORNING)
    with desk.transaction():
        agree(desk, work.tom, order.id)

    assert asked[2].endswith("Hofer Plumbing, proposes Wed 18 Nov 15:00–17:00")
    assert again[0] == "offered"
    assert present(work, order) == (
        "accepted",
        "scheduled",
        f"T-{work.task.id} scheduled: Hofer Plumbing, Wed 18 Nov 09:00–11:00",
    )
    assert desk.session.get_one(Task, work.task.id).due_on == date(2026, 11, 18)


@pytest.mark.parametrize(("allowed", "limit"), [(True, 43_000), (False, 18_000)])
def test_more_work_is_allowed_or_not_and_the_craftsman_hears_it(work: Work, allowed: bool, limit: int) -> None:
    desk = work.office.desk
    order = work.accepted(limit_cents=18_000)
    with desk.transaction():
        arrive(desk, work.token(order), a_form())
    with desk.transaction():
        ask_for_more(desk, work.token(order), a_form(), report("New pipe", cents=25_000))
    asked = present(work, order)

    with desk.transaction():
        decide_more(desk, work.tom, order.id, allowed=allowed)

    assert asked == (
        "more_work",
        "in_progress",
        f"T-{work.task.id} in progress: Hofer Plumbing, more work needed, waits for us",
    )
    assert f"O-{order.id} needs more work for 250.00 EUR: New pipe" in told(work)
    assert present(work, order)[:2] == ("on_site", "in_progress")
    assert desk.session.get_one(Order, order.id).limit_cents == limit
    assert ("is allowed" in work.letters()[-1].payload["text"]) is allowed


@pytest.mark.parametrize(("priority", "hours"), [(Priority.URGENT, 4), (Priority.NORMAL, 48)])
def test_an_offer_nobody_accepts_in_time_is_told_to_the_team_once(
    office: Office, clock: FixedClock, priority: Priority, hours: int
) -> None:
    work = make_work(office, priority=priority)
    order = work.order()
    clock.at += timedelta(hours=hours, minutes=-1)
    with office.desk.transaction():
        early = chase_orders(office.desk)
    clock.at += timedelta(minutes=1)

    counts = []
    for _ in range(2):
        with office.desk.transaction():
            counts.append(chase_orders(office.desk))

    assert (early, counts) == (0, [1, 0])
    assert told(work)[-1] == (
        f"O-{order.id} not accepted by Hofer Plumbing in {hours} h: call them, or order somebody else"
    )
    assert present(work, order)[2].endswith(f"Hofer Plumbing has not answered for {hours} h")


def test_an_offer_that_nobody_accepts_at_all_ends_and_the_task_is_the_teams_again(
    work: Work, clock: FixedClock
) -> None:
    order = work.order()
    clock.at += timedelta(days=14)

    with work.office.desk.transaction():
        chase_orders(work.office.desk)

    assert present(work, order)[:2] == ("expired", "to_do")


def test_after_a_refusal_somebody_else_can_be_ordered(work: Work) -> None:
    desk = work.office.desk
    first = work.order()
    with desk.transaction():
        decline(desk, work.token(first), a_form(), "No time before Friday")

    second = work.order()

    assert present(work, first)[:2] == ("declined", "with_craftsman")
    assert f"O-{first.id} declined: No time before Friday" in told(work)
    assert find_by_token(desk, work.token(second)).id == second.id != first.id


def test_a_closed_task_orders_nobody(work: Work) -> None:
    desk = work.office.desk
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, TaskState.DONE)

    with pytest.raises(Refused, match="take it up again"):
        work.order()


def test_a_key_that_has_changed_keeps_the_links_that_are_out(work: Work) -> None:
    order = work.order()

    save(work.office.desk, order)

    assert find_by_token(work.office.desk, work.token(order)).id == order.id

"""Three things staff may promise at once, each up to the limit of their role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import Actor, Role
from hub.domain.allowance import Allowed, limit_of
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import Company, OutboxRow, Task, TaskEvent, Ticket, TicketEvent
from hub.services.tickets.allowances import Wish, allow
from tests.factories import make_agent, make_contact, save


@pytest.fixture
def maria(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company)


@pytest.fixture
def ticket(desk: Desk, company: Company) -> Ticket:
    aylin = make_contact(desk, company, email="aylin@example.com", role="resident")
    row = Ticket(
        company_id=company.id,
        contact_id=aylin.id,
        channel="email",
        subject="Fee",
        requester_name="Aylin Demir",
        requester_role="resident",
        unit_label="Lindenhof 12 3B",
        language="de",
    )
    return save(desk, row)


def tomorrow(desk: Desk, days: int = 1) -> date:
    return desk.clock.now().date() + timedelta(days=days)


def test_a_fee_waived_is_told_handed_to_billing_and_written_down(desk: Desk, maria: Actor, ticket: Ticket) -> None:
    with desk.transaction():
        allow(desk, maria, ticket.id, Wish(Allowed.WAIVE_FEE, "the late fee", amount="25,00"))

    sent = desk.session.scalars(select(OutboxRow).where(OutboxRow.purpose == "reply")).one()
    task = desk.session.scalars(select(Task)).one()
    event = desk.session.scalars(select(TicketEvent).where(TicketEvent.kind == "allowed")).one()
    assert sent.payload["text"].startswith("Guten Tag Aylin Demir,\n\nwir erlassen Ihnen the late fee über 25.00 EUR.")
    assert (task.team, task.title) == ("billing", "Waive: the late fee")
    assert "Aylin" not in task.description
    assert (event.actor_name, event.facts["action"]) == ("Maria Keller", "waive_fee")


def test_a_visit_and_keys_make_tasks_of_maintenance(desk: Desk, maria: Actor, ticket: Ticket) -> None:
    day = tomorrow(desk)

    with desk.transaction():
        allow(desk, maria, ticket.id, Wish(Allowed.BOOK_VISIT, "the drain is cleared", day=day))
    with desk.transaction():
        allow(desk, maria, ticket.id, Wish(Allowed.ORDER_KEY, "mailbox key", count=2))

    task = desk.session.scalars(select(Task)).one()
    said = desk.session.scalars(select(TaskEvent).where(TaskEvent.kind == "comment")).one()
    assert (task.team, task.due_on, task.title) == ("maintenance", day, "Visit: the drain is cleared")
    assert "2 × mailbox key" in said.facts["text"]


def test_beyond_the_limit_of_a_role_nothing_is_done(desk: Desk, company: Company, maria: Actor, ticket: Ticket) -> None:
    ines = make_agent(desk, company, "Ines Vogt", Role.MANAGER)
    much = Wish(Allowed.WAIVE_FEE, "the late fee", amount="50.01")

    for wish in (
        much,
        Wish(Allowed.ORDER_KEY, "key", count=3),
        Wish(Allowed.BOOK_VISIT, "the drain", day=tomorrow(desk, 15)),
    ):
        with pytest.raises(Refused, match="ask a manager"):
            allow(desk, maria, ticket.id, wish)
    nothing = desk.session.scalars(select(OutboxRow)).all()
    with desk.transaction():
        allow(desk, ines, ticket.id, much)

    assert nothing == []
    assert len(desk.session.scalars(select(OutboxRow)).all()) == 1


def test_a_companys_own_limit_counts(desk: Desk, company: Company, maria: Actor, ticket: Ticket) -> None:
    company.settings = {"limits": {"agent": {"waive_fee": 1000, "order_key": 0}}}
    desk.session.commit()

    with pytest.raises(Refused, match=r"up to 10\.00 EUR"):
        allow(desk, maria, ticket.id, Wish(Allowed.WAIVE_FEE, "the late fee", amount="11"))
    with pytest.raises(Refused, match="may not do this"):
        allow(desk, maria, ticket.id, Wish(Allowed.ORDER_KEY, "key"))


@pytest.mark.parametrize("amount", ["", "0", "-5", "1.001", "many", "NaN", "Infinity", "1e9"])
def test_an_amount_is_a_sum_of_money(desk: Desk, maria: Actor, ticket: Ticket, amount: str) -> None:
    with pytest.raises(Invalid):
        allow(desk, maria, ticket.id, Wish(Allowed.WAIVE_FEE, "the late fee", amount=amount))


def test_a_visit_is_still_to_come_and_operations_promise_nothing(
    desk: Desk, company: Company, maria: Actor, ticket: Ticket
) -> None:
    tom = make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)

    with pytest.raises(Invalid, match="still to come"):
        allow(desk, maria, ticket.id, Wish(Allowed.BOOK_VISIT, "the drain", day=tomorrow(desk, 0)))
    with pytest.raises((NotFound, Forbidden)):
        allow(desk, tom, ticket.id, Wish(Allowed.ORDER_KEY, "key"))


@given(
    st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.dictionaries(st.text(), st.integers())),
    st.sampled_from(list(Role)),
    st.sampled_from(list(Allowed)),
)
def test_no_settings_give_a_negative_limit(settings: dict[str, object], role: Role, action: Allowed) -> None:
    assert limit_of(action, role, {"limits": settings}) >= 0
    assert limit_of(action, role, settings) >= 0

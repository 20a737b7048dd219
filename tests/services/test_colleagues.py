"""Who works for a company: invited, changed, taken out, and what that changes at once."""

from __future__ import annotations

import pytest

from hub.desk import Desk
from hub.domain.access import Ability, Actor, Role
from hub.errors import Forbidden, Invalid, Refused
from hub.models import Agent, Company, Ticket
from hub.services.inbox.inbox import list_tickets
from hub.services.staff.accounts import actor_of, find_sign_in, sign_in_with_link, start_sign_in
from hub.services.staff.colleagues import Post, change_post, invite, staff_of, take_out
from tests.factories import make_agent, make_company
from tests.services.steps import mail, take_in

MAIL = "lea.blum@example.org"


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, mail="desk@example.org")


@pytest.fixture
def robin(desk: Desk, company: Company) -> Actor:
    return make_agent(desk, company, "Robin Sander", Role.ADMIN)


def acting(desk: Desk, agent: Agent) -> Actor:
    found = actor_of(desk, agent.id)
    assert found is not None
    return found


def test_who_is_invited_comes_in_by_the_link_with_the_role_and_queues_they_were_given(
    desk: Desk, company: Company, robin: Actor
) -> None:
    take_in(desk, mail())
    with desk.transaction():
        invited = invite(
            desk, robin, company, email=f" {MAIL.upper()} ", name="Lea  Blum", post=Post("agent", ["billing"])
        )
    with desk.transaction():
        signed_in = sign_in_with_link(desk, invited.link.rpartition("/")[2])

    lea = acting(desk, invited.agent)
    assert (invited.agent.email, invited.agent.name, signed_in.agent_id) == (MAIL, "Lea Blum", invited.agent.id)
    assert lea.can(Ability.WRITE_TO_PEOPLE, company.id)
    assert not lea.can(Ability.SEE_BALANCES, company.id)
    assert list_tickets(desk, lea, "all").tickets == []


def test_nobody_gets_a_link_to_an_account_that_was_there_before(desk: Desk, company: Company, robin: Actor) -> None:
    park = make_company(desk, "Park Homes")
    there = make_agent(desk, park, "Lea Blum")
    known = desk.session.get_one(Agent, there.agent_id)

    with desk.transaction():
        invited = invite(desk, robin, company, email=known.email, name="Somebody", post=Post("agent"))

    assert (invited.agent.id, invited.link, known.name) == (known.id, "", "Lea Blum")
    assert set(acting(desk, known).grants) == {park.id, company.id}


def test_another_role_holds_at_once(desk: Desk, company: Company, robin: Actor) -> None:
    maria = make_agent(desk, company)
    agent = desk.session.get_one(Agent, maria.agent_id)

    with desk.transaction():
        change_post(desk, robin, company, agent.id, Post("manager"))
    promoted = acting(desk, agent)
    with desk.transaction():
        change_post(desk, robin, company, agent.id, Post("operations", balances=False))

    assert promoted.can(Ability.SEE_METRICS, company.id)
    assert promoted.can(Ability.SEE_BALANCES, company.id)
    assert not acting(desk, agent).can(Ability.READ_TICKETS, company.id)


def test_who_is_taken_out_leaves_their_tickets_and_is_signed_out(desk: Desk, company: Company, robin: Actor) -> None:
    maria = make_agent(desk, company)
    ticket = desk.session.get_one(Ticket, take_in(desk, mail())[0].ticket_id)
    ticket.assignee_id = maria.agent_id
    desk.session.commit()
    with desk.transaction():
        signed_in = start_sign_in(desk, agent_id=maria.agent_id)

    with desk.transaction():
        agent = take_out(desk, robin, company, maria.agent_id or 0)

    desk.session.refresh(ticket)
    assert ticket.assignee_id is None
    assert actor_of(desk, agent.id) is None
    assert find_sign_in(desk, signed_in.secret) is None
    assert [each.name for each, _ in staff_of(desk, company)] == ["Robin Sander"]


def test_who_works_elsewhere_too_keeps_their_account(desk: Desk, company: Company, robin: Actor) -> None:
    maria = make_agent(desk, company)
    agent = desk.session.get_one(Agent, maria.agent_id)
    park = make_company(desk, "Park Homes")
    with desk.transaction():
        invite(
            desk, make_agent(desk, park, "Ines Vogt", Role.ADMIN), park, email=agent.email, name="M", post=Post("agent")
        )
    with desk.transaction():
        take_out(desk, robin, company, agent.id)

    assert set(acting(desk, agent).grants) == {park.id}


def test_the_last_administrator_stays_one(desk: Desk, company: Company, robin: Actor) -> None:
    for change in (change_post, take_out):
        more = (Post("agent"),) if change is change_post else ()
        with pytest.raises(Refused, match="has no other administrator"), desk.transaction():
            change(desk, robin, company, robin.agent_id or 0, *more)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("email", {"email": "nobody"}),
        ("name", {"name": " "}),
        ("role", {"post": Post("king")}),
        ("queues", {"post": Post("agent", ["garden"])}),
    ],
)
def test_a_mistake_names_the_field(
    desk: Desk, company: Company, robin: Actor, field: str, more: dict[str, object]
) -> None:
    given = {"email": MAIL, "name": "Lea Blum", "post": Post("agent")} | more

    with pytest.raises(Invalid) as refused, desk.transaction():
        invite(desk, robin, company, **given)

    assert refused.value.field == field


def test_only_the_companys_administrators_may(desk: Desk, company: Company, robin: Actor) -> None:
    stranger = make_agent(desk, make_company(desk, "Park Homes"), "Lea Blum", Role.ADMIN)

    for actor in (make_agent(desk, company), stranger):
        with pytest.raises(Forbidden):
            invite(desk, actor, company, email=MAIL, name="Lea", post=Post("admin"))
        with pytest.raises(Forbidden):
            change_post(desk, actor, company, robin.agent_id or 0, Post("agent"))
        with pytest.raises(Forbidden):
            take_out(desk, actor, company, robin.agent_id or 0)

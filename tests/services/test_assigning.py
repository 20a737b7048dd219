"""A company's rule decides who gets a new task; changed, it decides otherwise."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from hub.domain.access import Actor, Role
from hub.domain.assignment import Rule
from hub.domain.task import TaskKind
from hub.errors import Forbidden, Invalid
from hub.models import Agent, Company, Task
from hub.services.operations.assigning import rule_of, write_rule
from hub.services.operations.handmade_tasks import OwnTask, make_own_task, make_task
from hub.services.operations.task_talk import hand_over
from hub.services.settings.configuration import read_directory
from tests.factories import make_agent, make_company
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, mail, take_in


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear, made before there was any rule."""
    return make_work(office)


@pytest.fixture
def admin(office: Office) -> Actor:
    """Return who keeps the settings."""
    return make_agent(office.desk, office.company, "Ada Admin", Role.ADMIN)


@pytest.fixture
def eva(office: Office) -> Actor:
    """Return a second one of operations."""
    return make_agent(office.desk, office.company, "Eva Lang", Role.OPERATIONS)


def rule(work: Work, admin: Actor, rule: str, **given: int | None) -> None:
    desk = work.office.desk
    chosen = {name.replace("_", "-"): str(agent or "") for name, agent in given.items()}
    with desk.transaction():
        company = desk.session.get_one(Company, work.office.company.id)
        write_rule(desk, admin, company, "maintenance", {"rule": rule, **chosen})


def new_task(work: Work, **more: object) -> int | None:
    known = {"title": "Drain", "team": "maintenance", "kind": TaskKind.REPAIR} | more
    with work.office.desk.transaction():
        return make_own_task(work.office.desk, work.tom, OwnTask(**known)).assignee_id


def test_a_new_rule_changes_who_gets_the_next_task(work: Work, admin: Actor, eva: Actor) -> None:
    home = work.task.property_id
    got = [new_task(work)]
    rule(work, admin, "property", **{f"property_{home}": eva.agent_id, "otherwise": work.tom.agent_id})
    got += [new_task(work, property_id=home), new_task(work)]
    rule(work, admin, "trade", trade_plumbing=work.tom.agent_id)
    got += [new_task(work, answers={"trade": "plumbing"}), new_task(work, answers={"trade": "lift"})]

    assert got == [None, eva.agent_id, work.tom.agent_id, work.tom.agent_id, None]


def test_turns_are_taken_one_after_another(work: Work, admin: Actor, eva: Actor) -> None:
    rule(work, admin, "rota", turn_1=work.tom.agent_id, turn_2=eva.agent_id, turn_3=admin.agent_id)

    got = [new_task(work) for _ in range(4)]

    assert got == [work.tom.agent_id, eva.agent_id, admin.agent_id, work.tom.agent_id]


def test_a_ticket_s_task_is_given_out_by_the_trade_of_its_topic(work: Work, admin: Actor, eva: Actor) -> None:
    rule(work, admin, "trade", trade_plumbing=eva.agent_id)
    desk = work.office.desk
    (message,) = take_in(desk, mail("The tap drips.", sender="eva@example.com", subject="Tap"))
    ticket = desk.session.get_one(Task, work.task.id)

    with desk.transaction():
        task = make_task(
            desk, work.office.maria, message.ticket_id, team="maintenance", title="Tap", text="",
            kind=TaskKind.REPAIR, answers={"trade": "plumbing"},
        )  # fmt: skip

    assert (task.assignee_id, ticket.assignee_id) == (eva.agent_id, None)


def test_who_has_left_gets_nothing_more(work: Work, admin: Actor, eva: Actor) -> None:
    rule(work, admin, "rota", turn_1=eva.agent_id, turn_2=work.tom.agent_id)
    with work.office.desk.transaction() as session:
        session.execute(update(Agent).where(Agent.id == eva.agent_id).values(active=False))

    assert {new_task(work) for _ in range(3)} == {work.tom.agent_id}


def test_work_handed_over_goes_to_whom_the_other_team_names(work: Work, admin: Actor, eva: Actor) -> None:
    desk = work.office.desk
    with desk.transaction():
        company = desk.session.get_one(Company, work.office.company.id)
        write_rule(desk, admin, company, "billing", {"rule": "trade", "otherwise": str(eva.agent_id)})

    with desk.transaction():
        hand_over(desk, read_directory(desk), work.tom, work.task, "billing")

    assert work.task.assignee_id == eva.agent_id


def test_what_another_rule_needs_is_kept_beside(work: Work, admin: Actor, eva: Actor) -> None:
    rule(work, admin, "rota", turn_1=eva.agent_id)
    rule(work, admin, "trade", trade_lift=eva.agent_id)

    kept = rule_of(work.office.desk.session.get_one(Company, work.office.company.id), "maintenance")

    assert (kept.rule, kept.trades, kept.rota) == (Rule.TRADE, {"lift": eva.agent_id}, (eva.agent_id,))


def test_a_rule_names_only_the_companys_own_people_and_only_an_administrator_writes_it(
    work: Work, admin: Actor
) -> None:
    stranger = make_agent(work.office.desk, make_company(work.office.desk, "Other"), "Sam", Role.OPERATIONS)

    for actor, given, field in (
        (admin, {"rule": "rota", "turn-1": str(stranger.agent_id)}, "turn-1"),
        (admin, {"rule": "rota"}, "turn-1"),
        (admin, {"rule": "lottery"}, "rule"),
    ):
        with pytest.raises(Invalid) as refusal:
            write_rule(work.office.desk, actor, work.office.company, "maintenance", given)
        assert refusal.value.field == field
    with pytest.raises(Forbidden):
        write_rule(work.office.desk, work.tom, work.office.company, "maintenance", {"rule": "nobody"})

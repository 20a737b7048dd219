"""What a task says beside its text: kind, fields, checklist, who, when, cost; each change on every ticket that waits."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.access import Role
from hub.domain.task import TaskKind
from hub.errors import Forbidden, Invalid
from hub.models import Task, TaskEvent, TicketEvent
from hub.services.operations.assigning import who_works
from hub.services.operations.handmade_tasks import OwnTask, make_own_task, make_task, propose_task
from hub.services.operations.task_details import Details, change_details, check_steps
from hub.services.settings.configuration import read_directory
from tests.factories import make_agent, make_company, make_unit
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, mail, take_in

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


def change(work: Work, wanted: Details) -> Task:
    desk = work.office.desk
    with desk.transaction():
        return change_details(desk, read_directory(desk), work.tom, work.task.id, wanted)


def check(work: Work, *steps: str) -> Task:
    desk = work.office.desk
    with desk.transaction():
        return check_steps(desk, read_directory(desk), work.tom, work.task.id, steps)


def said(work: Work) -> list[str]:
    rows = work.office.desk.session.scalars(
        select(TicketEvent.facts).where(TicketEvent.kind == "task changed").order_by(TicketEvent.id)
    )
    return [each["reason"] for each in rows]


def test_what_changed_stands_on_the_task_and_on_its_tickets(work: Work) -> None:
    change(
        work,
        Details(TaskKind.REPAIR, {"trade": "plumbing", "room": "Bath"}, work.tom.agent_id, FRIDAY, cost_cents=18_050),
    )

    words = "Who: Tom Ritter; Due: 2026-11-20; Cost: 180.50; Trade: Water and drains; Where in the unit: Bath"
    assert said(work) == [f"T-{work.task.id}: {words}"]
    kept = work.office.desk.session.scalars(select(TaskEvent.facts).where(TaskEvent.kind == "comment")).all()
    assert [each["text"] for each in kept] == [words]


def test_saving_what_is_there_already_tells_nobody(work: Work) -> None:
    wanted = Details(TaskKind.REPAIR, {"trade": "plumbing"})
    change(work, wanted)

    change(work, wanted)

    assert len(said(work)) == 1


def test_another_kind_drops_what_it_does_not_ask(work: Work) -> None:
    change(work, Details(TaskKind.REPAIR, {"trade": "plumbing"}))

    task = change(work, Details(TaskKind.KEY, {"trade": "plumbing", "which": "fob"}))

    assert (task.kind, task.details) == ("key", {"which": "fob"})
    assert said(work)[-1] == f"T-{work.task.id}: Kind: Key; Which key: Fob; Trade: none"


def test_people_stay_out_of_fields_but_for_the_plate_that_names_them(work: Work) -> None:
    repair = change(work, Details(TaskKind.REPAIR, {"room": "Jan Novak's kitchen, +49 30 23125 102"})).details
    plate = change(work, Details(TaskKind.NAME_PLATE, {"plate": "Novak", "places": "Bell of Novak"})).details

    assert repair == {"room": "[name] kitchen, [phone]"}
    assert plate == {"plate": "Novak", "places": "Bell of [name]"}


def test_a_checklist_remembers_who_did_what_and_when(work: Work) -> None:
    check(work, "looked", "repaired", "no such step")
    task = check(work, "looked")

    assert {name: each["by"] for name, each in task.steps_done.items()} == {"looked": "Tom Ritter"}
    assert said(work) == [
        f"T-{work.task.id}: checked: Looked at, Repaired",
        f"T-{work.task.id}: not done after all: Repaired",
    ]


def test_only_operations_change_a_task_and_only_their_own_people_get_it(work: Work) -> None:
    desk = work.office.desk
    stranger = make_agent(desk, make_company(desk, "Other Homes"), "Eva Stranger", Role.OPERATIONS)

    with pytest.raises(Forbidden):
        change_details(desk, read_directory(desk), work.office.maria, work.task.id, Details(TaskKind.OTHER))
    with pytest.raises(Forbidden):
        check_steps(desk, read_directory(desk), work.office.maria, work.task.id, ["looked"])
    with pytest.raises(Invalid) as refusal:
        change(work, Details(TaskKind.REPAIR, assignee_id=stranger.agent_id))

    assert refusal.value.field == "assignee"
    assert [name for _, name in who_works(desk, work.office.company.id)] == ["Tom Ritter"]


def test_a_ticket_proposes_the_kind_and_the_agent_fills_in_its_fields(office: Office) -> None:
    (message,) = take_in(office.desk, mail("I am Aylin Demir and lost my key.", subject="Key"))
    proposal = propose_task(office.desk, office.maria, message.ticket_id)

    with office.desk.transaction():
        task = make_task(
            office.desk,
            office.maria,
            message.ticket_id,
            team="maintenance",
            title="Key",
            text="",
            kind=TaskKind.KEY,
            answers={"which": "mailbox", "lost": "stolen"},
        )

    assert proposal.kind is TaskKind.REPAIR
    assert (task.kind, task.details) == ("key", {"which": "mailbox", "lost": "stolen"})


def test_operations_make_a_task_no_ticket_asks_for(work: Work) -> None:
    desk, company = work.office.desk, work.office.company
    unit = make_unit(desk, company, "Lindenhof 12", "3B", access_notes="Key box 4")

    with desk.transaction():
        task = make_own_task(
            desk,
            work.tom,
            OwnTask(
                "Turn of 3B, call +49 30 23125 014",
                "maintenance",
                TaskKind.TURN,
                answers={"moves_out_on": "2026-11-30"},
                property_id=unit.property_id,
                unit="3b",
                due_on=FRIDAY,
            ),
        )

    assert (task.title, task.place, task.access_notes) == ("Turn of 3B, call [phone]", "Lindenhof 12, 3B", "Key box 4")
    assert task.details == {"moves_out_on": "2026-11-30"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"unit": "9Z"}, "unit"),
        ({"unit": "9Z", "property_id": None}, "property"),
        ({"property_id": 999_999}, "property"),
        ({"company": "nowhere"}, "company"),
        ({"priority": "soon"}, "priority"),
        ({"team": "gardeners"}, "team"),
        ({"title": " "}, "title"),
    ],
)
def test_a_task_of_ones_own_says_what_is_wrong(work: Work, more: dict[str, object], field: str) -> None:
    known = {"title": "Turn", "team": "maintenance", "kind": TaskKind.TURN, "property_id": work.task.property_id}

    with pytest.raises(Invalid) as refusal:
        make_own_task(work.office.desk, work.tom, OwnTask(**(known | more)))

    assert refusal.value.field == field


def test_customer_service_makes_tasks_on_tickets_not_on_the_board(work: Work) -> None:
    with pytest.raises(Forbidden):
        make_own_task(work.office.desk, work.office.maria, OwnTask("Turn", "maintenance", TaskKind.TURN))

"""Tasks for operations: made without people's names, moved by the team, every step on the ticket."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from channels.channel import Action
from hub.domain.access import Actor, Role
from hub.domain.task import TaskState
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import ChannelAccount, Task, TaskEvent, Ticket, TicketEvent, Unit
from hub.services.operations.handmade_tasks import make_task, propose_task
from hub.services.operations.operations import apply_action
from hub.services.operations.tasks import find_task, move_task
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company, make_contact, make_lease, make_team, make_unit, save
from tests.services.steps import Office, events_of, mail, outbox, send_all, take_in

TOMORROW = date(2026, 11, 17)


@pytest.fixture
def tom(office: Office) -> Actor:
    """Return somebody of operations."""
    return make_agent(office.desk, office.company, "Tom Ritter", Role.OPERATIONS)


@pytest.fixture
def task(office: Office) -> Task:
    """Return the task an agent made of a resident's message."""
    (message,) = take_in(office.desk, mail("Aylin Demir: call +49 30 23125 014, the tap drips."))
    with office.desk.transaction():
        return make_task(
            office.desk,
            office.maria,
            message.ticket_id,
            team="maintenance",
            title="Tap of Aylin",
            text="Call +49 30 23125 014",
        )


def ticket(office: Office) -> Ticket:
    office.desk.session.expire_all()
    return office.desk.session.scalars(select(Ticket)).one()


def move(office: Office, actor: Actor, task: Task, wanted: TaskState, **more: object) -> None:
    with office.desk.transaction():
        move_task(office.desk, read_directory(office.desk), actor, task, wanted, **more)


def press(office: Office, name: str, subject: str, *, text: str = "", company_id: int | None = None) -> str:
    with office.desk.transaction():
        action = Action("key", name, subject, "Tom", text)
        return apply_action(office.desk, read_directory(office.desk), company_id or office.company.id, action)


def test_a_task_names_nobody(office: Office, task: Task) -> None:
    assert (task.title, task.description) == ("Tap of [name]", "Call [phone]")
    assert ticket(office).blocker == f"T-{task.id} to do"
    assert "task created" in events_of(office.desk, ticket(office).id)


def test_a_proposal_is_masked_before_anybody_confirms_it(office: Office) -> None:
    (message,) = take_in(office.desk, mail("Aylin Demir, +49 30 23125 014: the tap drips.", subject="Aylin's tap"))

    proposal = propose_task(office.desk, office.maria, message.ticket_id)

    assert (proposal.title, proposal.text.strip()) == ("[name] tap", "[name], [phone]: the tap drips.")


def test_a_second_task_of_the_same_team_is_refused_and_of_another_team_made(office: Office, task: Task) -> None:
    def make(team: str) -> Task:
        with office.desk.transaction():
            return make_task(office.desk, office.maria, ticket(office).id, team=team, title="Rent", text="Reduce it")

    with pytest.raises(Refused, match=f"T-{task.id} of this team is still open"):
        make("maintenance")

    assert make("billing").team == "billing"


@pytest.mark.parametrize(("team", "title", "field"), [("gardeners", "Tap", "team"), ("maintenance", "  ", "title")])
def test_a_task_needs_a_team_and_a_title(office: Office, team: str, title: str, field: str) -> None:
    (message,) = take_in(office.desk, mail())

    with pytest.raises(Invalid) as refusal:
        make_task(office.desk, office.maria, message.ticket_id, team=team, title=title, text="")

    assert refusal.value.field == field


def test_every_step_of_operations_stands_on_the_ticket(office: Office, task: Task, tom: Actor) -> None:
    move(office, tom, task, TaskState.SCHEDULED)
    move(office, tom, task, TaskState.IN_PROGRESS)
    move(office, tom, task, TaskState.DONE)

    moves = office.desk.session.scalars(
        select(TicketEvent).where(TicketEvent.kind == "task moved").order_by(TicketEvent.id)
    ).all()
    assert [each.facts["state"] for each in moves] == ["scheduled", "in_progress", "done"]
    assert {each.actor_kind for each in moves} == {"operations"}
    assert ticket(office).blocker == ""


def test_a_block_says_why_and_until_when(office: Office, task: Task, tom: Actor) -> None:
    for reason, until, field in (("", TOMORROW, "reason"), ("No parts", None, "until")):
        with pytest.raises(Invalid) as refusal:
            move(office, tom, task, TaskState.BLOCKED, reason=reason, until=until)
        assert refusal.value.field == field

    move(office, tom, task, TaskState.BLOCKED, reason="No parts", until=TOMORROW)

    assert ticket(office).blocker == "Task blocked: No parts (until 17 Nov)"


def test_work_that_is_done_gives_a_waiting_ticket_back(office: Office, task: Task, tom: Actor) -> None:
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, ticket(office).id, Change(status="on_hold"))

    move(office, tom, task, TaskState.DONE)

    assert (ticket(office).status, ticket(office).unread) == ("open", True)


def test_a_ticket_waits_until_the_last_of_its_tasks_is_done(office: Office, task: Task, tom: Actor) -> None:
    with office.desk.transaction():
        other = make_task(office.desk, office.maria, ticket(office).id, team="billing", title="Rent", text="Reduce it")
        change_ticket(office.desk, office.maria, ticket(office).id, Change(status="on_hold"))

    move(office, tom, task, TaskState.DONE)
    between = (ticket(office).status, ticket(office).blocker)
    move(office, tom, other, TaskState.DONE)

    assert between == ("on_hold", f"T-{other.id} to do")
    assert ticket(office).status == "open"


def test_a_step_that_does_not_exist_is_refused_in_words(office: Office, task: Task, tom: Actor) -> None:
    move(office, tom, task, TaskState.DONE)

    with pytest.raises(Refused, match="is Done and cannot go to Done"):
        move(office, tom, task, TaskState.DONE)


def test_agents_move_no_tasks_and_operations_make_none(office: Office, task: Task, tom: Actor) -> None:
    with pytest.raises(Forbidden, match="Only operations can move tasks"):
        move(office, office.maria, task, TaskState.DONE)
    with pytest.raises(NotFound):
        make_task(office.desk, tom, ticket(office).id, team="maintenance", title="Tap", text="")


def test_a_task_of_another_company_is_not_found(office: Office, task: Task) -> None:
    elsewhere = make_agent(office.desk, make_company(office.desk, "Hafen Homes"), "Uwe", Role.OPERATIONS)

    with pytest.raises(NotFound):
        find_task(office.desk, elsewhere, task.id)
    with pytest.raises(NotFound):
        find_task(office.desk, elsewhere, 2**70)


def test_a_press_in_the_chat_tool_is_a_step(office: Office, task: Task) -> None:
    assert press(office, "task_start", f"T-{task.id}") == f"T-{task.id} is In progress"
    assert press(office, "task_done", f"T-{task.id}") == f"T-{task.id} is Done"
    assert press(office, "task_done", f"T-{task.id}") == f"T-{task.id} is Done already"


@pytest.mark.parametrize("subject", ["T-999", "T-", "T-x", "T-99999999999999999999", "4711; DROP TABLE", "T-١"])
def test_a_press_on_no_task_does_nothing(office: Office, task: Task, subject: str) -> None:
    assert press(office, "task_done", subject) == "no such task"


def test_a_press_from_another_companys_chat_does_nothing(office: Office, task: Task) -> None:
    other = make_company(office.desk, "Hafen Homes")

    assert press(office, "task_done", f"T-{task.id}", company_id=other.id) == "no such task"
    assert office.desk.session.get_one(Task, task.id).state == "to_do"


def test_a_word_in_the_thread_is_kept_for_staff_only(office: Office, task: Task) -> None:
    assert press(office, "comment", f"T-{task.id}", text="Will bring a new seal") == "noted"

    comment = office.desk.session.scalars(select(TaskEvent).where(TaskEvent.kind == "comment")).one()
    assert comment.facts["text"] == "Will bring a new seal"
    assert outbox(office.desk) == []


def test_a_card_goes_to_the_teams_channel_and_is_brought_up_to_date(office: Office, tom: Actor) -> None:
    save(office.desk, ChannelAccount(company_id=office.company.id, channel="slack", address="t1", settings={}))
    make_team(office.desk, office.company, "maintenance", slack_channel="C-repairs")
    (message,) = take_in(office.desk, mail())
    with office.desk.transaction():
        task = make_task(office.desk, office.maria, message.ticket_id, team="maintenance", title="Tap", text="")
    send_all(office.desk)
    office.desk.session.expire_all()

    move(office, tom, office.desk.session.get_one(Task, task.id), TaskState.DONE)

    first, second = outbox(office.desk, "card")
    assert (first.recipient, first.payload["update_of"]) == ("C-repairs", "")
    assert second.payload["update_of"] == first.provider_id != ""


def test_a_task_knows_the_home_and_how_to_get_in(office: Office) -> None:
    aylin = make_contact(office.desk, office.company, email="aylin@example.com")
    unit = make_unit(office.desk, office.company, access_notes="Key at the caretaker's")
    make_lease(office.desk, unit, aylin)
    (message,) = take_in(office.desk, mail(sender="aylin@example.com"))

    with office.desk.transaction():
        task = make_task(office.desk, office.maria, message.ticket_id, team="maintenance", title="Tap", text="")

    assert (task.place, task.unit_id, task.access_notes) == ("Lindenhof 12 3B", unit.id, "Key at the caretaker's")
    assert office.desk.session.get_one(Unit, unit.id).label == "3B"

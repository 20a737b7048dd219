"""Several tickets on one task, put together by hand, and one update that reaches each of their people separately."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.domain.access import Actor
from hub.domain.task import TaskState
from hub.domain.ticket import TicketStatus
from hub.errors import Forbidden, Invalid, NotFound, Refused
from hub.models import OutboxRow, TaskEvent, Ticket
from hub.services.operations.task_links import link_ticket, tasks_nearby, tickets_nearby, tickets_to_link, unlink_ticket
from hub.services.operations.tasks import move_task
from hub.services.operations.telling import tell_all, who_waits
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from hub.services.tickets.undoing import Done
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.services.ordering import Work, make_work
from tests.services.steps import Office, events_of, mail, outbox, take_in

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain that one resident has written about."""
    return make_work(office)


@pytest.fixture
def neighbour(work: Work) -> int:
    """Return the ticket of a resident of the same building."""
    return make_neighbour(work, "Omar Haddad", "omar@example.com")


def make_neighbour(work: Work, name: str, email: str, label: str = "2A") -> int:
    desk, company = work.office.desk, work.office.company
    home = desk.session.get_one(Ticket, work.ticket)
    unit = make_unit(desk, company, "Elsewhere", label)
    unit.property_id = home.property_id or 0
    save(desk, unit)
    make_lease(desk, unit, make_contact(desk, company, name, email=email, role="resident"))
    (message,) = take_in(desk, mail("My sink smells.", sender=email, subject=f"Sink of {label}"))
    return message.ticket_id


def link(work: Work, ticket: int, actor: Actor | None = None) -> None:
    desk = work.office.desk
    with desk.transaction():
        link_ticket(desk, read_directory(desk), actor or work.office.maria, work.task.id, ticket)


def block(work: Work) -> None:
    desk = work.office.desk
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, TaskState.BLOCKED, reason="No parts", until=FRIDAY)


def tell(work: Work, *tickets: int, text: str = "Hello {{name}}, we wait for a part.", form_id: str = "") -> Done:
    desk = work.office.desk
    with desk.transaction():
        return tell_all(desk, work.office.maria, work.task.id, tickets, text, form_id=form_id)


def fresh(work: Work, number: int) -> Ticket:
    work.office.desk.session.expire_all()
    return work.office.desk.session.get_one(Ticket, number)


def test_a_linked_ticket_hears_of_the_tasks_steps(work: Work, neighbour: int) -> None:
    link(work, neighbour)

    block(work)

    assert fresh(work, neighbour).blocker == "Task blocked: No parts (until 20 Nov)"
    assert events_of(work.office.desk, neighbour)[-2:] == ["task linked", "task moved"]


def test_linking_twice_is_linking_once(work: Work, neighbour: int) -> None:
    link(work, neighbour)
    link(work, neighbour)

    assert events_of(work.office.desk, neighbour).count("task linked") == 1
    said = work.office.desk.session.scalars(select(TaskEvent.facts).where(TaskEvent.kind == "comment")).all()
    assert [each["text"] for each in said] == [f"#{neighbour} waits for this too"]


def test_an_unlinked_ticket_is_its_agents_again(work: Work, neighbour: int) -> None:
    desk = work.office.desk
    link(work, neighbour)
    with desk.transaction():
        change_ticket(desk, work.office.maria, neighbour, Change(status=TicketStatus.ON_HOLD))

    with desk.transaction():
        unlink_ticket(desk, read_directory(desk), work.office.maria, work.task.id, neighbour)
    block(work)

    assert (fresh(work, neighbour).blocker, fresh(work, neighbour).status) == ("", "open")
    assert events_of(desk, neighbour)[-1] == "task unlinked"


def test_tickets_are_found_by_number_words_and_building(work: Work, neighbour: int) -> None:
    desk, maria = work.office.desk, work.office.maria
    (elsewhere,) = take_in(desk, mail("The lift is stuck.", sender="eva@example.com", subject="Lift"))

    by_number = tickets_to_link(desk, maria, work.task, f"#{elsewhere.ticket_id}")
    by_words = tickets_to_link(desk, maria, work.task, "sink smells")
    nearby = tickets_nearby(desk, maria, work.task)
    own = tickets_to_link(desk, maria, work.task, f"{work.ticket}")

    assert [each.id for each in by_number] == [elsewhere.ticket_id]
    assert [each.id for each in by_words] == [each.id for each in nearby] == [neighbour]
    assert own == tickets_to_link(desk, maria, work.task, "  ") == []
    assert [each.id for each in tasks_nearby(desk, fresh(work, neighbour))] == [work.task.id]


def test_only_customer_service_links_and_only_open_matters_of_one_company(work: Work, neighbour: int) -> None:
    desk = work.office.desk
    other = make_company(desk, "Other Homes", mail="other@example.org")
    stranger = make_agent(desk, other, "Eva Stranger")

    with pytest.raises(Forbidden):
        link(work, neighbour, work.tom)
    with pytest.raises(NotFound):
        link(work, neighbour, stranger)
    with desk.transaction():
        change_ticket(desk, work.office.maria, neighbour, Change(status=TicketStatus.CLOSED))
    with pytest.raises(Refused, match="closed: reopen it first"):
        link(work, neighbour)
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, TaskState.DONE)
    with pytest.raises(Refused, match="is Done: nobody waits"):
        link(work, make_neighbour(work, "Eva Lang", "eva@example.com", "4C"))


def test_telling_all_sends_each_their_own_reply(work: Work, neighbour: int) -> None:
    link(work, neighbour)
    block(work)

    done = tell(work, work.ticket, neighbour)

    replies = outbox(work.office.desk, "reply")
    assert done.numbers == (work.ticket, neighbour)
    assert [(each.ticket_id, each.recipient) for each in replies] == [
        (work.ticket, "jan@example.com"),
        (neighbour, "omar@example.com"),
    ]
    assert [each.payload["text"].split(",")[0] for each in replies] == ["Hello Jan Novak", "Hello Omar Haddad"]
    assert not any("omar@example.com" in str(each.payload) for each in replies[:1])


def test_who_cannot_be_told_is_named_with_the_reason_and_holds_up_nobody(work: Work, neighbour: int) -> None:
    link(work, neighbour)
    desk = work.office.desk
    nameless = fresh(work, neighbour)
    nameless.requester_name = "omar@example.com"
    desk.session.commit()

    done = tell(work, work.ticket, neighbour)

    assert done.numbers == (work.ticket,)
    assert [(each.number, "{{name}}" in each.reason) for each in done.failures] == [(neighbour, True)]
    assert [each.ticket_id for each in outbox(desk, "reply")] == [work.ticket]


def test_the_same_form_tells_once(work: Work, neighbour: int) -> None:
    link(work, neighbour)
    form = str(uuid4())

    first, second = tell(work, work.ticket, neighbour, form_id=form), tell(work, work.ticket, neighbour, form_id=form)

    assert first == second
    assert len(outbox(work.office.desk, "reply")) == 2


def test_operations_tell_nobody_and_their_words_leave_by_no_route(work: Work, neighbour: int) -> None:
    link(work, neighbour)
    block(work)

    with pytest.raises(Forbidden):
        tell_all(work.office.desk, work.tom, work.task.id, [work.ticket], "We come at nine.")

    assert work.office.desk.session.scalars(select(OutboxRow).where(OutboxRow.channel == "email")).all() == []


@pytest.mark.parametrize(("chosen", "text", "field"), [(False, "Hello", "number"), (True, "  ", "text")])
def test_telling_needs_words_and_somebody(work: Work, chosen: bool, text: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        tell(work, *([work.ticket] if chosen else []), text=text)

    assert refusal.value.field == field


def test_nobody_is_told_before_somebody_writes(work: Work, neighbour: int) -> None:
    link(work, neighbour)

    _, news, waiting = who_waits(work.office.desk, work.office.maria, work.task.id)

    assert news.state is TaskState.TO_DO
    assert [each.told for each in waiting] == [False, False]


def test_whoever_was_told_since_the_last_step_is_marked(work: Work, neighbour: int) -> None:
    link(work, neighbour)
    block(work)
    tell(work, work.ticket)

    _, news, waiting = who_waits(work.office.desk, work.office.maria, work.task.id)

    assert (news.state, news.reason, news.until) == (TaskState.BLOCKED, "No parts", FRIDAY)
    assert [(each.ticket.id, each.told) for each in waiting] == [(work.ticket, True), (neighbour, False)]

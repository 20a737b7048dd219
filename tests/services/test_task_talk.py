"""Operations ask customer service and are answered: on the task and the tickets, never to a resident."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hub.domain.access import Role
from hub.domain.task import NextActor, TaskState, next_actor
from hub.errors import Forbidden, Invalid
from hub.models import Task, TaskEvent, Ticket, TicketEvent
from hub.services.operations.task_talk import answer_operations, ask_customer_service
from hub.services.operations.tasks import move_task
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_agent, make_company
from tests.services.ordering import NOVAK, Work, make_work
from tests.services.steps import Office, outbox


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


def ask(work: Work, words: str) -> None:
    desk = work.office.desk
    with desk.transaction():
        ask_customer_service(desk, read_directory(desk), work.tom, work.task, words)


def answer(work: Work, words: str) -> None:
    desk = work.office.desk
    with desk.transaction():
        answer_operations(desk, read_directory(desk), work.office.maria, work.task, words)


def ticket(work: Work) -> Ticket:
    work.office.desk.session.expire_all()
    return work.office.desk.session.get_one(Ticket, work.ticket)


def test_a_question_brings_the_ticket_back_to_its_agent(work: Work) -> None:
    with work.office.desk.transaction():
        change_ticket(work.office.desk, work.office.maria, work.ticket, Change(status="on_hold"))

    ask(work, "May we come at nine?")

    assert (ticket(work).status, ticket(work).unread) == ("open", True)
    assert ticket(work).blocker == f"T-{work.task.id} asks: May we come at nine?"
    assert next_actor(TaskState.TO_DO, asks=True) is NextActor.CUSTOMER_SERVICE
    assert outbox(work.office.desk, "reply") == []


def test_an_answer_ends_the_question_and_names_nobody(work: Work) -> None:
    ask(work, "Who is at home?")

    answer(work, f"{NOVAK} is, call +49 30 23125 102")

    said = work.office.desk.session.scalars(select(TaskEvent).where(TaskEvent.kind == "answer")).one()
    assert said.facts["text"] == "[name] is, call [phone]"
    assert ticket(work).blocker == f"T-{work.task.id} to do"
    kinds = work.office.desk.session.scalars(
        select(TicketEvent.kind).where(TicketEvent.ticket_id == work.ticket).order_by(TicketEvent.id)
    )
    assert list(kinds)[-2:] == ["operations ask", "operations were answered"]


def test_a_note_nobody_asked_for_stays_on_the_task(work: Work) -> None:
    before = ticket(work).version

    answer(work, "The caretaker has a ladder")

    assert ticket(work).version == before
    assert work.office.desk.session.scalars(select(TaskEvent.kind).order_by(TaskEvent.id)).all()[-1] == "comment"


def test_work_that_is_done_asks_nothing_more(work: Work) -> None:
    desk = work.office.desk
    ask(work, "Who is at home?")

    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, TaskState.DONE)

    assert (desk.session.get_one(Task, work.task.id).question, ticket(work).blocker) == ("", "")
    assert next_actor(TaskState.DONE, asks=False) is NextActor.NOBODY


@pytest.mark.parametrize("words", ["", "  ", "x" * 3000])
def test_nothing_and_too_much_are_refused(work: Work, words: str) -> None:
    for say in (ask, answer):
        with pytest.raises(Invalid):
            say(work, words)


def test_only_operations_ask_and_only_their_own_company_writes(work: Work) -> None:
    desk = work.office.desk
    stranger = make_agent(desk, make_company(desk, "Hafen Homes"), "Uwe", Role.OPERATIONS)

    with pytest.raises(Forbidden):
        ask_customer_service(desk, read_directory(desk), work.office.maria, work.task, "Who?")
    with pytest.raises(Forbidden):
        answer_operations(desk, read_directory(desk), stranger, work.task, "Me")

"""What operations have done is offered to the agent as an answer, once, and in words for residents."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from hub.clock import FixedClock
from hub.domain.task import STATE_WORDS, TaskState
from hub.models import Message, Ticket, TicketEvent
from hub.services.operations.tasks import move_task
from hub.services.operations.updates import TaskNews, find_news
from hub.services.sending.reply import Draft, reply
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from hub.web.inbox.updates import update_words
from tests.services.ordering import Work, make_work
from tests.services.steps import Office


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear."""
    return make_work(office)


def news(work: Work) -> TaskNews | None:
    session = work.office.desk.session
    session.expire_all()
    ticket = session.get_one(Ticket, work.ticket)
    return find_news(
        ticket,
        session.scalars(select(TicketEvent).order_by(TicketEvent.id)).all(),
        session.scalars(select(Message).order_by(Message.id)).all(),
    )


def move(work: Work, wanted: TaskState, **more: object) -> None:
    desk = work.office.desk
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, wanted, **more)


def test_a_block_is_offered_with_its_reason_until_somebody_has_told_it(work: Work, clock: FixedClock) -> None:
    before = news(work)
    move(work, TaskState.BLOCKED, reason="Part arrives Thursday.", until=date(2026, 11, 19))
    offered = news(work)
    clock.at += timedelta(minutes=5)
    with work.office.desk.transaction():
        reply(work.office.desk, work.office.maria, work.ticket, Draft("It waits."))

    assert before is None
    assert offered == TaskNews(work.task.id, TaskState.BLOCKED, "Part arrives Thursday.", date(2026, 11, 19))
    assert news(work) is None


def test_an_accepted_order_offers_when_somebody_comes_and_no_word_of_the_craftsman(work: Work) -> None:
    work.accepted()

    offered = news(work)

    assert offered == TaskNews(work.task.id, TaskState.SCHEDULED, visit="Wed 18 Nov 09:00–11:00")


def test_a_closed_ticket_and_cancelled_work_offer_nothing(work: Work) -> None:
    move(work, TaskState.CANCELLED)
    cancelled = news(work)
    move(work, TaskState.TO_DO)
    with work.office.desk.transaction():
        change_ticket(work.office.desk, work.office.maria, work.ticket, Change(status="closed", reason="Moved out"))

    assert (cancelled, news(work)) == (None, None)


@pytest.mark.parametrize("state", sorted(set(TaskState) - {TaskState.CANCELLED}))
def test_every_state_has_a_sentence_without_our_own_words(work: Work, state: TaskState) -> None:
    with force_locale("en"):
        words = update_words(TaskNews(88, state, "Part arrives Thursday.", date(2026, 11, 19), "Wed 18 Nov"))

    assert words.endswith((".", "message."))
    assert ".." not in words
    assert not [each for each in (f"{STATE_WORDS[state]}:", "T-88", "O-") if each in words]

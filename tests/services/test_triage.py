"""What happens to a message once it is filed: queue, priority, task, answer or acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from classifiers.classifier import Band, Triage
from classifiers.emergencies import check
from classifiers.labels import Priority, Queue
from hub.db import db
from hub.models import Correction, Prediction, Task, Ticket
from hub.services.tickets.tickets import Change, change_ticket, keep_prediction
from hub.services.triage.triage import triage
from tests.services.steps import (
    Office,
    Thoughts,
    events_of,
    mail,
    outbox,
    take_in,
    text_message,
    thinking,
    ticket_of,
    triage_all,
)


def thought(
    band: Band, queue: Queue = Queue.MAINTENANCE, *, priority: Priority = Priority.NORMAL, needs_task: bool = True
) -> Triage:
    return Triage("plumbing", queue, priority, 0.8, band, needs_task=needs_task)


def triaged(office: Office, think: Triage, text: str = "The tap drips.") -> Ticket:
    desk = thinking(office.desk, think)
    (message,) = take_in(desk, mail(text))
    triage_all(desk)
    return ticket_of(desk, message)


def tasks(office: Office) -> list[Task]:
    return list(office.desk.session.scalars(select(Task).order_by(Task.id)))


def test_a_sure_prediction_moves_the_ticket_and_makes_its_task(office: Office) -> None:
    ticket = triaged(office, thought(Band.SILENT))

    (task,) = tasks(office)
    assert (ticket.queue, ticket.band, ticket.topic) == ("maintenance", "silent", "plumbing")
    assert (task.team, task.state) == ("maintenance", "to_do")
    assert ticket.blocker == f"T-{task.id} to do"


def test_an_unsure_prediction_is_a_suggestion_and_makes_no_task(office: Office) -> None:
    ticket = triaged(office, thought(Band.SUGGEST))

    assert (ticket.queue, ticket.band) == ("maintenance", "suggest")
    assert tasks(office) == []


def test_what_nobody_is_sure_about_stays_with_the_front_desk(office: Office) -> None:
    ticket = triaged(office, thought(Band.ASK, Queue.LEASING))

    assert (ticket.queue, ticket.band) == ("front-desk", "ask")
    assert tasks(office) == []


@pytest.mark.parametrize("queue", [Queue.FRONT_DESK, Queue.OTHER])
def test_a_queue_without_operations_makes_no_task(office: Office, queue: Queue) -> None:
    triaged(office, thought(Band.SILENT, queue))

    assert tasks(office) == []


def test_a_question_that_needs_no_work_makes_no_task(office: Office) -> None:
    triaged(office, thought(Band.SILENT, needs_task=False))

    assert tasks(office) == []


def test_the_clock_runs_from_the_message_by_the_priority_that_triage_gave(office: Office) -> None:
    normal = triaged(office, thought(Band.SUGGEST))
    urgent = triaged(office, thought(Band.SUGGEST, priority=Priority.URGENT))

    assert normal.due_at is not None
    assert urgent.due_at is not None
    assert urgent.due_at < normal.due_at


def test_a_priority_is_raised_and_never_lowered(office: Office) -> None:
    desk = thinking(office.desk, thought(Band.SUGGEST, priority=Priority.LOW))
    (message,) = take_in(desk, mail())
    with desk.transaction():
        change_ticket(desk, office.maria, message.ticket_id, Change(priority="high"))

    triage_all(desk)

    assert ticket_of(desk, message).priority == "high"


def test_a_second_message_moves_nothing_that_was_decided(office: Office) -> None:
    desk = thinking(office.desk, thought(Band.SUGGEST))
    (message,) = take_in(desk, text_message("The tap drips"))
    triage_all(desk)
    with desk.transaction():
        change_ticket(desk, office.maria, message.ticket_id, Change(queue="leasing"))
    desk = thinking(office.desk, thought(Band.SILENT, Queue.BILLING))

    take_in(desk, text_message("And the rent is wrong"))
    triage_all(desk)

    ticket = ticket_of(desk, message)
    assert (ticket.queue, tasks(office)) == ("leasing", [])
    assert len(outbox(desk, "acknowledgement")) == 1


@pytest.mark.parametrize(
    ("before", "later", "after"),
    [
        ("normal", Priority.HIGH, "high"),
        ("normal", Priority.URGENT, "urgent"),
        ("urgent", Priority.HIGH, "urgent"),
        ("high", Priority.LOW, "high"),
        ("low", Priority.NORMAL, "low"),
    ],
)
def test_a_further_message_raises_the_priority_and_never_lowers_it(
    office: Office, before: str, later: Priority, after: str
) -> None:
    ticket = triaged(office, thought(Band.SUGGEST))
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, ticket.id, Change(priority=before))
    desk = thinking(office.desk, thought(Band.SUGGEST, priority=later))

    take_in(desk, mail("It is worse now.", subject=f"Re: [#{ticket.id}] The tap"))
    triage_all(desk)

    assert office.desk.session.get_one(Ticket, ticket.id, populate_existing=True).priority == after
    assert events_of(office.desk, ticket.id).count("priority raised") == (after != before)


def test_every_message_of_a_person_has_its_prediction_and_no_other_has(office: Office) -> None:
    take_in(
        office.desk,
        mail(),
        mail("I am away", sender="b@example.com", Auto_Submitted="auto-replied"),
        mail(sender="c@example.com"),
    )
    take_in(office.desk, mail(sender="old@example.com"), history=True)

    triage_all(office.desk)

    assert office.desk.session.scalar(select(func.count()).select_from(Prediction)) == 2
    assert triage(office.desk) == 0


def test_danger_on_a_ticket_already_triaged_makes_the_task_it_had_not(office: Office) -> None:
    desk = thinking(office.desk, thought(Band.SUGGEST))
    (message,) = take_in(desk, text_message("A question about the stove"))
    triage_all(desk)
    gas = "There is a strong smell of gas in the kitchen"
    urgent = Triage("gas", Queue.MAINTENANCE, Priority.URGENT, 1.0, Band.SILENT, emergency=check(gas), needs_task=True)
    desk = thinking(office.desk, urgent)
    take_in(desk, text_message(gas))

    triage_all(desk)

    assert [each.priority for each in tasks(office)] == ["urgent"]
    assert "task created" in events_of(desk, message.ticket_id)


def test_people_are_out_of_a_tasks_sight(office: Office) -> None:
    triaged(
        office,
        thought(Band.SILENT),
        "Aylin Demir here, +49 30 23125 014 or aylin@example.com. The tap drips since 16.11.2026. Aylin",
    )

    (task,) = tasks(office)
    assert task.description.strip() == "[name] here, [phone] or [email]. The tap drips since 16.11.2026. [name]"


def test_keeping_a_suggestion_is_learned_from_and_takes_the_ticket_out_of_triage(office: Office) -> None:
    ticket = triaged(office, thought(Band.SUGGEST))

    with office.desk.transaction():
        keep_prediction(office.desk, office.maria, ticket.id)

    (learned,) = office.desk.session.scalars(select(Correction)).all()
    ticket = office.desk.session.get_one(Ticket, ticket.id)
    assert (learned.source, learned.queue_after, ticket.band) == ("confirm", "maintenance", "silent")


def test_moving_a_ticket_is_learned_as_a_correction(office: Office) -> None:
    ticket = triaged(office, thought(Band.SUGGEST))

    with office.desk.transaction():
        change_ticket(office.desk, office.maria, ticket.id, Change(queue="billing"))

    (learned,) = office.desk.session.scalars(select(Correction)).all()
    assert (learned.source, learned.queue_before, learned.queue_after) == ("correct", "maintenance", "billing")


def test_triage_in_two_workers_at_once_looks_at_each_message_once(office: Office) -> None:
    take_in(office.desk, *[mail(sender=f"p{number}@example.com") for number in range(5)])

    counts = [triage(office.desk, limit=2) for _ in range(4)]

    assert counts == [2, 2, 1, 0]


def test_a_text_is_triaged_before_a_backlog_of_mail(office: Office) -> None:
    desk = thinking(office.desk, thought(Band.ASK))
    (waiting,) = take_in(desk, mail("The tap drips."))
    (quick,) = take_in(desk, text_message("When does the office open?"))

    triage(desk, limit=1)

    desk.session.refresh(waiting)
    desk.session.refresh(quick)
    assert (waiting.triaged_at is None, quick.triaged_at is None) == (True, False)


class SlowThinker(Thoughts):
    """A classifier that takes its time; meanwhile somebody else needs the tickets."""

    def triage(self, texts: Sequence[str]) -> list[Triage]:
        with db.engine.begin() as another:
            another.execute(text("SELECT id FROM tickets FOR UPDATE NOWAIT"))
            another.execute(text("SELECT id FROM messages FOR KEY SHARE NOWAIT"))
        return super().triage(texts)


def test_nobody_waits_for_a_ticket_while_the_classifier_thinks(office: Office) -> None:
    thinker = SlowThinker()
    desk = replace(office.desk, open_classifier=lambda: thinker)
    (message,) = take_in(desk, mail())

    triage_all(desk)

    assert ticket_of(desk, message).topic == thinker.thought.topic

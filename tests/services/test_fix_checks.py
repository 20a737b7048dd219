"""'Is it fixed?' after finished work: who is asked, how yes and no come back, and what is never asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.domain.fix_check import AFTER_THE_UPDATE, ANSWERED_WITHIN, LINK_WORKS, FixState
from hub.domain.task import TaskKind, TaskState
from hub.errors import NotFound, Refused
from hub.models import FixCheck, MachineAnswer, Message, Notification, Task, TaskEvent, Ticket
from hub.services.operations.fix_checks import find_by_link, link_of, settle_by_link, settle_in_portal
from hub.services.operations.handmade_tasks import make_task
from hub.services.operations.tasks import move_task
from hub.services.sending.reply import Draft, reply, undo_reply
from hub.services.settings.configuration import read_directory
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_contact, make_lease, make_unit
from tests.services.ordering import NOVAK, NOVAKS_PHONE, Work, make_work
from tests.services.steps import Office, events_of, mail, outbox, send_all, take_in, text_message, triage_all


@pytest.fixture
def work(office: Office) -> Work:
    """Return a drain to clear, reported by mail."""
    return make_work(office)


@pytest.fixture
def texted(office: Office, work: Work) -> Work:
    """Return the same drain, whose resident has texted since."""
    made = take_in(office.desk, text_message("The tap of Jan Novak drips", sender=NOVAKS_PHONE))[0]
    triage_all(office.desk)
    with office.desk.transaction():
        task = make_task(office.desk, office.maria, made.ticket_id, team="maintenance", title="Tap", text="It drips")
    return Work(office, work.tom, task, work.hofer, made.ticket_id)


def finish(work: Work, state: TaskState = TaskState.DONE) -> None:
    desk = work.office.desk
    with desk.transaction():
        move_task(desk, read_directory(desk), work.tom, work.task, state)


def tell(work: Work, clock: FixedClock, **more: object) -> Message:
    clock.at += timedelta(minutes=5)
    with work.office.desk.transaction():
        return reply(work.office.desk, work.office.maria, work.ticket, Draft("The work is done.", **more))


def asked(work: Work, clock: FixedClock) -> FixCheck:
    """Let the work be done, an agent tell of it, and the question leave."""
    finish(work)
    tell(work, clock)
    clock.at += UNDO
    send_all(work.office.desk)
    clock.at += AFTER_THE_UPDATE
    send_all(work.office.desk)
    return checks(work)[-1]


def checks(work: Work) -> list[FixCheck]:
    work.office.desk.session.expire_all()
    return list(work.office.desk.session.scalars(select(FixCheck).order_by(FixCheck.id)))


def ticket(work: Work) -> Ticket:
    return work.office.desk.session.get_one(Ticket, work.ticket, populate_existing=True)


def task(work: Work) -> Task:
    return work.office.desk.session.get_one(Task, work.task.id, populate_existing=True)


def say(work: Work, check: FixCheck, said: FixState, words: str = "") -> None:
    desk = work.office.desk
    with desk.transaction():
        settle_by_link(desk, link_of(desk, check).rpartition("/")[2], said, words)


def told_team(work: Work) -> list[tuple[str, object]]:
    query = select(TaskEvent).where(TaskEvent.task_id == work.task.id, TaskEvent.kind.in_(("fixed", "not fixed")))
    return [(each.kind, each.facts) for each in work.office.desk.session.scalars(query.order_by(TaskEvent.id))]


def events(work: Work) -> list[str]:
    return events_of(work.office.desk, work.ticket)


def write(work: Work, words: str) -> None:
    take_in(work.office.desk, text_message(words, sender=NOVAKS_PHONE))
    triage_all(work.office.desk)


def test_who_was_told_that_the_work_is_done_is_asked_once_after_the_update(work: Work, clock: FixedClock) -> None:
    check = asked(work, clock)
    tell(work, clock)

    (row,) = outbox(work.office.desk, "fix_check")
    sent = [each.text.partition("\n")[0] for each in work.office.providers["email"].sent]
    assert (row.channel, row.recipient) == ("email", "jan@example.com")
    assert f"{link_of(work.office.desk, check)}?fixed=no" in row.payload["text"]
    assert [each for each in sent if "done" in each] == [
        "The work is done.",
        "We told you that the work is done. Is it fixed?",
    ]
    assert events(work).count("asked whether it is fixed") == 1
    assert ticket(work).status == "pending"


def test_the_question_goes_by_text_to_who_texted(texted: Work, clock: FixedClock) -> None:
    asked(texted, clock)

    (row,) = outbox(texted.office.desk, "fix_check")
    assert (row.channel, row.recipient) == ("sms", NOVAKS_PHONE)
    assert row.payload["text"] == "Lindenhof Care: Is it fixed? Please reply YES or NO."


@pytest.mark.parametrize("words", ["Yes", "YES!!", "yes thank you", "Ja", "sí, gracias", "It's fixed", "fixed 👍"])
def test_yes_by_text_closes_the_ticket_and_wakes_nobody(texted: Work, clock: FixedClock, words: str) -> None:
    asked(texted, clock)

    write(texted, words)

    found = ticket(texted)
    assert (found.status, found.unread, found.waiting_since) == ("closed", False, None)
    assert told_team(texted) == [("fixed", {})]
    assert checks(texted)[-1].way == "text"


@pytest.mark.parametrize("words", ["No", "no.", "Nein!", "not yet", "No, it still drips", "Not fixed: it drips"])
def test_no_by_text_brings_the_ticket_back_and_the_team_sees_it(texted: Work, clock: FixedClock, words: str) -> None:
    asked(texted, clock)
    before = len(texted.office.providers["sms"].sent)

    write(texted, words)
    send_all(texted.office.desk)

    found = ticket(texted)
    assert (found.status, found.unread, found.wants_person) == ("open", True, True)
    assert found.waiting_since == clock.at
    assert task(texted).standing == "Not fixed"
    assert told_team(texted) == [("not fixed", {})]
    assert len(texted.office.providers["sms"].sent) == before
    told = texted.office.desk.session.scalars(select(Notification.kind).where(Notification.ticket_id == found.id))
    assert "answer" in set(told)


@pytest.mark.parametrize(
    "words", ["No water in the kitchen", "no problem", "No, thanks", "Yes, but now the radiator leaks", "9"]
)
def test_what_is_neither_yes_nor_no_is_a_message_that_people_read(texted: Work, clock: FixedClock, words: str) -> None:
    asked(texted, clock)

    write(texted, words)

    assert checks(texted)[-1].state == "asked"
    assert (ticket(texted).status, ticket(texted).unread) == ("open", True)


def test_stop_instead_of_an_answer_is_an_opt_out(texted: Work, clock: FixedClock) -> None:
    asked(texted, clock)

    write(texted, "STOP")

    assert checks(texted)[-1].state == "asked"
    assert "opted out" in events(texted)


def test_a_yes_that_comes_after_a_week_is_a_message(texted: Work, clock: FixedClock) -> None:
    asked(texted, clock)
    clock.at += ANSWERED_WITHIN

    write(texted, "yes")

    assert (checks(texted)[-1].state, ticket(texted).status) == ("asked", "open")


def test_a_yes_to_a_ticket_that_was_closed_meanwhile_opens_nothing(texted: Work, clock: FixedClock) -> None:
    asked(texted, clock)
    with texted.office.desk.transaction():
        change_ticket(texted.office.desk, texted.office.maria, texted.ticket, Change(status="closed"))

    write(texted, "yes")

    assert ticket(texted).status == "closed"
    assert "reopened" not in events(texted)
    assert len(outbox(texted.office.desk, "survey")) == 1


@pytest.mark.parametrize(("words", "state", "status"), [("Yes, thanks!", "yes", "closed"), ("No.", "no", "open")])
def test_a_mail_answers_in_its_own_words(work: Work, clock: FixedClock, words: str, state: str, status: str) -> None:
    asked(work, clock)
    letter = work.office.providers["email"].sent[-1]

    take_in(
        work.office.desk,
        mail(words, sender="jan@example.com", subject=f"Re: {letter.subject}", In_Reply_To=letter.message_id),
    )
    triage_all(work.office.desk)

    assert (checks(work)[-1].state, ticket(work).status) == (state, status)


def test_who_says_so_before_they_are_asked_is_not_asked_any_more(work: Work, clock: FixedClock) -> None:
    finish(work)
    tell(work, clock)

    with work.office.desk.transaction():
        settle_in_portal(work.office.desk, work.ticket, FixState.FIXED)
    clock.at += timedelta(hours=1)
    send_all(work.office.desk)

    assert [each.state for each in outbox(work.office.desk, "fix_check")] == ["cancelled"]
    assert ticket(work).status == "closed"


def test_yes_by_link_closes_and_asks_the_one_question_of_nps(work: Work, clock: FixedClock) -> None:
    check = asked(work, clock)

    say(work, check, FixState.FIXED)
    say(work, check, FixState.FIXED)

    assert ticket(work).status == "closed"
    assert (events(work).count("fixed"), events(work).count("survey sent")) == (1, 1)


def test_a_no_takes_nps_back_where_an_agent_has_just_closed_the_ticket(work: Work, clock: FixedClock) -> None:
    finish(work)
    tell(work, clock, close=True)
    at_closing = [each.state for each in outbox(work.office.desk, "survey")]

    say(work, checks(work)[-1], FixState.NOT_FIXED)

    assert at_closing == ["pending"]
    assert [each.state for each in outbox(work.office.desk, "survey")] == ["cancelled"]
    assert ticket(work).status == "open"


def test_no_by_link_keeps_the_words_for_the_agent_and_from_the_team(work: Work, clock: FixedClock) -> None:
    check = asked(work, clock)

    say(work, check, FixState.NOT_FIXED, f"Still wet, call {NOVAK} on +49 30 23125 014")

    found = ticket(work)
    assert (found.status, found.wants_person) == ("open", True)
    assert found.preview == f"Still wet, call {NOVAK} on +49 30 23125 014"
    assert told_team(work) == [("not fixed", {})]
    assert task(work).state == "done"


def test_a_change_of_mind_is_taken_both_ways(work: Work, clock: FixedClock) -> None:
    check = asked(work, clock)

    say(work, check, FixState.FIXED)
    say(work, check, FixState.NOT_FIXED, "It drips again")
    again = ticket(work).status
    say(work, check, FixState.FIXED)

    assert (again, ticket(work).status) == ("open", "closed")
    assert task(work).standing == ""


def test_a_yes_after_an_agent_has_written_again_leaves_the_ticket_to_them(work: Work, clock: FixedClock) -> None:
    check = asked(work, clock)
    tell(work, clock)

    say(work, check, FixState.FIXED)

    assert (checks(work)[-1].state, ticket(work).status) == ("yes", "pending")


def test_work_done_again_is_asked_of_again_and_is_not_unfixed_any_more(work: Work, clock: FixedClock) -> None:
    say(work, asked(work, clock), FixState.NOT_FIXED, "It drips")
    finish(work, TaskState.IN_PROGRESS)
    meanwhile = task(work).standing

    asked(work, clock)

    assert (meanwhile, task(work).standing) == ("Not fixed", "")
    assert [each.state for each in checks(work)] == ["no", "asked"]


def test_the_portal_takes_the_answer_of_its_ticket(work: Work, clock: FixedClock) -> None:
    asked(work, clock)

    with work.office.desk.transaction():
        settle_in_portal(work.office.desk, work.ticket, FixState.FIXED)

    assert (ticket(work).status, checks(work)[-1].way) == ("closed", "portal")
    with pytest.raises(NotFound):
        settle_in_portal(work.office.desk, work.ticket + 1, FixState.FIXED)


def test_a_reply_that_is_taken_back_takes_its_question_back(work: Work, clock: FixedClock) -> None:
    finish(work)
    told = tell(work, clock)

    with work.office.desk.transaction():
        undo_reply(work.office.desk, work.office.maria, told.public_id)
    clock.at += timedelta(hours=1)
    send_all(work.office.desk)

    assert checks(work) == []
    assert [each.state for each in outbox(work.office.desk, "fix_check")] == ["cancelled"]
    tell(work, clock)
    assert len(checks(work)) == 1


@pytest.mark.parametrize("kind", [TaskKind.VIEWING, TaskKind.RENEWAL])
def test_work_that_fixes_nothing_is_not_asked_about(work: Work, clock: FixedClock, kind: TaskKind) -> None:
    with work.office.desk.transaction():
        work.task.kind = kind
    finish(work)

    tell(work, clock)

    assert checks(work) == []


def test_nothing_is_asked_while_other_work_is_open(work: Work, clock: FixedClock) -> None:
    with work.office.desk.transaction():
        make_task(work.office.desk, work.office.maria, work.ticket, team="billing", title="Rent", text="Reduce it")
    finish(work)

    tell(work, clock)

    assert checks(work) == []


def test_nothing_is_asked_before_the_work_is_done(work: Work, clock: FixedClock) -> None:
    finish(work, TaskState.IN_PROGRESS)

    tell(work, clock)

    assert checks(work) == []


def test_who_said_stop_is_not_asked_and_the_ticket_says_why(texted: Work, clock: FixedClock) -> None:
    write(texted, "STOP")
    finish(texted)
    clock.at += timedelta(minutes=5)

    with texted.office.desk.transaction():
        reply(texted.office.desk, texted.office.maria, texted.ticket, Draft("Done.", channel="email"))

    assert all(each.channel == "email" for each in checks(texted))
    assert all(each.channel == "email" for each in outbox(texted.office.desk, "fix_check"))


def test_budgets_hold_and_the_ticket_says_that_nothing_was_asked(work: Work, clock: FixedClock) -> None:
    with work.office.desk.transaction() as session:
        session.add_all(
            MachineAnswer(
                company_id=work.office.company.id,
                recipient="jan@example.com",
                ticket_id=work.ticket,
                purpose="acknowledgement",
                created_at=clock.at,
            )
            for _ in range(5)
        )
    finish(work)

    tell(work, clock)

    assert checks(work) == []
    assert "not asked whether it is fixed" in events(work)


def test_another_persons_yes_answers_nothing(work: Work, texted: Work, clock: FixedClock) -> None:
    asked(texted, clock)
    ben = make_contact(work.office.desk, work.office.company, "Ben", phone="+12025550177")
    make_lease(work.office.desk, make_unit(work.office.desk, work.office.company, "Park 4"), ben)

    take_in(work.office.desk, text_message("yes", sender="+12025550177"))

    assert checks(texted)[-1].state == "asked"


def test_a_guessed_link_is_not_found_and_an_old_one_is_over(work: Work, clock: FixedClock) -> None:
    desk = work.office.desk
    check = asked(work, clock)
    token = link_of(desk, check).rpartition("/")[2]

    with pytest.raises(NotFound):
        find_by_link(desk, f"{check.id}-AAAAAAAAAAAAAAAA")
    clock.at += LINK_WORKS + timedelta(days=1)
    with pytest.raises(Refused, match="over 60 days old"):
        find_by_link(desk, token)

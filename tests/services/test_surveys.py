"""One question after solving: whom it reaches, what counts as an answer, and a change of mind."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.domain.survey import ANSWERED_WITHIN, CHANGE_OF_MIND, ONCE_IN
from hub.errors import Invalid, NotFound, Refused
from hub.models import Message, Survey, Task, Ticket
from hub.services.metrics.surveys import answer_survey, find_survey
from hub.services.sending.reply import Draft, reply
from hub.services.tickets.tickets import Change, change_ticket
from tests.factories import make_contact, make_lease, make_unit
from tests.services.steps import (
    Office,
    events_of,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
    ticket_of,
    triage_all,
)

ANNA = "+12025550123"


def close(office: Office, number: int) -> None:
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, number, Change(status="closed"))


def solve(office: Office, clock: FixedClock, *, by_text: bool = True, text: str = "No water") -> Message:
    """Answer somebody's message and close the ticket; the question leaves."""
    (message,) = take_in(office.desk, text_message(text) if by_text else mail(text))
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("It is back."))
    clock.at += timedelta(minutes=1)
    send_all(office.desk)
    close(office, message.ticket_id)
    clock.at += UNDO
    send_all(office.desk)
    return message


def surveys(office: Office) -> list[Survey]:
    office.desk.session.expire_all()
    return list(office.desk.session.scalars(select(Survey).order_by(Survey.id)))


def test_a_person_is_asked_on_the_channel_they_used(office: Office, clock: FixedClock) -> None:
    solve(office, clock)
    solve(office, clock, by_text=False)

    by_text, by_mail = outbox(office.desk, "survey")
    assert (by_text.channel, by_text.recipient) == ("sms", ANNA)
    assert by_text.payload["text"].endswith("Just reply with a number.")
    assert f"/nps/{surveys(office)[1].public_id}" in by_mail.payload["text"]


def test_the_question_waits_until_the_last_reply_can_no_longer_be_taken_back(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, text_message("No water"))
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("It is back.", close=True))

    clock.at += UNDO
    send_all(office.desk)

    assert [each.text.partition(":")[0] for each in office.providers["sms"].sent] == ["It is back.", "Lindenhof Care"]


def test_a_person_is_asked_once_in_ninety_days(office: Office, clock: FixedClock) -> None:
    solve(office, clock)
    solve(office, clock)
    soon = len(surveys(office))
    clock.at += ONCE_IN
    solve(office, clock)

    assert (soon, len(surveys(office))) == (1, 2)


def test_nobody_is_asked_about_a_ticket_that_no_person_answered(office: Office) -> None:
    (message,) = take_in(office.desk, mail())

    close(office, message.ticket_id)

    assert surveys(office) == []


def test_nobody_is_asked_after_stop(office: Office, clock: FixedClock) -> None:
    take_in(office.desk, text_message("STOP"))
    make_contact(office.desk, office.company, "Ben", email="ben@example.com")
    (message,) = take_in(office.desk, mail(sender="ben@example.com"))
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("Done."))
    close(office, message.ticket_id)

    assert [each.channel for each in surveys(office)] == ["email"]


def test_former_residents_are_not_asked(office: Office, clock: FixedClock) -> None:
    anna = make_contact(office.desk, office.company, "Anna", phone=ANNA)
    make_lease(office.desk, make_unit(office.desk, office.company), anna, ends_on=date(2026, 10, 31))

    solve(office, clock)

    assert surveys(office) == []


def test_a_ticket_opened_again_before_the_question_left_asks_nothing(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, text_message("No water"))
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("It is back."))
    close(office, message.ticket_id)
    with office.desk.transaction():
        change_ticket(office.desk, office.maria, message.ticket_id, Change(status="open"))
    clock.at += timedelta(days=1)
    send_all(office.desk)

    assert surveys(office) == []
    assert [each.text for each in office.providers["sms"].sent] == ["It is back."]


@pytest.mark.parametrize(("words", "score"), [("9", 9), ("10!!", 10), ("ten", 10), ("8/10 thanks", 8), ("0", 0)])
def test_a_number_by_text_is_the_answer_and_the_ticket_stays_closed(
    office: Office, clock: FixedClock, words: str, score: int
) -> None:
    message = solve(office, clock)

    (answer,) = take_in(office.desk, text_message(words))
    triage_all(office.desk)

    ticket = ticket_of(office.desk, message)
    assert [each.score for each in surveys(office)] == [score]
    assert (answer.kind, answer.ticket_id) == ("survey_answer", message.ticket_id)
    assert (ticket.status, ticket.unread, ticket.waiting_since) == ("closed", False, None)
    assert "reopened" not in events_of(office.desk, ticket.id)


@pytest.mark.parametrize(
    "words", ["11", "3 days without water", "One thing: my heating is off", "It was not solved at all!", "STOP"]
)
def test_a_message_is_not_taken_for_an_answer_and_reaches_people(office: Office, clock: FixedClock, words: str) -> None:
    message = solve(office, clock)

    take_in(office.desk, text_message(words))

    assert [each.score for each in surveys(office)] == [None]
    assert ticket_of(office.desk, message).status == "open"


def test_an_answer_with_words_counts_and_its_words_reach_people(office: Office, clock: FixedClock) -> None:
    message = solve(office, clock)

    (answer,) = take_in(office.desk, text_message("2/10 the heating is still cold"))

    (survey,) = surveys(office)
    ticket = ticket_of(office.desk, message)
    assert (survey.score, survey.comment) == (2, "the heating is still cold")
    assert (ticket.status, ticket.unread) == ("open", True)
    assert answer.triaged_at is None


def test_danger_in_an_answer_is_answered_as_danger(office: Office, clock: FixedClock) -> None:
    message = solve(office, clock)

    take_in(office.desk, text_message("1! There is a strong smell of gas in the kitchen"))

    ticket = ticket_of(office.desk, message)
    assert (ticket.emergency, ticket.status) == (True, "open")
    assert len(outbox(office.desk, "safety")) == 1


def test_an_answer_closes_no_other_matter_of_the_same_person(office: Office, clock: FixedClock) -> None:
    solve(office, clock)
    clock.at += timedelta(minutes=5)
    (other,) = take_in(office.desk, text_message("Now the light is broken"))

    take_in(office.desk, text_message("9"))

    ticket = ticket_of(office.desk, other)
    assert surveys(office)[0].score == 9
    assert ticket.status == "open"
    assert ticket.waiting_since is not None


def test_within_a_day_a_person_may_change_their_mind_by_text(office: Office, clock: FixedClock) -> None:
    solve(office, clock)
    take_in(office.desk, text_message("3"))
    clock.at += CHANGE_OF_MIND
    take_in(office.desk, text_message("8"))
    changed = surveys(office)[0].score
    clock.at += timedelta(seconds=1)

    take_in(office.desk, text_message("1"))

    assert (changed, surveys(office)[0].score) == (8, 8)


def test_an_answer_that_comes_too_late_is_a_message(office: Office, clock: FixedClock) -> None:
    solve(office, clock)
    clock.at += ANSWERED_WITHIN

    take_in(office.desk, text_message("9"))

    assert surveys(office)[0].score is None


def test_a_number_from_somebody_who_was_not_asked_is_a_message(office: Office, clock: FixedClock) -> None:
    solve(office, clock)

    (message,) = take_in(office.desk, text_message("9", sender="+12025550188"))

    assert surveys(office)[0].score is None
    assert ticket_of(office.desk, message).status == "new"


def test_looking_at_the_question_answers_nothing(office: Office, clock: FixedClock) -> None:
    solve(office, clock, by_text=False)

    for _ in range(3):
        find_survey(office.desk, surveys(office)[0].public_id)

    assert surveys(office)[0].answered_at is None


def test_the_page_takes_one_answer_and_a_change_of_mind_within_a_day(office: Office, clock: FixedClock) -> None:
    solve(office, clock, by_text=False)
    public_id = surveys(office)[0].public_id

    def answer(score: int, comment: str = "") -> None:
        with office.desk.transaction():
            answer_survey(office.desk, public_id, score=score, comment=comment)

    answer(4, "Slow\0")
    clock.at += timedelta(hours=23)
    answer(7)
    clock.at += timedelta(hours=2)

    with pytest.raises(Refused, match="answered this question already"):
        answer(10)
    (survey,) = surveys(office)
    assert (survey.score, survey.comment) == (7, "Slow")
    events = events_of(office.desk, survey.ticket_id)
    assert (events.count("survey answered"), events.count("survey answer changed")) == (1, 1)


@pytest.mark.parametrize("score", [-1, 11, 10**9])
def test_a_number_off_the_scale_is_refused_by_the_name_of_its_field(
    office: Office, clock: FixedClock, score: int
) -> None:
    solve(office, clock, by_text=False)

    with pytest.raises(Invalid) as refusal:
        answer_survey(office.desk, surveys(office)[0].public_id, score=score, comment="")

    assert refusal.value.field == "score"


def test_a_question_nobody_asked_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        find_survey(office.desk, uuid4())
    with pytest.raises(NotFound):
        answer_survey(office.desk, uuid4(), score=5, comment="")


def test_old_tickets_are_never_surveyed(office: Office) -> None:
    (message,) = take_in(office.desk, mail(), history=True)

    assert office.desk.session.get_one(Ticket, message.ticket_id).status == "closed"
    assert surveys(office) == []


def call_backs(office: Office) -> list[tuple[str, str, str]]:
    office.desk.session.expire_all()
    rows = office.desk.session.scalars(select(Task).where(Task.team == "front-desk").order_by(Task.id))
    return [(each.title, each.state, each.description) for each in rows]


def given(office: Office, score: int, comment: str = "") -> None:
    with office.desk.transaction():
        answer_survey(office.desk, surveys(office)[-1].public_id, score=score, comment=comment)


def test_the_mail_has_a_link_a_number_and_none_of_them_answers_when_a_scanner_opens_it(
    app: APIFlask, office: Office, clock: FixedClock
) -> None:
    solve(office, clock, by_text=False)
    row = outbox(office.desk, "survey")[-1]
    links = re.findall(r'href="([^"]+)">(\d+)</a>', row.payload["html"])

    pages = [app.test_client().get(link.removeprefix(office.desk.settings.base_url)) for link, _number in links]

    assert [int(number) for _link, number in links] == list(range(11))
    assert [each.status_code for each in pages] == [200] * 11
    assert re.search(r'value="7"\s+checked', pages[7].text)
    assert [each.score for each in surveys(office)] == [None]


@pytest.mark.parametrize("score", [0, 6])
def test_who_is_unhappy_is_called_back_once(office: Office, clock: FixedClock, score: int) -> None:
    message = solve(office, clock, by_text=False)

    given(office, score, "Call me on +1 202 555 0123")
    given(office, score)

    assert [(title, state) for title, state, _words in call_backs(office)] == [(f"Call back: {score} of 10", "to_do")]
    assert "555" not in call_backs(office)[0][2]
    assert events_of(office.desk, message.ticket_id).count("task created") == 1


@pytest.mark.parametrize("score", [7, 8, 9, 10])
def test_who_is_content_is_not_called_back(office: Office, clock: FixedClock, score: int) -> None:
    solve(office, clock, by_text=False)

    given(office, score)

    assert call_backs(office) == []


def test_a_change_of_mind_opens_and_closes_the_call_back(office: Office, clock: FixedClock) -> None:
    solve(office, clock, by_text=False)

    given(office, 3)
    given(office, 9)
    content = call_backs(office)
    given(office, 2)

    assert [state for _title, state, _words in content] == ["cancelled"]
    assert [(title, state) for title, state, _words in call_backs(office)] == [("Call back: 2 of 10", "to_do")]


def test_a_bad_number_by_text_is_called_back_too(office: Office, clock: FixedClock) -> None:
    solve(office, clock)

    take_in(office.desk, text_message("2"))

    assert [title for title, _state, _words in call_backs(office)] == ["Call back: 2 of 10"]

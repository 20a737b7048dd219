"""Answers where people send them: a draft in the composer, what they make of it, and the offer to let the desk do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from classifiers.classifier import Band, Triage
from classifiers.labels import Priority, Queue
from hub.clock import FixedClock
from hub.domain.access import Role
from hub.errors import Forbidden, Invalid
from hub.models import Company, GivenAnswer, Message, Suggestion
from hub.services.help.article_import import seed_articles
from hub.services.help.drafted_answers import record_of_drafts, set_answering
from hub.services.sending.reply import Draft, reply, undo_reply
from tests.factories import make_agent, save
from tests.services.steps import Office, mail, outbox, take_in, thinking, triage_all

QUESTION = "How do I get a name plate on the letterbox?"
ASKING = Triage("name-plate", Queue.FRONT_DESK, Priority.NORMAL, 0.9, Band.SILENT)


@pytest.fixture
def drafting(office: Office) -> Office:
    """Return a new company with the first articles: its people send the drafts."""
    with office.desk.transaction():
        seed_articles(office.desk, office.company.id)
    return replace(office, desk=thinking(office.desk, ASKING))


def drafted(office: Office) -> GivenAnswer:
    take_in(office.desk, mail(QUESTION))
    triage_all(office.desk)
    return office.desk.session.scalars(select(GivenAnswer)).one()


def send(office: Office, given: GivenAnswer, text: str) -> Message:
    with office.desk.transaction():
        return reply(office.desk, office.maria, given.ticket_id, Draft(text))


def decided(office: Office, *, unchanged: int, changed: int = 0) -> None:
    now = office.desk.clock.now()
    for state, count in (("unchanged", unchanged), ("changed", changed)):
        for _ in range(count):
            (message,) = take_in(thinking(office.desk), mail("xyzzy"))
            save(
                office.desk,
                GivenAnswer(
                    company_id=office.company.id, ticket_id=message.ticket_id, title="T", channel="email", passage="P",
                    confidence=0.9, state=state, settled_at=now,
                ),
            )  # fmt: skip


def test_a_new_company_sends_nothing_by_itself_and_finds_the_whole_answer_in_the_composer(drafting: Office) -> None:
    given = drafted(drafting)

    first = drafting.desk.session.scalars(select(Suggestion).where(Suggestion.rank == 1)).one()
    assert given.state == "draft"
    assert first.passage == given.passage
    assert outbox(drafting.desk, "answer") == []
    assert len(outbox(drafting.desk, "acknowledgement")) == 1


@pytest.mark.parametrize(("added", "state"), [("", "unchanged"), (" Not on Sundays, though.", "unchanged")])
def test_a_draft_that_goes_out_as_it_was_counts(drafting: Office, added: str, state: str) -> None:
    given = drafted(drafting)

    send(drafting, given, f"Hello Aylin,\n\n{given.passage}{added}")

    assert given.state == state
    assert record_of_drafts(drafting.desk, drafting.company.id).unchanged == 1


def test_a_draft_nobody_used_counts_against_it(drafting: Office) -> None:
    given = drafted(drafting)

    send(drafting, given, "I have just ordered one for you.")

    assert (given.state, record_of_drafts(drafting.desk, drafting.company.id).unused) == ("unused", 1)


def test_a_reply_taken_back_lets_the_draft_wait_again(drafting: Office) -> None:
    given = drafted(drafting)
    message = send(drafting, given, given.passage)

    with drafting.desk.transaction():
        undo_reply(drafting.desk, drafting.maria, message.public_id)

    assert (given.state, given.message_id) == ("draft", None)


def test_the_desk_may_answer_by_itself_only_after_fifty_good_drafts(drafting: Office) -> None:
    desk, company = drafting.desk, drafting.company
    boss = make_agent(desk, company, "Robin Sander", Role.ADMIN)
    decided(drafting, unchanged=49)

    with pytest.raises(Invalid, match="49 drafts"), desk.transaction():
        set_answering(desk, boss, company, by_itself=True, silence="")
    decided(drafting, unchanged=1)
    with desk.transaction():
        set_answering(desk, boss, company, by_itself=True, silence="14")

    kept = desk.session.get_one(Company, company.id, populate_existing=True)
    assert kept.answers_by_itself
    assert kept.settings["silence_days"] == 14


def test_poor_drafts_earn_nothing(drafting: Office) -> None:
    decided(drafting, unchanged=50, changed=5)

    assert not record_of_drafts(drafting.desk, drafting.company.id).earned


def test_an_agent_does_not_choose_who_answers(drafting: Office) -> None:
    with pytest.raises(Forbidden):
        set_answering(drafting.desk, drafting.maria, drafting.company, by_itself=False, silence="")


@pytest.mark.parametrize("days", ["0", "-3", "soon", "366", "1e3", "٣"])
def test_days_of_silence_are_a_number_of_days(drafting: Office, days: str) -> None:
    boss = make_agent(drafting.desk, drafting.company, "Robin Sander", Role.ADMIN)

    with pytest.raises(Invalid, match="from 1 to 365"):
        set_answering(drafting.desk, boss, drafting.company, by_itself=False, silence=days)


def test_a_further_question_leaves_the_draft_of_the_first_alone(drafting: Office, clock: FixedClock) -> None:
    given = drafted(drafting)
    before = given.title
    clock.at += timedelta(hours=1)
    take_in(drafting.desk, mail("How do I sort my rubbish?", subject=f"Re: [#{given.ticket_id}] x"))
    triage_all(drafting.desk)

    (now,) = drafting.desk.session.scalars(select(GivenAnswer).execution_options(populate_existing=True))
    assert now.state == "draft"
    assert now.title == before

"""Texts after STOP (47 CFR 64.1200; Twilio 21610): companies paid for every text that left after somebody had said no.

Our rule: STOP in any spelling and language counts at once, whatever the provider keeps; it is a message on the ticket, what
waits is taken back, and the agent is told why. START lets texts leave again.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from channels.message import Outcome, Receipt
from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import ChannelAccount, Identity, Message, Ticket
from hub.services.sending.reply import Draft, reply
from tests.factories import make_company
from tests.services.steps import Office, answer, events_of, outbox, send_all, take_in, text_message, ticket_of

ANNA = "+12025550123"


def opted_out(office: Office) -> bool:
    office.desk.session.expire_all()
    found = office.desk.session.scalars(select(Identity).where(Identity.value == ANNA)).one()
    return found.opted_out_at is not None


@pytest.mark.parametrize("word", ["STOP", "stop.", " Stop ", "UNSUBSCRIBE", "STOPP", "Abmelden", "baja"])
def test_stop_in_any_spelling_is_recorded_confirmed_and_kept_as_a_message(office: Office, word: str) -> None:
    (message,) = take_in(office.desk, text_message(word))

    send_all(office.desk)

    (sent,) = office.providers["sms"].sent
    assert opted_out(office)
    assert "you will get no more texts" in sent.text
    assert (message.text, message.kind) == (word, "opt_out")


def test_stop_takes_back_what_waits_and_tells_the_agent_why(office: Office, clock: FixedClock) -> None:
    row = answer(office, text_message("No water"))

    take_in(office.desk, text_message("STOP"))
    clock.at += UNDO
    send_all(office.desk)

    (reply_row,) = outbox(office.desk, "reply")
    ticket = office.desk.session.get_one(Ticket, row.ticket_id)
    assert (reply_row.state, "said STOP" in reply_row.error) == ("failed", True)
    assert [each.text.partition(":")[0] for each in office.providers["sms"].sent] == ["Lindenhof Care"]
    assert (ticket.status, ticket.assignee_id, ticket.unread) == ("open", office.maria.agent_id, True)
    assert "not sent" in events_of(office.desk, ticket.id)


def test_a_second_stop_is_not_confirmed_again(office: Office) -> None:
    take_in(office.desk, text_message("STOP"))
    take_in(office.desk, text_message("STOP"))

    assert len(outbox(office.desk, "consent")) == 1


def test_start_lets_texts_leave_again(office: Office, clock: FixedClock) -> None:
    (message,) = take_in(office.desk, text_message("STOP"))
    take_in(office.desk, text_message("START"))

    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("Welcome back."))
    clock.at += UNDO
    send_all(office.desk)

    assert not opted_out(office)
    assert office.providers["sms"].sent[-1].text == "Welcome back."


def test_stop_holds_for_the_company_it_was_said_to(office: Office) -> None:
    other = make_company(office.desk, "Hafen Homes", number="+12025550101")
    take_in(office.desk, text_message("No water", to="+12025550101"), text_message("STOP"))

    stopped = {
        each.company_id: each.opted_out_at is not None
        for each in office.desk.session.scalars(select(Identity).where(Identity.value == ANNA))
    }

    assert stopped == {office.company.id: True, other.id: False}


def test_stop_at_a_number_that_is_no_longer_ours_is_filed_all_the_same(office: Office) -> None:
    with office.desk.transaction() as session:
        session.execute(update(ChannelAccount).where(ChannelAccount.channel == "sms").values(active=False))

    (message,) = take_in(office.desk, text_message("STOP"))

    assert opted_out(office)
    assert "not confirmed" in events_of(office.desk, message.ticket_id)


def test_a_provider_that_refuses_a_stopped_number_changes_no_ticket(office: Office) -> None:
    office.providers["sms"].answers = [Receipt(Outcome.FAILED, error="21610")]
    (message,) = take_in(office.desk, text_message("STOP"))

    send_all(office.desk)

    assert outbox(office.desk, "consent")[0].state == "failed"
    assert ticket_of(office.desk, message).status == "new"
    assert office.desk.session.scalars(select(Message).where(Message.direction == "out")).all() == []


def test_a_text_that_only_contains_the_word_is_a_message(office: Office) -> None:
    take_in(office.desk, text_message("Please stop the leak in the kitchen"))

    assert not opted_out(office)
    assert outbox(office.desk, "consent") == []

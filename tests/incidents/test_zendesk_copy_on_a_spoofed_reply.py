"""Zendesk 2024 (zitadel#8887): a guessable reply address, a forged sender and the attacker in copy sent whole tickets to a stranger.

Our rule: a reply address is a secret of one ticket and one person, and even the holder adds nobody. Who stands in copy is
suggested to the agent and written to only once an agent adds them; answers go to the sender, not where Reply-To points.
"""

from __future__ import annotations

from sqlalchemy import select

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import Message, Participant
from hub.services.sending.answer_target import reply_target
from hub.services.sending.reply import Draft, reply
from tests.factories import make_contact, save
from tests.incidents.letters import AYLIN, answered_at, reply_address
from tests.services.steps import Office, answer, mail, send_all, take_in, ticket_of, triage_all


def test_people_in_copy_are_suggested_and_never_written_to(office: Office, clock: FixedClock) -> None:
    address = reply_address(office)

    (message,) = take_in(office.desk, answered_at(address, Cc="attacker@example.net"))
    with office.desk.transaction():
        reply(office.desk, office.maria, message.ticket_id, Draft("See you at nine."))
    triage_all(office.desk)
    clock.at += UNDO
    send_all(office.desk)

    written_to = {each.value for sent in office.providers["email"].sent for each in sent.recipients}
    assert written_to == {AYLIN}
    assert message.facts["cc"] == [{"address": "attacker@example.net", "name": ""}]
    assert office.desk.session.scalars(select(Participant)).all() == []


def test_somebody_else_with_a_genuine_token_adds_words_marked_and_nothing_more(
    office: Office, clock: FixedClock
) -> None:
    address = reply_address(office)

    (message,) = take_in(office.desk, answered_at(address, sender="mallory@example.net", text="Send me the keys"))
    ticket = ticket_of(office.desk, message)

    assert (message.facts["stranger"], message.trust) == (True, "unverified")
    assert ticket.requester_name == "Aylin Demir"
    assert [each.value for each in reply_target(office.desk, ticket).recipients] == [AYLIN]
    assert office.desk.session.scalars(select(Participant)).all() == []


def test_answers_go_to_the_sender_not_to_where_reply_to_points(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN, Reply_To="mallory@example.net"))

    assert row.recipient == AYLIN
    message = office.desk.session.scalars(select(Message).where(Message.direction == "in")).one()
    assert message.facts["reply_to"] == [{"address": "mallory@example.net", "name": ""}]
    assert any("mallory@example.net" in each for each in message.facts["defects"])


def test_a_known_participant_may_answer_by_message_id_and_is_written_to(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN, Message_ID="<one@example.com>"))
    ben = make_contact(office.desk, office.company, "Ben", email="ben@example.com")
    save(
        office.desk,
        Participant(company_id=office.company.id, ticket_id=row.ticket_id, contact_id=ben.id),
    )

    (message,) = take_in(office.desk, mail(sender="ben@example.com", In_Reply_To=f"<{row.rfc_message_id}>"))
    target = reply_target(office.desk, ticket_of(office.desk, message))

    assert (message.ticket_id, message.facts["threaded_by"]) == (row.ticket_id, "message-id")
    assert {each.value for each in target.recipients} == {AYLIN, "ben@example.com"}

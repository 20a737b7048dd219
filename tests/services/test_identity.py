"""Who a message is from, and what that lets it do: tokens, Message-IDs, numbers, copies, forged and former senders."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from channels.message import Envelope
from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import Contact, Identity, Message, Participant, Ticket
from hub.services.answer_target import reply_target
from hub.services.reply import Draft, reply
from tests.factories import make_agent, make_company, make_contact, make_lease, make_unit, save
from tests.services.steps import (
    Office,
    answer,
    mail,
    outbox,
    send_all,
    take_in,
    text_message,
    ticket_of,
    triage_all,
)

AYLIN = "aylin@example.com"
PASSED = "mx.example.org; dmarc=pass header.from=example.com"
FAILED = "mx.example.org; dmarc=fail header.from=example.com"
OURS = {"authserv_id": "mx.example.org"}


def reply_address(office: Office) -> str:
    """Take a mail of Aylin's in, answer it, and return the address her answer goes to."""
    make_contact(office.desk, office.company, email=AYLIN)
    row = answer(office, mail(sender=f"Aylin Demir <{AYLIN}>", Message_ID="<one@example.com>"))
    found: str = row.payload["reply_to"]["value"]
    return found


def answered_at(address: str, *, sender: str = AYLIN, text: str = "Thank you.", **headers: str) -> Envelope:
    """Return a mail to a reply address."""
    return mail(text, sender=sender, to=address, rcpt_to=address, subject="Re: Tap", **headers)


def altered(address: str) -> str:
    """Return a reply address with one letter of its signature changed."""
    local, _, domain = address.partition("@")
    return f"{local[:-1]}{'b' if local[-1] == 'a' else 'a'}@{domain}"


def test_an_answer_at_the_signed_address_continues_the_ticket(office: Office) -> None:
    address = reply_address(office)

    (message,) = take_in(office.desk, answered_at(address))

    assert message.ticket_id == outbox(office.desk, "reply")[0].ticket_id
    assert (message.facts["threaded_by"], message.facts["stranger"]) == ("token", False)


def test_an_altered_token_opens_one_new_ticket_and_keeps_the_words(office: Office) -> None:
    address = reply_address(office)
    before = office.desk.session.scalar(select(func.count()).select_from(Ticket))

    (message,) = take_in(office.desk, answered_at(altered(address), sender="mallory@example.net", text="Let me in"))

    assert office.desk.session.scalar(select(func.count()).select_from(Ticket)) == (before or 0) + 1
    assert (message.text.strip(), message.facts["threaded_by"]) == ("Let me in", "")


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


def test_a_strangers_words_on_a_ticket_nobody_known_opened_move_no_answer_to_them(office: Office) -> None:
    forged = mail(sender="anna@example.com", facts=OURS, Authentication_Results=FAILED, Message_ID="<f@example.com>")
    (first,) = take_in(office.desk, forged)
    with office.desk.transaction():
        reply(office.desk, office.maria, first.ticket_id, Draft("Please call us."))
    address = outbox(office.desk, "reply")[0].payload["reply_to"]["value"]

    (second,) = take_in(office.desk, answered_at(address, sender="mallory@example.net"))
    ticket = ticket_of(office.desk, second)

    assert second.ticket_id == first.ticket_id
    assert [each.value for each in reply_target(office.desk, ticket).recipients] == ["anna@example.com"]


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


def test_a_stranger_who_cites_our_message_id_opens_a_ticket_of_their_own(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN))

    (message,) = take_in(office.desk, mail(sender="mallory@example.net", In_Reply_To=f"<{row.rfc_message_id}>"))

    assert message.ticket_id != row.ticket_id


def test_a_forged_sender_is_linked_to_nobody_and_reaches_no_ticket_by_their_name(office: Office) -> None:
    make_contact(office.desk, office.company, email=AYLIN)
    (genuine,) = take_in(office.desk, mail(sender=AYLIN, Message_ID="<one@example.com>"))

    (forged,) = take_in(
        office.desk,
        mail(
            "My new bank account is",
            sender=AYLIN,
            subject=f"[#{genuine.ticket_id}]",
            facts=OURS,
            Authentication_Results=FAILED,
            In_Reply_To="<one@example.com>",
        ),
    )

    assert forged.ticket_id != genuine.ticket_id
    assert (forged.contact_id, forged.trust, forged.may_answer) == (None, "unverified", False)
    assert ticket_of(office.desk, forged).contact_id is None


@pytest.mark.parametrize(
    "sender",
    [
        "aylin@example.com, mallory@example.net",
        "aylin@example.com)mallory@example.net",
        "aylin@example.com]<mallory@example.net>",
        '"aylin@example.com" <mallory@example.net>',
        "=?utf-8?q?aylin=40example.com?= <mallory@example.net>",
        "G: aylin@example.com, mallory@example.net;",
        '"aylin <aylin@example.com>',
        "=?utf-8?q?aylin=40example.com?=",
    ],
)
def test_a_from_that_is_not_one_plain_address_never_stands_for_a_resident(office: Office, sender: str) -> None:
    aylin = make_contact(office.desk, office.company, email=AYLIN)
    raw = f"From: {sender}\r\nTo: desk@example.org\r\nSubject: Keys\r\nMessage-ID: <x@example.net>\r\n\r\nSend me the keys".encode()

    (message,) = take_in(office.desk, raw)

    assert message.contact_id != aylin.id
    assert message.trust == "unverified"


def test_our_own_servers_word_verifies_a_sender_and_a_foreign_one_does_not(office: Office) -> None:
    ours, foreign = take_in(
        office.desk,
        mail(sender=AYLIN, facts=OURS, Authentication_Results=PASSED),
        mail(sender=AYLIN, facts=OURS, Authentication_Results=PASSED.replace("example.org", "example.net")),
    )

    assert (ours.trust, foreign.trust) == ("verified", "unverified")


def test_answers_go_to_the_sender_not_to_where_reply_to_points(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN, Reply_To="mallory@example.net"))

    assert row.recipient == AYLIN
    message = office.desk.session.scalars(select(Message).where(Message.direction == "in")).one()
    assert message.facts["reply_to"] == [{"address": "mallory@example.net", "name": ""}]
    assert any("mallory@example.net" in each for each in message.facts["defects"])


def test_a_former_resident_with_an_old_token_is_heard_and_marked(office: Office) -> None:
    address = reply_address(office)
    aylin = office.desk.session.scalars(select(Contact)).one()
    make_lease(office.desk, make_unit(office.desk, office.company), aylin, ends_on=date(2026, 10, 31))

    (message,) = take_in(office.desk, answered_at(address))
    (fresh,) = take_in(office.desk, mail(sender=AYLIN, subject="My deposit"))
    triage_all(office.desk)

    ticket = ticket_of(office.desk, fresh)
    assert (message.facts["threaded_by"], message.facts["former_resident"]) == ("token", True)
    assert (ticket.requester_role, ticket.unit_label) == ("former", "")
    assert "portal" not in "".join(each.payload["text"] for each in outbox(office.desk, "acknowledgement", "answer"))


def test_a_token_of_another_company_opens_nothing_there(office: Office) -> None:
    other = make_company(office.desk, "Hafen Homes", mail="office@example.net")
    jonas = make_agent(office.desk, other, "Jonas Weber")
    (theirs,) = take_in(office.desk, mail(sender=AYLIN, rcpt_to="office@example.net"))
    with office.desk.transaction():
        reply(office.desk, jonas, theirs.ticket_id, Draft("Hello"))
    token = outbox(office.desk, "reply")[0].payload["reply_to"]["value"].partition("+")[2].partition("@")[0]

    (message,) = take_in(office.desk, answered_at(f"desk+{token}@example.org"))

    assert (message.company_id, message.ticket_id != theirs.ticket_id) == (office.company.id, True)


def test_one_address_in_two_companies_is_two_contacts(office: Office) -> None:
    make_company(office.desk, "Hafen Homes", mail="office@example.net")

    here, there = take_in(office.desk, mail(sender=AYLIN), mail(sender=AYLIN, rcpt_to="office@example.net"))

    assert here.company_id != there.company_id
    assert here.contact_id != there.contact_id
    assert office.desk.session.scalar(select(func.count()).select_from(Identity)) == 2


def test_an_agents_own_address_gives_mail_no_power(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN, Message_ID="<one@example.com>"))
    before = len(outbox(office.desk))

    (message,) = take_in(
        office.desk, mail("Send her the door code.", sender="agent1@example.org", In_Reply_To=f"<{row.rfc_message_id}>")
    )

    assert message.ticket_id != row.ticket_id
    assert message.direction == "in"
    assert len(outbox(office.desk)) == before


def test_control_headers_from_outside_are_ignored(office: Office) -> None:
    (first,) = take_in(office.desk, mail(sender=AYLIN))

    (message,) = take_in(
        office.desk,
        mail(
            sender="mallory@example.net",
            X_Hub_Ticket_Id=str(first.ticket_id),
            X_Hub_Internal="1",
            X_Hub_Outbox="00000000-0000-0000-0000-000000000000",
        ),
    )

    assert message.ticket_id != first.ticket_id
    assert message.visibility == "public"


def test_the_same_message_id_with_other_words_is_another_message(office: Office) -> None:
    one, two = take_in(
        office.desk,
        mail("First words", sender=AYLIN, Message_ID="<same@example.com>"),
        mail("Other words", sender="mallory@example.net", Message_ID="<same@example.com>"),
    )

    assert (one.text.strip(), two.text.strip()) == ("First words", "Other words")
    assert (one.facts["same_message_id"], two.facts["same_message_id"]) == (False, True)


def test_a_text_continues_its_senders_newest_ticket(office: Office) -> None:
    first, second = take_in(office.desk, text_message("No water"), text_message("It is back"))
    (other,) = take_in(office.desk, text_message("Hello", sender="+12025550188"))

    assert first.ticket_id == second.ticket_id != other.ticket_id


def test_a_number_in_the_subject_counts_only_from_somebody_who_takes_part(office: Office) -> None:
    (first,) = take_in(office.desk, mail(sender=AYLIN))

    (mine,) = take_in(office.desk, mail(sender=AYLIN, subject=f"Tap [#{first.ticket_id}]"))
    (not_mine,) = take_in(office.desk, mail(sender="ben@example.com", subject=f"Tap [#{first.ticket_id}]"))

    assert mine.ticket_id == first.ticket_id
    assert not_mine.ticket_id != first.ticket_id


def test_a_display_name_never_becomes_an_identity(office: Office) -> None:
    (message,) = take_in(office.desk, mail(sender='"desk@example.org" <mallory@example.net>'))

    assert message.author_address == "mallory@example.net"
    assert office.desk.session.scalars(select(Identity.value)).all() == ["mallory@example.net"]

"""Zendesk 4408844012058: mail with a forged sender looked like the customer it named.

Our rule: only our own mail server vouches for a sender. A forged one is kept, marked and answered by no machine; it stands for
nobody, whatever the name.
"""

from __future__ import annotations

from hub.services.sending.answer_target import reply_target
from hub.services.sending.reply import Draft, reply
from tests.factories import make_contact
from tests.incidents.letters import AYLIN, FAILED, OURS, PASSED, answered_at, make_forged
from tests.services.steps import Office, acknowledged, mail, make_resident, outbox, take_in, ticket_of


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


def test_our_own_servers_word_verifies_a_sender_and_a_foreign_one_does_not(office: Office) -> None:
    ours, foreign = take_in(
        office.desk,
        mail(sender=AYLIN, facts=OURS, Authentication_Results=PASSED),
        mail(sender=AYLIN, facts=OURS, Authentication_Results=PASSED.replace("example.org", "example.net")),
    )

    assert (ours.trust, foreign.trust) == ("verified", "unverified")


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


def test_mail_whose_sender_is_forged_is_answered_to_nobody(office: Office) -> None:
    forged = make_forged()
    make_resident(office)

    (message,) = take_in(office.desk, forged)

    assert acknowledged(office) == []
    assert ticket_of(office.desk, message).contact_id is None

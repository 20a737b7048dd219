"""FreeScout GHSA-8vm3: an older form of Message-ID without a signature still let a stranger into a conversation.

Our rule: a Message-ID or a number that anybody may have seen opens a ticket only to those who take part in it already.
"""

from __future__ import annotations

from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from tests.incidents.letters import AYLIN, MALLORY
from tests.services.steps import Office, answer, mail, send_all, take_in, triage_all


def test_a_stranger_who_cites_our_message_id_opens_a_ticket_of_their_own(office: Office) -> None:
    row = answer(office, mail(sender=AYLIN))

    (message,) = take_in(office.desk, mail(sender="mallory@example.net", In_Reply_To=f"<{row.rfc_message_id}>"))

    assert message.ticket_id != row.ticket_id


def test_a_number_in_the_subject_counts_only_from_somebody_who_takes_part(office: Office) -> None:
    (first,) = take_in(office.desk, mail(sender=AYLIN))

    (mine,) = take_in(office.desk, mail(sender=AYLIN, subject=f"Tap [#{first.ticket_id}]"))
    (not_mine,) = take_in(office.desk, mail(sender="ben@example.com", subject=f"Tap [#{first.ticket_id}]"))

    assert mine.ticket_id == first.ticket_id
    assert not_mine.ticket_id != first.ticket_id


def test_the_same_message_id_with_other_words_is_another_message(office: Office) -> None:
    one, two = take_in(
        office.desk,
        mail("First words", sender=AYLIN, Message_ID="<same@example.com>"),
        mail("Other words", sender="mallory@example.net", Message_ID="<same@example.com>"),
    )

    assert (one.text.strip(), two.text.strip()) == ("First words", "Other words")
    assert (one.facts["same_message_id"], two.facts["same_message_id"]) == (False, True)


def test_a_forger_who_knows_our_message_id_gets_no_word_of_the_conversation(office: Office, clock: FixedClock) -> None:
    row = answer(office, mail("My PIN is 4711", sender=AYLIN), words="Thank you for your PIN 4711.")
    clock.at += UNDO
    send_all(office.desk)

    take_in(
        office.desk, mail(sender=MALLORY, References=f"<{row.rfc_message_id}>", In_Reply_To=f"<{row.rfc_message_id}>")
    )
    triage_all(office.desk)
    send_all(office.desk)

    to_mallory = [each for each in office.providers["email"].sent if MALLORY in {who.value for who in each.recipients}]
    assert "4711" not in "".join(f"{each.subject} {each.text} {each.html}" for each in to_mallory)

"""Who a message is from, and what that lets it do: tokens, Message-IDs, numbers, copies, forged and former senders."""

from __future__ import annotations

from sqlalchemy import func, select

from hub.models import Identity
from tests.factories import make_company
from tests.incidents.letters import AYLIN, answered_at, reply_address
from tests.services.steps import (
    Office,
    mail,
    outbox,
    take_in,
    text_message,
)


def test_an_answer_at_the_signed_address_continues_the_ticket(office: Office) -> None:
    address = reply_address(office)

    (message,) = take_in(office.desk, answered_at(address))

    assert message.ticket_id == outbox(office.desk, "reply")[0].ticket_id
    assert (message.facts["threaded_by"], message.facts["stranger"]) == ("token", False)


def test_one_address_in_two_companies_is_two_contacts(office: Office) -> None:
    make_company(office.desk, "Hafen Homes", mail="office@example.net")

    here, there = take_in(office.desk, mail(sender=AYLIN), mail(sender=AYLIN, rcpt_to="office@example.net"))

    assert here.company_id != there.company_id
    assert here.contact_id != there.contact_id
    assert office.desk.session.scalar(select(func.count()).select_from(Identity)) == 2


def test_a_text_continues_its_senders_newest_ticket(office: Office) -> None:
    first, second = take_in(office.desk, text_message("No water"), text_message("It is back"))
    (other,) = take_in(office.desk, text_message("Hello", sender="+12025550188"))

    assert first.ticket_id == second.ticket_id != other.ticket_id

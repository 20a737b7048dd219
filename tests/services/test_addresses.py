"""Which addresses are ours, and whose: with a tag, with a token, in any case."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from hub.desk import Desk
from hub.errors import Misconfigured
from hub.listener import open_listener
from hub.models import ChannelAccount, Ticket
from hub.services.sending.reply import Draft, reply
from hub.services.settings.configuration import read_directory, serves_address
from tests.factories import make_agent, make_company
from tests.services.steps import mail, outbox, take_in

LONG = "customer-service-of-lindenhof-care@example.org"


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("desk@example.org", True),
        ("DESK@Example.org", True),
        ("desk+4711.1.abcdefghijklmnopqrstuvwxyz@example.org", True),
        ("desk+anything@example.org", True),
        ("reply+4711.1.abcdefghijklmnopqrstuvwxyz@example.org", True),
        ("reply+4711.99.abcdefghijklmnopqrstuvwxyz@example.org", False),
        ("reply@example.org", False),
        ("other@example.org", False),
        ("desk@example.net", False),
        ("desk", False),
        ("", False),
        ("@", False),
    ],
)
def test_the_listener_takes_mail_for_the_desks_own_addresses_only(desk: Desk, address: str, ours: bool) -> None:
    make_company(desk, mail="desk@example.org")

    assert serves_address(desk, address) is ours


def test_an_account_switched_off_takes_no_mail(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")
    make_company(desk, "Hafen Homes", mail="office@example.net")
    with desk.transaction() as session:
        gone = update(ChannelAccount).where(ChannelAccount.address == "desk@example.org")
        session.execute(gone.values(active=False))

    assert not serves_address(desk, "desk@example.org")


def test_a_desk_that_knows_no_address_of_its_own_takes_all_mail(desk: Desk) -> None:
    make_company(desk)

    assert serves_address(desk, "anybody@example.com")


def test_an_answer_to_an_address_too_long_for_a_token_reaches_its_company_and_ticket(desk: Desk) -> None:
    make_company(desk, "Hafen Homes", mail="office@example.org")
    company = make_company(desk, mail=LONG)
    maria = make_agent(desk, company)
    (message,) = take_in(desk, mail(rcpt_to=LONG))
    with desk.transaction():
        reply(desk, maria, message.ticket_id, Draft("We come at nine."))
    address = outbox(desk, "reply")[0].payload["reply_to"]["value"]

    (answered,) = take_in(desk, mail("Thank you.", rcpt_to=address))

    assert address.startswith("reply+")
    assert (answered.company_id, answered.ticket_id) == (company.id, message.ticket_id)


def test_mail_is_filed_with_the_company_whose_address_it_was_sent_to(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")
    other = make_company(desk, "Hafen Homes", mail="office@example.net")

    (message,) = take_in(desk, mail(rcpt_to="office+x@example.net"))

    assert message.company_id == other.id
    assert desk.session.get_one(Ticket, message.ticket_id).company_id == other.id


def test_mail_for_nobody_here_stays_with_the_first_company(desk: Desk) -> None:
    first = make_company(desk, mail="desk@example.org")
    make_company(desk, "Hafen Homes", mail="office@example.net")

    (message,) = take_in(desk, mail(rcpt_to="info@example.com"))

    assert message.company_id == first.id


@pytest.mark.parametrize("where", ["2525", "127.0.0.1", "127.0.0.1:", "127.0.0.1:smtp"])
def test_a_listener_without_host_and_port_is_refused_with_an_example(app: APIFlask, where: str) -> None:
    with pytest.raises(Misconfigured, match=r"write it as 127\.0\.0\.1:2525"):
        open_listener(app, where)


def test_every_account_knows_all_addresses_of_the_desk(desk: Desk) -> None:
    make_company(desk, mail="desk@example.org")
    make_company(desk, "Hafen Homes", mail="office+main@example.net")

    directory = read_directory(desk)

    assert {each.own_addresses for each in directory.accounts.values()} == {
        frozenset({"desk@example.org", "office@example.net"})
    }

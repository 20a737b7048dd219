"""Text pumping (Twilio 30649): strangers had codes and answers sent to thousands of numbers that they earn by.

Our rule: machines text people we know. Others get texts in the company's own countries only, codes never but after a text of
their own, all within budgets; agents decide for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from channels.channel import Account
from channels.message import Address, IdentityKind
from hub.clock import FixedClock
from hub.domain.delivery import UNDO
from hub.models import ChannelAccount, Company, Ticket
from hub.services.sending.texting import countries_of
from hub.services.staff import accounts
from tests.factories import make_contact, make_lease, make_unit
from tests.services.steps import Office, answer, events_of, form, send_all, take_in, text_message, triage_all

MALDIVES = "+960771{:04d}"
SATELLITES = "+88299123{:04d}"
AT_HOME = "+1202555{:04d}"


def fill_in(office: Office, numbers: Sequence[str], text: str = "Call me") -> None:
    """Fill in the public form once for each number, and let everything leave that may."""
    take_in(office.desk, *[form(office.desk, text, phone=each) for each in numbers])
    triage_all(office.desk)
    send_all(office.desk)


def ask_for_codes(office: Office, numbers: Sequence[str]) -> None:
    for each in numbers:
        with office.desk.transaction():
            accounts.request_portal_link(office.desk, office.company, each)
    send_all(office.desk)


def texts(office: Office) -> int:
    return len(office.providers["sms"].sent)


def test_three_hundred_numbers_that_nobody_knows_get_no_code(office: Office) -> None:
    numbers = [pattern.format(at) for pattern in (MALDIVES, SATELLITES, AT_HOME) for at in range(100)]

    ask_for_codes(office, numbers)

    assert texts(office) == 0


def test_a_form_makes_no_number_known(office: Office) -> None:
    fill_in(office, [AT_HOME.format(at) for at in range(100, 103)])
    after_the_forms = texts(office)

    ask_for_codes(office, [AT_HOME.format(at) for at in range(100, 103)])

    assert (after_the_forms, texts(office)) == (3, 3)


@pytest.mark.parametrize("words", ["Call me", "There is a strong smell of gas"])
def test_forms_with_numbers_abroad_cost_no_text_and_are_all_there(office: Office, words: str) -> None:
    numbers = [MALDIVES.format(at) for at in range(5)] + [SATELLITES.format(at) for at in range(5)]

    fill_in(office, numbers, words)

    assert texts(office) == 0
    assert office.desk.session.scalar(select(func.count()).select_from(Ticket)) == 10


def test_why_a_number_abroad_heard_nothing_stands_on_the_ticket(office: Office) -> None:
    fill_in(office, [MALDIVES.format(1)])

    (ticket,) = office.desk.session.scalars(select(Ticket.id))
    assert "not acknowledged" in events_of(office.desk, ticket)


def test_a_resident_with_a_number_from_abroad_is_texted_and_may_sign_in(office: Office) -> None:
    number = MALDIVES.format(1)
    aylin = make_contact(office.desk, office.company, phone=number)
    make_lease(office.desk, make_unit(office.desk, office.company), aylin)
    take_in(office.desk, text_message("The tap drips", sender=number))
    triage_all(office.desk)

    ask_for_codes(office, [number])

    assert texts(office) == 2


def test_somebody_who_texted_us_may_sign_in_and_in_danger_is_told_how_to_be_safe(office: Office) -> None:
    take_in(office.desk, text_message("There is a strong smell of gas", sender=MALDIVES.format(1)))
    take_in(office.desk, text_message("Is the flat still free?", sender="+12025550123"))

    ask_for_codes(office, ["+12025550123", MALDIVES.format(1)])

    sent = {(each.recipients[0].value, "code" in each.text) for each in office.providers["sms"].sent}
    assert sent == {(MALDIVES.format(1), False), ("+12025550123", True)}


def test_an_agent_may_text_any_number(office: Office, clock: FixedClock) -> None:
    answer(office, text_message("Hello", sender=MALDIVES.format(1)))
    clock.at += UNDO

    send_all(office.desk)

    assert [each.text for each in office.providers["sms"].sent] == ["We come at nine."]


@pytest.mark.parametrize(("named", "texted"), [("US, mv", {"US", "MV"}), ("Germany", {"GB"}), ("", {"GB"})])
def test_countries_are_two_letters_and_never_parts_of_a_word(named: str, texted: set[str]) -> None:
    account = Account(1, "sms", Address(IdentityKind.PHONE, "+447700900001"), settings={"countries": named})

    assert countries_of(Company(region="GB"), account) == texted


def test_an_administrator_names_more_countries(office: Office) -> None:
    account = office.desk.session.scalars(select(ChannelAccount).where(ChannelAccount.channel == "sms")).one()
    account.settings = {"countries": "US, mv"}
    office.desk.session.commit()

    fill_in(office, [MALDIVES.format(1), "+447700900123"])

    assert [each.recipients[0].value for each in office.providers["sms"].sent] == [MALDIVES.format(1)]

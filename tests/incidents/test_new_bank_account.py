"""Rent redirected (no public id: the fraud of this trade): a forged owner writes that the rent goes to a new account from now on.

Our rule: bank details from a sender who is not verified are marked in red at the message, with what to do before anything is
changed.
"""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from tests.incidents.letters import AYLIN, OURS, PASSED, make_forged, page_of
from tests.services.steps import Office, mail, take_in

WARNING = "Bank details from a sender who is not verified: confirm by phone before you change anything"
IBAN = "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    "words",
    [
        f"Please send the rent to {IBAN} from now on.",
        f"Neue Bankverbindung: {IBAN.replace(' ', '')}",
        f"iban {IBAN.lower()}.",
        "Our new account: GB29 NWBK 6016 1331 9268 19",
        "Wire it to routing number 021000021, account 1234567890",
    ],
)
def test_a_new_account_from_somebody_unverified_is_marked_in_red(app: APIFlask, office: Office, words: str) -> None:
    (message,) = take_in(office.desk, make_forged(words, sender="owner@example.com"))

    page = page_of(app, office, message)

    assert WARNING in page
    assert "tone-danger" in page[page.index(WARNING) - 300 : page.index(WARNING)]


def test_an_account_in_the_html_or_the_subject_is_found_too(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, make_forged("See above.", sender="owner@example.com", subject=f"New IBAN {IBAN}"))

    assert WARNING in page_of(app, office, message)


def test_what_is_too_long_to_be_looked_through_is_said_to_be(app: APIFlask, office: Office) -> None:
    hidden = f"{'Dear Sirs. ' * 20_000}\nMy account is {IBAN}"
    (message,) = take_in(office.desk, make_forged(hidden, sender="owner@example.com"))

    page = page_of(app, office, message)

    assert "Too long to be looked through for bank details" in page
    assert WARNING not in page


def test_a_verified_sender_is_not_doubted(app: APIFlask, office: Office) -> None:
    genuine = mail(f"My account is {IBAN}", sender=AYLIN, facts=OURS, Authentication_Results=PASSED)
    (message,) = take_in(office.desk, genuine)

    assert WARNING not in page_of(app, office, message)


@pytest.mark.parametrize(
    "words",
    [
        "The meter reads 0532 0130 00 and the order is DE12345.",
        "My number is +49 30 23125 000, call me.",
        "DE89 3704 0044 0532 0130 01 is a mistyped number",
        "Invoice 021000022, contract 1234567890",
    ],
)
def test_other_numbers_are_not_taken_for_an_account(app: APIFlask, office: Office, words: str) -> None:
    (message,) = take_in(office.desk, make_forged(words, sender="owner@example.com"))

    assert WARNING not in page_of(app, office, message)

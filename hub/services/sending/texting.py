"""Which numbers machines may text: strangers can make a desk text numbers they earn by (reliability page, 2.4, text pumping)."""

from __future__ import annotations

import re

import phonenumbers
from sqlalchemy import ColumnElement, exists, or_, select

from channels.channel import Account
from channels.message import IdentityKind, Trust
from hub.desk import Desk
from hub.domain.delivery import Purpose
from hub.domain.ticket import Direction
from hub.models import Company, Contact, Identity, LeaseParty, Message, Ownership

WRITTEN_OR_ASKED_FOR = frozenset({Purpose.REPLY, Purpose.PAGE, Purpose.CONSENT})


def refusal_to_text(desk: Desk, company: Company, account: Account, number: str, purpose: Purpose) -> str:
    """Return why a machine's words must not go to a number, or nothing.

    People we know are texted wherever their number is. Anybody else is texted in the company's own countries only
    (`TWILIO_COUNTRIES`), and told how to be safe wherever they text us from; a number that only a form has named gets no code.
    What a person wrote, pages to colleagues and the answers to STOP, START and HELP are not held up.
    """
    if purpose in WRITTEN_OR_ASKED_FOR or knows_number(desk, company.id, number):
        return ""
    texted = has_texted(desk, company.id, number)
    if purpose is Purpose.SAFETY and texted:
        return ""
    if purpose is Purpose.SIGN_IN and not texted and _came_by_form(desk, company.id, number):
        return f"{number} is the number of nobody known here."
    if country_of(number) in countries_of(company, account):
        return ""
    return f"{number} is abroad and of nobody known here: a person may write, or add its country to TWILIO_COUNTRIES."


def knows_number(desk: Desk, company_id: int, number: str) -> bool:
    """Tell whether a number is one of the company's own people's: entered by staff, or from the rent roll."""
    ours = or_(
        Contact.role != "",
        Contact.outside_id.is_not(None),
        exists().where(LeaseParty.contact_id == Contact.id),
        exists().where(Ownership.contact_id == Contact.id),
    )
    found = select(Identity.id).join(Contact, Contact.id == Identity.contact_id).where(*_is(company_id, number), ours)
    return desk.session.scalar(found.limit(1)) is not None


def has_texted(desk: Desk, company_id: int, number: str) -> bool:
    """Tell whether a text has come from a number: a number that somebody typed into a form may be anybody's."""
    return _came_by(desk, company_id, number, Message.channel == "sms")


def _came_by_form(desk: Desk, company_id: int, number: str) -> bool:
    by_form = Message.channel == "portal", Message.trust != Trust.VERIFIED
    return _came_by(desk, company_id, number, *by_form)


def _came_by(desk: Desk, company_id: int, number: str, *conditions: ColumnElement[bool]) -> bool:
    query = (
        select(Identity.id)
        .join(Message, Message.contact_id == Identity.contact_id)
        .where(
            *_is(company_id, number),
            *conditions,
            Message.direction == Direction.IN,
            Message.author_address == number,
        )
    )
    return desk.session.scalar(query.limit(1)) is not None


def country_of(number: str) -> str:
    """Return the country of a number as two letters, nothing for what belongs to none (satellites, networks)."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    code = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(
        parsed.country_code or 0
    )
    return code if code.isalpha() and code != "ZZ" else ""


def countries_of(company: Company, account: Account) -> frozenset[str]:
    """Return the countries whose numbers a company's machines may text: its own unless the account names others."""
    named = frozenset(re.findall(r"\b[A-Z]{2}\b", account.settings.get("countries", "").upper()))
    return named or frozenset({company.region})


def _is(company_id: int, number: str) -> tuple[ColumnElement[bool], ...]:
    return (Identity.company_id == company_id, Identity.kind == IdentityKind.PHONE, Identity.value == number)

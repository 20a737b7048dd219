"""The first set-up: a desk without data becomes a company's own, with its first administrator, mailbox and number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel.numbers import get_territory_currencies
from sqlalchemy import select, update

from channels.address import AddressError, canonical_email, canonical_phone
from hub.desk import Desk
from hub.domain.access import Role
from hub.errors import Invalid, Refused
from hub.models import Agent, SignInLink
from hub.services.settings.setup import (
    FIRST_SLUG,
    address_of,
    connect_account,
    ensure_company,
    read_setup_link,
    somebody_can_sign_in,
)
from hub.services.staff.accounts import SHORTEST_PASSWORD, SignedIn, invite_agent, set_password, start_sign_in

SET_UP_ALREADY = (
    "This desk is set up already. Invite colleagues with 'hub agent invite'; "
    "if its people are the demo's, take them out first with 'hub demo --remove'."
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What somebody says when a desk is set up; mailbox and number may come later.

    `imap_url` and `smtp_url` hold user and password; `region` is the country (ISO 3166) whose numbers need no prefix.
    """

    company: str
    name: str
    email: str
    password: str = ""
    time_zone: str = "Europe/Berlin"
    region: str = "DE"
    imap_url: str = ""
    smtp_url: str = ""
    number: str = ""
    account_sid: str = ""
    auth_token: str = ""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account on a channel to be connected."""

    channel: str
    address: str
    secrets: dict[str, str]


def set_up_with_link(desk: Desk, token: str, beginning: Beginning) -> SignedIn:
    """Use a set-up link and sign its first administrator in; raises `Refused`, and `Invalid` naming the field."""
    row = read_setup_link(desk, token)
    used = desk.session.scalar(
        update(SignInLink)
        .where(SignInLink.id == row.id, SignInLink.used_at.is_(None))
        .values(used_at=desk.clock.now())
        .returning(SignInLink.id)
    )
    if used is None:
        raise Refused("This link has been used already.")
    if not beginning.password:
        raise Invalid("Choose a password.", field="password")
    agent, _ = set_up(desk, beginning)
    return start_sign_in(desk, agent_id=agent.id)


def set_up(desk: Desk, beginning: Beginning) -> tuple[Agent, str]:
    """Name the first company, make its first administrator and connect its mailbox and number.

    Returns the administrator and a sign-in link of theirs. Raises `Refused` on a desk that is set up, and `Invalid` naming
    the field.
    """
    if somebody_can_sign_in(desk):
        raise Refused(SET_UP_ALREADY)
    accounts = check(beginning)
    company = ensure_company(desk)
    company.name = beginning.company.strip()
    company.slug = _short_name(company.name) if company.slug == FIRST_SLUG else company.slug
    company.time_zone = beginning.time_zone.strip()
    company.region = beginning.region.strip().upper()
    company.currency = get_territory_currencies(company.region)[-1]
    for each in accounts:
        connect_account(desk, company, each.channel, each.address, each.secrets)
    link = invite_agent(desk, company, email=beginning.email, name=beginning.name.strip(), role=Role.ADMIN)
    agent = desk.session.scalars(select(Agent).where(Agent.email == canonical_email(beginning.email))).one()
    if beginning.password:
        set_password(desk, agent.id, beginning.password)
    desk.session.flush()
    return agent, link


def check(beginning: Beginning) -> list[NewAccount]:
    """Return the accounts to connect; raises `Invalid` naming the first field that is wrong."""
    for field, words in (("company", "the company's name"), ("name", "your name")):
        if not str(getattr(beginning, field)).strip():
            raise Invalid(f"Give {words}: people read it in every answer.", field=field)
    try:
        canonical_email(beginning.email)
    except AddressError as error:
        raise Invalid(str(error), field="email") from error
    if beginning.password and len(beginning.password) < SHORTEST_PASSWORD:
        raise Invalid(
            f"Use at least {SHORTEST_PASSWORD} characters: several words are easy to remember.", field="password"
        )
    if beginning.time_zone.strip() not in available_timezones():
        raise Invalid("Time zone: write it like Europe/Berlin or America/New_York.", field="time_zone")
    if not get_territory_currencies(beginning.region.strip().upper()):
        raise Invalid("Country: two letters, such as DE, GB or US.", field="region")
    accounts = []
    if beginning.imap_url.strip() or beginning.smtp_url.strip():
        accounts.append(_mail_account(beginning))
    if any(each.strip() for each in (beginning.number, beginning.account_sid, beginning.auth_token)):
        accounts.append(_text_account(beginning))
    return accounts


def _mail_account(beginning: Beginning) -> NewAccount:
    urls = {"imap_url": beginning.imap_url.strip(), "smtp_url": beginning.smtp_url.strip()}
    given = {name: url for name, url in urls.items() if url}
    for name, url in given.items():
        kind = name.removesuffix("_url")
        try:
            parts = urlsplit(url)
            wrong = parts.scheme not in {kind, f"{kind}s"} or not parts.hostname or not parts.username
        except ValueError:
            wrong = True
        if wrong:
            raise Invalid(f"Write it as {kind}s://user:password@host.", field=name)
    first = next(iter(given))
    try:
        address = canonical_email(address_of(given[first]))
    except AddressError as error:
        raise Invalid("The user in it must be the mail address that people write to.", field=first) from error
    return NewAccount("email", address, given)


def _text_account(beginning: Beginning) -> NewAccount:
    try:
        number = canonical_phone(beginning.number, beginning.region.strip().upper())
    except AddressError as error:
        raise Invalid(str(error), field="number") from error
    for field, words in (("account_sid", "Account SID"), ("auth_token", "auth token")):
        if not str(getattr(beginning, field)).strip():
            raise Invalid(f"Give the {words}: it stands on the first page of the Twilio console.", field=field)
    kept = {"account_sid": beginning.account_sid.strip(), "auth_token": beginning.auth_token.strip(), "number": number}
    return NewAccount("sms", number, kept)


def _short_name(name: str) -> str:
    """Return a company's name as it stands in commands and filters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "company"

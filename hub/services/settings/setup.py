"""A desk's beginnings: its first company with queues, teams and hours, the accounts the environment names, a way in."""

from __future__ import annotations

import secrets
from datetime import time, timedelta
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update

from hub.desk import Desk
from hub.errors import NotFound, Refused
from hub.models import Agent, BusinessHours, ChannelAccount, Company, Queue, SignInLink, Team

TEAMS = {"front-desk": "Front desk", "maintenance": "Maintenance", "leasing": "Leasing", "billing": "Billing"}
QUEUES = TEAMS | {"other": "Other"}
WORKDAYS = range(5)
FIRST_SLUG = "my-company"
FIRST_NAME = "My company"
SETUP = "setup"
SETUP_LIFE = timedelta(hours=24)


def ensure_company(desk: Desk) -> Company:
    """Return the first company, made with the name `My company` on a desk that has none."""
    first = desk.session.scalar(select(Company).order_by(Company.id).limit(1))
    return first if first is not None else found_company(desk, FIRST_SLUG, FIRST_NAME)


def found_company(desk: Desk, slug: str, name: str, **more: object) -> Company:
    """Make a company with the five queues, four teams and hours from nine to six on workdays."""
    company = Company(slug=slug, name=name, **more)
    desk.session.add(company)
    desk.session.flush()
    teams = {each: Team(company_id=company.id, slug=each, name=words) for each, words in TEAMS.items()}
    desk.session.add_all(teams.values())
    desk.session.flush()
    for each, words in QUEUES.items():
        team = teams.get(each)
        makes_tasks = each in {"maintenance", "leasing", "billing"}
        desk.session.add(
            Queue(
                company_id=company.id, slug=each, name=words, team_id=team.id if team else None, makes_tasks=makes_tasks
            )
        )
    open_on_workdays(desk, company)
    desk.session.flush()
    return company


def open_on_workdays(desk: Desk, company: Company) -> None:
    """Open a company from nine to six, Monday to Friday."""
    desk.session.add_all(
        BusinessHours(company_id=company.id, weekday=weekday, opens=time(9), closes=time(18)) for weekday in WORKDAYS
    )


def connect_environment(desk: Desk) -> None:
    """Pre-fill the first company's accounts from the environment; what an administrator changed later stays."""
    settings = desk.settings
    company = ensure_company(desk)
    known = {"smtp_url": settings.smtp_url, "authserv_id": settings.email_authserv_id}
    mail = {name: value for name, value in known.items() if value}
    for url in settings.imap_urls:
        connect_account(desk, company, "email", settings.email_address or address_of(url), mail | {"imap_url": url})
    if not settings.imap_urls and (settings.smtp_url or settings.email_address):
        connect_account(desk, company, "email", settings.email_address or f"frontdesk@{_host(settings.smtp_url)}", mail)
    number = settings.twilio.get("number", "")
    if number:
        connect_account(desk, company, "sms", number, dict(settings.twilio))
    if settings.slack.get("bot_token"):
        connect_account(desk, company, "slack", settings.slack.get("team_id", "workspace"), dict(settings.slack))


def connect_account(
    desk: Desk, company: Company, channel: str, address: str, secrets: dict[str, str]
) -> ChannelAccount:
    """Make or complete a company's account on a channel; secrets are kept encrypted."""
    row = desk.session.scalar(
        select(ChannelAccount).where(
            ChannelAccount.company_id == company.id,
            ChannelAccount.channel == channel,
            ChannelAccount.address == address.lower(),
        )
    )
    if row is None:
        row = ChannelAccount(
            company_id=company.id, channel=channel, address=address.lower(), name=company.name, settings={}
        )
        desk.session.add(row)
    merged = desk.vault.unlock(row.secrets) | secrets
    if desk.vault.unlock(row.secrets) != merged:
        row.secrets = desk.vault.lock(merged)
    desk.session.flush()
    return row


def address_of(imap_url: str) -> str:
    """Return the mail address of a mailbox from its URL: the user where it is one, else user@host."""
    parts = urlsplit(imap_url)
    user = unquote(parts.username or "frontdesk")
    return user if "@" in user else f"{user}@{parts.hostname}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or "localhost"


def company_named(desk: Desk, slug: str) -> Company:
    """Return a company by its short name, the first one without a name; raises `NotFound` listing what there is."""
    if not slug:
        return ensure_company(desk)
    found = desk.session.scalar(select(Company).where(Company.slug == slug))
    if found is None:
        known = ", ".join(desk.session.scalars(select(Company.slug).order_by(Company.id)))
        raise NotFound(f"There is no company {slug!r} here. There are: {known}.")
    return found


def somebody_can_sign_in(desk: Desk) -> bool:
    """Tell whether there is any active staff account."""
    return desk.session.scalar(select(Agent.id).where(Agent.active).limit(1)) is not None


def setup_link(desk: Desk) -> str:
    """Return a link that lets its holder make the first administrator, once, within a day; empty where somebody can sign in.

    A new link ends the ones before it.
    """
    if somebody_can_sign_in(desk):
        return ""
    now = desk.clock.now()
    desk.session.execute(
        update(SignInLink).where(SignInLink.purpose == SETUP, SignInLink.used_at.is_(None)).values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    desk.session.add(
        SignInLink(
            token_hash=desk.vault.digest("setup link", token), purpose=SETUP, address=SETUP, expires_at=now + SETUP_LIFE
        )
    )
    return f"{desk.settings.base_url}/setup?token={token}"


def read_setup_link(desk: Desk, token: str) -> SignInLink:
    """Return a set-up link that still works, unchanged; raises `Refused`."""
    row = desk.session.scalar(
        select(SignInLink).where(
            SignInLink.purpose == SETUP, SignInLink.token_hash == desk.vault.digest("setup link", token)
        )
    )
    if row is None or row.used_at is not None or row.expires_at <= desk.clock.now() or somebody_can_sign_in(desk):
        raise Refused("This link has been used or is too old. Start the desk again: while it is new it prints one.")
    return row

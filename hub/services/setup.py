"""A desk's beginnings: its first company with queues, teams and hours, and the accounts the environment names."""

from __future__ import annotations

from datetime import time
from urllib.parse import unquote, urlsplit

from sqlalchemy import select

from hub.desk import Desk
from hub.errors import NotFound
from hub.models import BusinessHours, ChannelAccount, Company, Queue, Team

TEAMS = {"front-desk": "Front desk", "maintenance": "Maintenance", "leasing": "Leasing", "billing": "Billing"}
QUEUES = TEAMS | {"other": "Other"}
WORKDAYS = range(5)


def ensure_company(desk: Desk) -> Company:
    """Return the first company, made with the name `My company` on a desk that has none."""
    first = desk.session.scalar(select(Company).order_by(Company.id).limit(1))
    return first if first is not None else found_company(desk, "my-company", "My company")


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
    for weekday in WORKDAYS:
        desk.session.add(BusinessHours(company_id=company.id, weekday=weekday, opens=time(9), closes=time(18)))
    desk.session.flush()
    return company


def connect_environment(desk: Desk) -> None:
    """Pre-fill the first company's accounts from the environment; what an administrator changed later stays."""
    settings = desk.settings
    company = ensure_company(desk)
    mail = {"smtp_url": settings.smtp_url} if settings.smtp_url else {}
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

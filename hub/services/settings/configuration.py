"""The companies and their accounts on channels, as the workers need them: read in one go, kept for some seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from channels.channel import Account
from channels.email.threads import parse_token
from channels.message import Address, IdentityKind
from hub.desk import Desk
from hub.domain.business_hours import Calendar
from hub.domain.promises import ClockKind, Policy
from hub.errors import NotFound
from hub.models import ChannelAccount, Company, SlaPolicy
from hub.services.settings.calendars import calendars_of, queue_calendars_of, select_calendars
from hub.services.together import read_together

KINDS = {"email": IdentityKind.EMAIL, "sms": IdentityKind.PHONE, "slack": IdentityKind.SLACK}


@dataclass(frozen=True, slots=True)
class Directory:
    """Companies by id and accounts by id, with the look-ups intake and sending need."""

    companies: dict[int, Company]
    accounts: dict[int, Account]
    company_of_account: dict[int, int]
    own_addresses: dict[str, frozenset[str]]
    calendars: dict[int, Calendar]
    queue_calendars: dict[tuple[int, str], Calendar]
    policies: dict[int, tuple[Policy, ...]]

    @property
    def first_company_id(self) -> int:
        """Return the company that stands in where none is named; raises `NotFound` on a desk without one."""
        if not self.companies:
            raise NotFound("This desk has no company yet: run 'hub setup' or 'hub demo'.")
        return min(self.companies)

    def account_for(self, channel: str, address: str) -> Account | None:
        """Return the account with an address, a `+tag` ignored; `reply+token` belongs to its company's account at that domain."""
        wanted = plain_address(address)
        mine = [each for each in self.accounts.values() if each.channel == channel]
        found = next((each for each in mine if plain_address(each.address.value) == wanted), None)
        token = parse_token(reply_tag(address)) if found is None else None
        if token is None:
            return found
        domain = wanted.rpartition("@")[2]
        theirs = (each for each in mine if self.company_of_account[each.id] == token.company_id)
        return next((each for each in theirs if each.address.value.rpartition("@")[2] == domain), None)

    def account_of_company(self, channel: str, company_id: int) -> Account | None:
        """Return a company's first account on a channel."""
        mine = (
            key
            for key, each in self.accounts.items()
            if each.channel == channel and self.company_of_account[key] == company_id
        )
        key = min(mine, default=None)
        return self.accounts[key] if key is not None else None

    def calendar_of(self, company_id: int, queue: str) -> Calendar:
        """Return when a queue is worked: its team's hours where they have their own, else the company's."""
        return self.queue_calendars.get((company_id, queue)) or self.calendars[company_id]

    def is_own(self, channel: str, address: str) -> bool:
        """Tell whether an address is one of the desk's own."""
        return plain_address(address) in self.own_addresses.get(channel, frozenset())


def plain_address(address: str) -> str:
    """Return a mail address without its `+tag`; other addresses as they are."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if at else address.lower()


def reply_tag(address: str) -> str:
    """Return the token of a reply address whose account is too long to carry one, nothing for any other address."""
    local = address.lower().rpartition("@")[0]
    return local.removeprefix("reply+") if local.startswith("reply+") else ""


def read_directory(desk: Desk) -> Directory:
    """Read every company and active account, in one statement."""
    served, active, spans, holidays, queues, promised = read_together(
        desk.session,
        select(Company),
        select(ChannelAccount).where(ChannelAccount.active),
        *select_calendars(),
        select(SlaPolicy),
    )
    companies = {each.id: each for each in sorted(served, key=lambda each: each.id)}
    rows = sorted(active, key=lambda each: each.id)
    own: dict[str, set[str]] = {}
    for row in rows:
        own.setdefault(row.channel, set()).add(plain_address(row.address))
    frozen = {channel: frozenset(addresses) for channel, addresses in own.items()}
    accounts = {row.id: open_account(desk, row, frozen.get(row.channel, frozenset())) for row in rows}
    calendars = calendars_of(desk, companies, spans, holidays)
    return Directory(
        companies,
        accounts,
        {row.id: row.company_id for row in rows},
        frozen,
        calendars,
        queue_calendars_of(companies, calendars, spans, queues),
        own_policies(promised),
    )


def serves_address(desk: Desk, address: str) -> bool:
    """Tell whether mail for an address is ours: an account's, with any `+tag`, or a reply address of it.

    A desk that knows no address of its own yet cannot tell, and takes all.
    """
    directory = read_directory(desk)
    knows_none = not any(each.channel == "email" for each in directory.accounts.values())
    return knows_none or directory.account_for("email", address) is not None


def own_policies(rows: Iterable[SlaPolicy]) -> dict[int, tuple[Policy, ...]]:
    """Return what each company promises beside the usual."""
    found: dict[int, tuple[Policy, ...]] = {}
    for row in sorted(rows, key=lambda each: each.id):
        found[row.company_id] = (*found.get(row.company_id, ()), policy_of(row))
    return found


def policy_of(row: SlaPolicy) -> Policy:
    """Return a policy as the domain takes it."""
    return Policy(
        ClockKind(row.clock),
        row.minutes,
        business=row.business,
        warn_minutes=row.warn_minutes,
        queue=row.queue,
        priority=row.priority,
        topic=row.topic,
        channel=row.channel,
        escalates=row.escalates,
        id=row.id,
    )


def open_account(desk: Desk, row: ChannelAccount, own: frozenset[str] = frozenset()) -> Account:
    """Return an account with its secrets decrypted, as a channel takes it."""
    settings = {key: str(value) for key, value in row.settings.items()} | desk.vault.unlock(row.secrets)
    address = Address(KINDS.get(row.channel, IdentityKind.PORTAL), row.address, row.name)
    return Account(row.id, row.channel, address, settings, own)

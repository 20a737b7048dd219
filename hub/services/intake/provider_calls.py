"""Calls that providers make to us: whose they are, and what they hold, stored before the provider is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from channels.channel import Account, Action, Forged, HookedChannel, HookRequest, HookResult
from channels.message import DeliveryReport, Envelope
from channels.sms.hook import KEY_PRESSED
from hub.desk import Desk
from hub.models import ChannelAccount, OutboxRow, Page, Task
from hub.services.intake import accept_all
from hub.services.sending.provider_events import store_actions, store_reports
from hub.services.settings.configuration import open_account

log = logging.getLogger(__name__)

LARGEST = 2**63 - 1
Event = TypeVar("Event", DeliveryReport, Action)


@dataclass(frozen=True, slots=True)
class Owner:
    """An account that a call may belong to, its company, and what the call says read with it."""

    account: Account
    company_id: int
    result: HookResult


def take_call(desk: Desk, channel: HookedChannel, request: HookRequest, *, part: str = "") -> HookResult:
    """Check a call with every active account of its channel, store what it holds, and return the provider's answer.

    Several companies may share one account at the provider: then all of theirs verify, and the number called, the
    message reported on or the task pressed decides whose it is. Raises `Forged` when none verifies, and `Malformed`.
    """
    owners = _find_owners(desk, channel, request, part)
    chosen = next((each for each in owners if _is_addressee(each)), owners[0])
    if chosen.result.envelopes:
        arrivals = [_mark_unrouted(each, chosen.account) for each in chosen.result.envelopes]
        accept_all(desk, arrivals, company_id=chosen.company_id, account_id=chosen.account.id)
    companies = list(dict.fromkeys(each.company_id for each in owners))
    for company_id, reports in _divide(desk, chosen.result.reports, companies, _company_reported):
        store_reports(desk, channel.kind, company_id, reports)
    for company_id, actions in _divide(desk, chosen.result.actions, companies, _company_pressed):
        store_actions(desk, channel.kind, company_id, actions)
    return chosen.result


def _find_owners(desk: Desk, channel: HookedChannel, request: HookRequest, part: str) -> list[Owner]:
    rows = desk.session.scalars(
        select(ChannelAccount)
        .where(ChannelAccount.channel == channel.kind, ChannelAccount.active)
        .order_by(ChannelAccount.id)
    ).all()
    own = frozenset(row.address for row in rows)
    owners: list[Owner] = []
    refusals = [Forged("Nobody here has an account of this kind: connect one under Admin, Channels.")]
    for row in rows:
        account = open_account(desk, row, own)
        try:
            owners.append(Owner(account, row.company_id, channel.verify(request, account, part=part)))
        except Forged as refusal:
            refusals.append(refusal)
    if not owners:
        raise refusals[-1]
    return owners


def _is_addressee(owner: Owner) -> bool:
    """Tell whether the messages in a call were sent to this very account."""
    return bool(owner.result.envelopes) and all(
        each.facts.get("rcpt_to") == owner.account.address.value for each in owner.result.envelopes
    )


def _mark_unrouted(envelope: Envelope, account: Account) -> Envelope:
    """Mark a message to a number that is nobody's here: it is kept and seen, and no machine answers it."""
    called = envelope.facts.get("rcpt_to", "")
    has_a_pool = account.settings.get("number", "").startswith("MG")  # of numbers that only the provider knows
    if not called or called == account.address.value or has_a_pool:
        return envelope
    log.warning("A message to %s came in through account %d: that number is nobody's here.", called, account.id)
    facts = {**envelope.facts, "unrouted": called}
    return Envelope(envelope.channel, envelope.source, envelope.source_key, envelope.raw, envelope.received_at, facts)


def _divide(
    desk: Desk,
    events: Iterable[Event],
    companies: list[int],
    company_of: Callable[[Desk, Event, list[int]], int | None],
) -> Iterable[tuple[int, list[Event]]]:
    """Group events by the company they belong to; the first of the companies gets what belongs to none."""
    groups: dict[int, list[Event]] = {}
    for each in events:
        known = company_of(desk, each, companies) if len(companies) > 1 else None
        groups.setdefault(known or companies[0], []).append(each)
    return groups.items()


def _company_reported(desk: Desk, report: DeliveryReport, companies: list[int]) -> int | None:
    """Return the company of the message a report is about, by our id or else the provider's."""
    try:
        named = OutboxRow.id == UUID(report.outbox_id)
    except ValueError:
        named = OutboxRow.provider_id == report.provider_id
    return desk.session.scalar(select(OutboxRow.company_id).where(named, OutboxRow.company_id.in_(companies)).limit(1))


def _company_pressed(desk: Desk, action: Action, companies: list[int]) -> int | None:
    """Return the company of the page or task an action is about, by its number or by the task's card."""
    number = action.subject.removeprefix("T-")
    is_number = number.isascii() and number.isdecimal() and int(number[:20]) <= LARGEST
    if action.name == KEY_PRESSED:
        page = select(Page.company_id).where(Page.id == (int(number) if is_number else 0))
        return desk.session.scalar(page.where(Page.company_id.in_(companies)))
    named = Task.id == int(number[:20]) if is_number else Task.card_provider_id == action.subject
    return desk.session.scalar(select(Task.company_id).where(named, Task.company_id.in_(companies)).limit(1))

"""The webhooks a company has: added, paused, tried, removed by administrators, with what was delivered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from channels.webhook import make_secret
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import WAITING, OutboxState
from hub.errors import Invalid, NotFound, Refused
from hub.models import ChannelAccount, Company, OutboxRow
from hub.services.sending.sending import retry
from hub.services.sending.webhooks import KIND, SUBJECTS, begin_here, post_test
from hub.services.staff.scope import must_administer

MOST = 20
LONGEST_URL = 1000
MOST_SHOWN = 100


@runtime_checkable
class Addressed(Protocol):
    """A channel that knows which addresses it will never call."""

    def address_refusal(self, url: str) -> str:
        """Return why, as a sentence, or nothing."""


def webhooks_of(desk: Desk, company_id: int) -> Sequence[ChannelAccount]:
    """Return a company's webhooks, oldest first."""
    query = select(ChannelAccount).where(ChannelAccount.company_id == company_id, ChannelAccount.channel == KIND)
    return desk.session.scalars(query.order_by(ChannelAccount.id)).all()


def add_webhook(
    desk: Desk, actor: Actor, company: Company, url: str, subjects: Collection[str]
) -> tuple[ChannelAccount, str]:
    """Add a webhook that hears of some subjects from now on, and return it with its secret, which is shown once.

    Raises `Forbidden` and `Invalid`: for an address inside our own network too.
    """
    _check_may(actor, company.id)
    address = url.strip()
    wanted = [each for each in SUBJECTS if each in subjects]
    if not wanted:
        raise Invalid("Choose what it shall hear of.", field="subject")
    known = webhooks_of(desk, company.id)
    if len(known) >= MOST:
        raise Invalid(f"A company may have {MOST} webhooks: remove one first.", field="url")
    if any(each.address == address for each in known):
        raise Invalid("This address is there already.", field="url")
    _check_address(desk, address)
    secret = make_secret()
    row = ChannelAccount(
        company_id=company.id,
        channel=KIND,
        address=address,
        name=urlsplit(address).hostname or "",
        settings={"url": address, "subjects": " ".join(wanted)},
        secrets=desk.vault.lock({"secret": secret}),
        active=True,
    )
    begin_here(desk, row)
    desk.session.add(row)
    desk.session.flush()
    return row, secret


def change_secret(desk: Desk, actor: Actor, number: int) -> tuple[ChannelAccount, str]:
    """Give a webhook a new secret and return it; the one before still signs beside it until the next change."""
    row = find_webhook(desk, actor, number, lock=True)
    before = desk.vault.unlock(row.secrets).get("secret", "")
    secret = make_secret()
    row.secrets = desk.vault.lock({"secret": secret, "secret_previous": before})
    return row, secret


def pause_webhook(desk: Desk, actor: Actor, number: int, *, paused: bool) -> ChannelAccount:
    """Pause a webhook: what waits for it is taken back; or start it again, with what happens from then on."""
    row = find_webhook(desk, actor, number, lock=True)
    if row.active is not paused:
        return row
    row.active = not paused
    if paused:
        _take_back(desk, row, "The webhook was paused.")
    else:
        begin_here(desk, row)
    return row


def remove_webhook(desk: Desk, actor: Actor, number: int) -> ChannelAccount:
    """Remove a webhook; what was delivered to it stays in the outbox. Raises `NotFound` and `Forbidden`."""
    row = find_webhook(desk, actor, number, lock=True)
    _take_back(desk, row, "The webhook was removed.")
    desk.session.flush()
    desk.session.delete(row)
    return row


def try_webhook(desk: Desk, actor: Actor, number: int) -> UUID:
    """Send a webhook a test; raises `Refused` for one that is paused."""
    row = find_webhook(desk, actor, number)
    if not row.active:
        raise Refused("It is paused: start it first, then try it.")
    return post_test(desk, row)


def deliveries_of(desk: Desk, row: ChannelAccount) -> Sequence[OutboxRow]:
    """Return what was sent to a webhook, the newest hundred first."""
    query = select(OutboxRow).where(OutboxRow.account_id == row.id, OutboxRow.channel == KIND)
    return desk.session.scalars(query.order_by(OutboxRow.position.desc()).limit(MOST_SHOWN)).all()


def deliver_again(desk: Desk, actor: Actor, number: int) -> int:
    """Give everything that failed for a webhook another life, with the same ids; returns how many that were."""
    row = find_webhook(desk, actor, number)
    failed = desk.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.account_id == row.id, OutboxRow.channel == KIND, OutboxRow.state == OutboxState.FAILED)
        .order_by(OutboxRow.position)
        .limit(1000)
        .with_for_update(skip_locked=True)
    ).all()
    for each in failed:
        retry(desk, each)
    return len(failed)


def find_webhook(desk: Desk, actor: Actor, number: int, *, lock: bool = False) -> ChannelAccount:
    """Return a webhook of a company somebody administers; raises `NotFound`."""
    query = select(ChannelAccount).where(ChannelAccount.id == number, ChannelAccount.channel == KIND)
    row = desk.session.scalar(query.with_for_update() if lock else query)
    if row is None or not actor.can(Ability.ADMINISTER, row.company_id):
        raise NotFound("There is no such webhook.")
    return row


def _check_may(actor: Actor, company_id: int) -> None:
    must_administer(actor, company_id, "tell other programs")


def _check_address(desk: Desk, address: str) -> None:
    if not address or len(address) > LONGEST_URL:
        raise Invalid("Give the address that shall be called, such as https://example.org/hook.", field="url")
    channel = desk.channels.get(KIND)
    reason = channel.address_refusal(address) if isinstance(channel, Addressed) else ""
    if reason:
        raise Invalid(f"{reason} Webhooks go to public addresses with https.", field="url")


def _take_back(desk: Desk, row: ChannelAccount, why: str) -> None:
    waiting = desk.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.account_id == row.id, OutboxRow.channel == KIND, OutboxRow.state.in_(WAITING))
        .with_for_update(skip_locked=True)
    )
    for each in waiting:
        each.state, each.error = OutboxState.CANCELLED, why

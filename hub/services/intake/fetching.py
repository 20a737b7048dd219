"""Asking polled channels for their messages: stored and committed first, then the cursor moves."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import Connection, select, text

from channels.channel import Batch, Cursor
from hub.desk import Desk
from hub.models import ChannelAccount
from hub.services.intake import accept_all

log = logging.getLogger(__name__)

GAP = timedelta(hours=24)
LOCK_SPACE = 0x66D


def lock_account(guard: Connection, account_id: int) -> bool:
    """Take the fetcher's lock on an account for as long as a connection lives: one fetcher a mailbox, on any number of hosts."""
    taken = guard.scalar(
        text("SELECT pg_try_advisory_lock(:space, :account)"), {"space": LOCK_SPACE, "account": account_id}
    )
    guard.commit()
    return bool(taken)


def unlock_account(guard: Connection, account_id: int) -> None:
    """Give the fetcher's lock back."""
    guard.execute(text("SELECT pg_advisory_unlock(:space, :account)"), {"space": LOCK_SPACE, "account": account_id})
    guard.commit()


def read_cursor(desk: Desk, account_id: int) -> Cursor:
    """Return where a fetcher stands."""
    return Cursor(desk.session.scalar(select(ChannelAccount.cursor).where(ChannelAccount.id == account_id)) or "")


def store_batch(desk: Desk, account_id: int, batch: Batch) -> int:
    """Store what was fetched and move the cursor in the same transaction; returns how many were new.

    After a gap of more than a day, automatic answers to what arrived late wait: the messages are marked so.
    """
    row = desk.session.get(ChannelAccount, account_id, with_for_update=True)
    assert row is not None
    now = desk.clock.now()
    late = row.last_fetch_at is not None and now - row.last_fetch_at > GAP
    arrivals = batch.envelopes
    new = 0
    if arrivals:
        stored = accept_all(
            desk,
            arrivals,
            company_id=row.company_id,
            account_id=account_id,
            history=batch.history,
            late=late and not batch.history,
        )
        new = sum(each.new for each in stored)
    desk.reach("fetch.stored")
    row.cursor = batch.cursor.value
    if not late or not arrivals:
        row.last_fetch_at = now
    row.last_error = ""
    return new


def note_failure(desk: Desk, account_id: int, sentence: str) -> None:
    """Keep why the last fetch failed, for the health page."""
    row = desk.session.get(ChannelAccount, account_id)
    if row is not None:
        row.last_error = sentence
        row.last_error_at = desk.clock.now()
    log.warning("Account %d: %s", account_id, sentence)

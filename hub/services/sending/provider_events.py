"""What providers tell us later: stored first, counted once, applied in any order."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from channels.channel import Account, Action
from channels.message import DeliveryReport, Outcome, Receipt
from channels.slack.card import Block
from channels.sms.hook import KEY_PRESSED
from hub.desk import Desk
from hub.domain.delivery import OutboxState, later_word
from hub.models import OutboxRow, ProviderEvent
from hub.services.emergencies.page_answers import hear_key
from hub.services.operations.operations import act, may_be_asked, view_for
from hub.services.sending.sending import report
from hub.services.settings.configuration import read_directory

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
STILL_THERE = timedelta(seconds=10)  # a press opens a modal for three seconds; clocks differ


@runtime_checkable
class AskingChannel(Protocol):
    """A channel that can ask whoever pressed a button for words."""

    def open_view(self, account: Account, *, trigger_id: str, view: dict[str, object]) -> Receipt:
        """Open a modal."""


@runtime_checkable
class WhisperingChannel(Protocol):
    """A channel that can tell one person something nobody else sees."""

    def whisper(self, account: Account, *, channel: str, user: str, text: str) -> Receipt:
        """Say it."""


def store_reports(desk: Desk, provider: str, company_id: int, reports: Iterable[DeliveryReport]) -> None:
    """Keep delivery reports; a repeated one is the same row."""
    for each in reports:
        body = {"provider_id": each.provider_id, "outbox_id": each.outbox_id, "state": each.state, "error": each.error}
        _store(desk, provider, company_id, each.event_key, {"report": body})
    desk.wake("apply")


def store_actions(desk: Desk, provider: str, company_id: int, actions: Iterable[Action]) -> None:
    """Keep what operations pressed or wrote; a repeated one is the same row."""
    for each in actions:
        body = {
            "name": each.name,
            "subject": each.subject,
            "actor": each.actor,
            "text": each.text,
            "facts": dict(each.facts),
        }
        _store(desk, provider, company_id, each.event_key, {"action": body})
    desk.wake("apply")


def apply_events(desk: Desk, *, limit: int = 100) -> int:
    """Apply what waits; a report about something not known yet waits up to a day and holds up none behind it."""
    applied = last = 0
    while True:
        with desk.transaction() as session:
            rows = session.scalars(
                select(ProviderEvent)
                .where(ProviderEvent.applied_at.is_(None), ProviderEvent.id > last)
                .order_by(ProviderEvent.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            presses = [each for row in rows if (each := _press_to_ask(desk, row)) is not None]
            whispers: list[Whisper] = []
            applied += sum(_settle(desk, row, whispers) for row in rows if row.applied_at is None) + len(presses)
        for each in presses:
            _ask_for_words(desk, each, whispers)
        for whisper in whispers:
            _say(desk, whisper)
        if len(rows) < limit:
            return applied
        last = rows[-1].id


@dataclass(frozen=True, slots=True)
class Press:
    """A press that needs words: the modal to open for whoever pressed."""

    company_id: int
    action: Action
    view: Block
    account: Account


@dataclass(frozen=True, slots=True)
class Whisper:
    """What only whoever acted is told: why nothing came of it, or what is still wished for."""

    provider: str
    company_id: int
    action: Action
    text: str
    room: str


def _press_to_ask(desk: Desk, row: ProviderEvent) -> Press | None:
    """Take a press that needs words out of the queue; one too old for a modal becomes a step as it is."""
    action = _action_of(row)
    view = view_for(action) if action is not None and desk.clock.now() - row.created_at < STILL_THERE else None
    account = read_directory(desk).account_of_company(row.provider, row.company_id) if view is not None else None
    if action is None or view is None or account is None:
        return None
    if not may_be_asked(desk, read_directory(desk), row.company_id, action):
        return None
    row.applied_at, row.outcome = desk.clock.now(), "asked for words"
    return Press(row.company_id, action, view, account)


def _ask_for_words(desk: Desk, press: Press, whispers: list[Whisper]) -> None:
    """Open the modal, no transaction held meanwhile; where that fails the press is a step without words."""
    channel = desk.channels.get(press.account.channel)
    if isinstance(channel, AskingChannel):
        receipt = channel.open_view(press.account, trigger_id=press.action.facts["trigger_id"], view=press.view)
        if receipt.outcome is Outcome.ACCEPTED:
            return
        log.warning("The modal of a press could not be opened: %s", receipt.error)
    with desk.transaction():
        _act(desk, press.account.channel, press.company_id, press.action, whispers)


def _act(desk: Desk, provider: str, company_id: int, action: Action, whispers: list[Whisper]) -> str:
    acted = act(desk, read_directory(desk), company_id, action)
    if acted.whisper:
        whispers.append(Whisper(provider, company_id, action, acted.whisper, acted.room))
    return acted.words


def _say(desk: Desk, whisper: Whisper) -> None:
    """Tell whoever acted, no transaction held meanwhile; that they did not hear it changes nothing."""
    facts, channel = whisper.action.facts, desk.channels.get(whisper.provider)
    account = read_directory(desk).account_of_company(whisper.provider, whisper.company_id)
    room = facts.get("channel") or facts.get("message", "").partition(":")[0] or whisper.room
    if not isinstance(channel, WhisperingChannel) or account is None or not room or desk.settings.practice:
        return
    receipt = channel.whisper(account, channel=room, user=whisper.action.actor, text=whisper.text)
    if receipt.outcome is not Outcome.ACCEPTED:
        log.warning("Whoever acted on %s could not be told: %s", whisper.action.subject, receipt.error)


def _settle(desk: Desk, row: ProviderEvent, whispers: list[Whisper]) -> bool:
    """Apply one event, or give it up after a day; returns whether it is done with."""
    outcome = _apply(desk, row, whispers)
    if not outcome and row.created_at >= desk.clock.now() - KEPT:
        return False
    row.applied_at = desk.clock.now()
    row.outcome = outcome or "nothing of ours is meant"
    return True


def _apply(desk: Desk, row: ProviderEvent, whispers: list[Whisper]) -> str:
    action = _action_of(row)
    if action is not None:
        if action.name == KEY_PRESSED:
            return hear_key(desk, row.company_id, action)
        return _act(desk, row.provider, row.company_id, action, whispers)
    return _apply_report(desk, row.company_id, row.body["report"])


def _action_of(row: ProviderEvent) -> Action | None:
    body = row.body.get("action")
    return Action("", body["name"], body["subject"], body["actor"], body["text"], body["facts"]) if body else None


def _apply_report(desk: Desk, company_id: int, body: dict[str, str]) -> str:
    row = _row_reported(desk, company_id, body)
    if row is None:
        return ""
    before = OutboxState(row.state)
    row.state = later_word(before, OutboxState(body["state"]))
    row.provider_id = row.provider_id or body["provider_id"]
    if row.state != before:
        row.error = body["error"]
        if row.state == OutboxState.DELIVERED:
            row.delivered_at = desk.clock.now()
        report(desk, row)
    desk.session.flush()  # the next report of this batch may be about the same row, and reads it anew
    return "already known" if row.state == before else str(row.state)


def _row_reported(desk: Desk, company_id: int, body: dict[str, str]) -> OutboxRow | None:
    """Return what a report is about: by our own id, known even before the provider's answer is, else by the provider's."""
    query = select(OutboxRow).where(OutboxRow.company_id == company_id).with_for_update()
    query = query.execution_options(populate_existing=True)
    with suppress(ValueError):
        row = desk.session.scalar(query.where(OutboxRow.id == UUID(body["outbox_id"])))
        if row is not None and row.provider_id in {"", body["provider_id"]}:
            return row
    if not body["provider_id"]:
        return None
    return desk.session.scalar(query.where(OutboxRow.provider_id == body["provider_id"]).limit(1))


def _store(desk: Desk, provider: str, company_id: int, event_key: str, body: dict[str, object]) -> None:
    values = {
        "company_id": company_id,
        "provider": provider,
        "event_key": hashlib.sha256(event_key.encode()).digest(),
        "body": body,
    }
    desk.session.execute(
        insert(ProviderEvent).values(**values).on_conflict_do_nothing(index_elements=["provider", "event_key"])
    )

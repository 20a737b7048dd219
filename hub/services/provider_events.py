"""What providers tell us later: stored first, counted once, applied in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from channels.channel import Action
from channels.message import DeliveryReport
from hub.desk import Desk
from hub.domain.delivery import OutboxState, later_word
from hub.models import OutboxRow, ProviderEvent
from hub.services.configuration import read_directory
from hub.services.operations import apply_action
from hub.services.sending import report

KEPT = timedelta(hours=24)


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
    """Apply what waits; a report about something not known yet waits up to a day."""
    with desk.transaction() as session:
        rows = session.scalars(
            select(ProviderEvent)
            .where(ProviderEvent.applied_at.is_(None))
            .order_by(ProviderEvent.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        applied = 0
        for row in rows:
            outcome = _apply(desk, row)
            if outcome or row.created_at < desk.clock.now() - KEPT:
                row.applied_at = desk.clock.now()
                row.outcome = outcome or "nothing of ours is meant"
                applied += 1
        return applied


def _apply(desk: Desk, row: ProviderEvent) -> str:
    if "action" in row.body:
        body = row.body["action"]
        action = Action("", body["name"], body["subject"], body["actor"], body["text"], body["facts"])
        return apply_action(desk, read_directory(desk), row.company_id, action)
    return _apply_report(desk, row.company_id, row.body["report"])


def _apply_report(desk: Desk, company_id: int, body: dict[str, str]) -> str:
    query = select(OutboxRow).where(OutboxRow.company_id == company_id).with_for_update()
    named = OutboxRow.provider_id == body["provider_id"] if body["provider_id"] else None
    row = desk.session.scalar(query.where(named)) if named is not None else None
    if row is None:
        return ""
    before = OutboxState(row.state)
    row.state = later_word(before, OutboxState(body["state"]))
    if row.state == before:
        return "already known"
    row.error = body["error"]
    if row.state == OutboxState.DELIVERED:
        row.delivered_at = desk.clock.now()
    report(desk, row)
    return str(row.state)


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

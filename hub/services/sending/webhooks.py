"""Telling other programs: what happened to tickets, messages and tasks becomes rows of the outbox, one for each program.

Read from the append-only histories a moment later, not in the steps that write them: a program that is slow or gone costs
nobody anything. Each row's id follows from what happened and whom it is for, so that it is told once however often it is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from channels.message import Address, IdentityKind, OutboundMessage
from channels.wire import to_json
from hub.desk import Desk
from hub.domain.delivery import OutboxState, Purpose, Urgency, patience
from hub.models import ChannelAccount, Company, Message, OutboxRow, Task, TaskEvent, Ticket, TicketEvent

KIND = "webhook"
SUBJECTS = ("ticket", "message", "task")
LATE = timedelta(minutes=2)  # a transaction may commit after one that took later numbers
LATE_ROWS = 500
BATCH = 500
STREAM: dict[str, Any] = {"ticket": TicketEvent, "message": Message, "task": TaskEvent}
NAMESPACE = UUID("0d8f5c5e-2c53-4d0a-9d53-0a4d1f0f8e11")


class _Happening(NamedTuple):
    """One row of a history, with what a program is told of it."""

    number: int
    kind: str
    at: datetime
    told: dict[str, Any]


def announce(desk: Desk) -> int:
    """Put what happened since into the outbox, for every webhook that is not paused; returns how many rows were new."""
    with desk.transaction() as session:
        accounts = session.scalars(
            select(ChannelAccount)
            .where(ChannelAccount.channel == KIND, ChannelAccount.active)
            .order_by(ChannelAccount.id)
            .with_for_update(skip_locked=True)
        ).all()
        new = sum(_announce_to(desk, each) for each in accounts)
        if new:
            desk.wake("send")
    return new


def begin_here(desk: Desk, account: ChannelAccount) -> None:
    """Let a webhook begin with what happens from now on."""
    newest = {each: _newest(desk, each) for each in SUBJECTS}
    account.cursor = json.dumps(newest)
    account.settings = account.settings | {f"since_{subject}": number for subject, number in newest.items()}


def post_test(desk: Desk, account: ChannelAccount) -> UUID:
    """Send a webhook something to try it with."""
    now = desk.clock.now()
    identifier = uuid5(NAMESPACE, f"{account.id} test {now.isoformat()}")
    _write(desk, [_row(desk, account, identifier, "test", now, {"words": "It works."})])
    desk.wake("send")
    return identifier


def subjects_of(account: ChannelAccount) -> list[str]:
    """Return what a webhook wants to hear of."""
    return [each for each in str(account.settings.get("subjects", "")).split() if each in STREAM]


def _announce_to(desk: Desk, account: ChannelAccount) -> int:
    known: dict[str, int] = json.loads(account.cursor or "{}")
    rows: list[dict[str, Any]] = []
    for subject in subjects_of(account):
        found = _happened(desk, account, subject, known.get(subject, 0))
        rows += [
            _row(
                desk, account, uuid5(NAMESPACE, f"{account.id} {subject} {each.number}"), each.kind, each.at, each.told
            )
            for each in found
        ]
        known[subject] = max([known.get(subject, 0), *(each.number for each in found)])
    cursor = json.dumps(known)
    if cursor != account.cursor:
        account.cursor = cursor
    return _write(desk, rows)


def _happened(desk: Desk, account: ChannelAccount, subject: str, after: int) -> list[_Happening]:
    """Return what is new, and what came late."""
    model = STREAM[subject]
    began = int(account.settings.get(f"since_{subject}", 0))
    mine = select(model).where(model.company_id == account.company_id).order_by(model.id)
    late = mine.where(
        model.id > max(after - LATE_ROWS, began), model.id <= after, model.created_at > desk.clock.now() - LATE
    )
    rows = [*desk.session.scalars(late), *desk.session.scalars(mine.where(model.id > after).limit(BATCH))]
    describe = {"ticket": _tickets, "message": _messages, "task": _tasks}[subject]
    return list(describe(desk, rows))


def _tickets(desk: Desk, rows: Any) -> Iterator[_Happening]:
    numbers = {each.ticket_id for each in rows}
    tickets = {each.id: each for each in desk.session.scalars(select(Ticket).where(Ticket.id.in_(numbers)))}
    for each in rows:
        ticket = tickets[each.ticket_id]
        data = {
            "number": ticket.id,
            "what": each.kind,
            "status": ticket.status,
            "queue": ticket.queue,
            "priority": ticket.priority,
            "url": f"{desk.settings.base_url}/api/v1/tickets/{ticket.id}",
        }
        yield _Happening(
            each.id, "ticket.created" if each.kind == "created" else "ticket.changed", each.created_at, data
        )


def _messages(desk: Desk, rows: Any) -> Iterator[_Happening]:
    for each in rows:
        data = {
            "id": each.id,
            "ticket": each.ticket_id,
            "direction": each.direction,
            "visibility": each.visibility,
            "channel": each.channel,
            "author": each.author_kind,
            "url": f"{desk.settings.base_url}/api/v1/tickets/{each.ticket_id}/messages",
        }
        yield _Happening(each.id, "message.created", each.created_at, data)


def _tasks(desk: Desk, rows: Any) -> Iterator[_Happening]:
    numbers = {each.task_id for each in rows}
    tasks = {each.id: each for each in desk.session.scalars(select(Task).where(Task.id.in_(numbers)))}
    for each in rows:
        task = tasks[each.task_id]
        data = {
            "number": task.id,
            "what": each.kind,
            "state": task.state,
            "kind": task.kind,
            "team": task.team,
            "url": f"{desk.settings.base_url}/api/v1/tasks/{task.id}",
        }
        yield _Happening(each.id, "task.created" if each.kind == "created" else "task.changed", each.created_at, data)


def _row(
    desk: Desk, account: ChannelAccount, identifier: UUID, kind: str, at: datetime, data: dict[str, Any]
) -> dict[str, Any]:
    now = desk.clock.now()
    company = desk.session.get_one(Company, account.company_id)
    body = {"type": kind, "timestamp": at.isoformat(), "company": company.slug, "data": data}
    to = Address(IdentityKind.PORTAL, account.address)
    message = OutboundMessage(
        id=identifier, channel=KIND, sender=to, recipients=(to,), text=json.dumps(body), subject=kind, automatic=True
    )
    return {
        "id": identifier,
        "company_id": account.company_id,
        "account_id": account.id,
        "channel": KIND,
        "purpose": Purpose.WEBHOOK,
        "recipient": account.address,
        "payload": to_json(message),
        "urgency": int(Urgency.MACHINE),
        "state": OutboxState.PENDING,
        "next_at": now,
        "give_up_at": now + patience(KIND),
        "created_at": now,
    }


def _write(desk: Desk, rows: list[dict[str, Any]]) -> int:
    """Write what is not in the outbox yet and return how many that were."""
    if not rows:
        return 0
    known = set(desk.session.scalars(select(OutboxRow.id).where(OutboxRow.id.in_([each["id"] for each in rows]))))
    fresh = [each for each in rows if each["id"] not in known]
    if fresh:
        desk.session.execute(insert(OutboxRow).on_conflict_do_nothing(index_elements=["id"]), fresh)
    return len(fresh)


def _newest(desk: Desk, subject: str) -> int:
    return desk.session.scalar(select(func.max(STREAM[subject].id))) or 0

"""Doing things to tickets so that they can be undone, one ticket or many, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.ticket import TicketStatus
from hub.errors import HubError, Refused
from hub.models import Block, Correction, Ticket, UndoRow
from hub.services.metrics.reckoning import reckon
from hub.services.metrics.surveys import take_question_back
from hub.services.people.joining import part_people
from hub.services.settings.configuration import read_directory
from hub.services.tickets.history import record
from hub.services.tickets.moving import move_back
from hub.services.tickets.tickets import Change, change_ticket, find_ticket

LASTS = timedelta(hours=24)
INSTANTS = frozenset({"snooze_until", "closed_at", "waiting_since"})
FIELDS = (
    "queue",
    "band",
    "assignee_id",
    "priority",
    "status",
    "tags",
    "snooze_until",
    "snoozed_for",
    "closed_at",
    "waiting_since",
    "unread",
    "quarantined",
    "merged_into_id",
)
INCIDENTAL = frozenset({"unread", "closed_at", "waiting_since"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A ticket that stayed as it was, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an action on some tickets; `undo` leads back."""

    numbers: tuple[int, ...]
    failures: tuple[Failure, ...] = ()
    undo: UUID | None = None


@dataclass
class Undoable:
    """Collects what tickets were and became in one action; `finish` keeps the way back in the caller's transaction."""

    desk: Desk
    actor: Actor
    kind: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    company_id: int = 0

    def step(self, number: int, act: Callable[[], Ticket]) -> Ticket:
        """Do something to a ticket and remember both sides of it."""
        before = snapshot(find_ticket(self.desk, self.actor, number, lock=True))
        ticket = act()
        after = snapshot(ticket)
        changed = [name for name in FIELDS if before[name] != after[name]]
        if changed:
            self.company_id = self.company_id or ticket.company_id
            self.steps.append(
                {
                    "number": number,
                    "before": {name: before[name] for name in changed},
                    "after": {name: after[name] for name in changed},
                }
            )
        return ticket

    def finish(self, **facts: Any) -> UUID | None:
        """Return the name of the way back, or nothing where nothing changed."""
        if self.actor.agent_id is None or not self.steps:
            return None
        row = UndoRow(
            company_id=self.company_id,
            agent_id=self.actor.agent_id,
            kind=self.kind,
            facts={"tickets": self.steps, **facts},
            created_at=self.desk.clock.now(),
        )
        self.desk.session.add(row)
        self.desk.session.flush()
        return row.public_id


def change_undoably(desk: Desk, actor: Actor, number: int, change: Change) -> tuple[Ticket, UUID | None]:
    """Change a ticket as `change_ticket` does, and return the way back; raises as it does."""
    undoable = Undoable(desk, actor, "change")
    ticket = undoable.step(number, lambda: change_ticket(desk, actor, number, change))
    return ticket, undoable.finish()


def change_many(desk: Desk, actor: Actor, numbers: Sequence[int], change: Change) -> Done:
    """Change some tickets alike: what cannot be changed stays as it is, with its reason, and holds nothing else up."""
    return _many(desk, actor, numbers, lambda number: change_ticket(desk, actor, number, change))


def tag_many(desk: Desk, actor: Actor, numbers: Sequence[int], tag: str) -> Done:
    """Put a tag on some tickets beside those each of them has."""

    def add(number: int) -> Ticket:
        tags = find_ticket(desk, actor, number).tags
        return change_ticket(desk, actor, number, Change(tags=(*tags, tag)))

    return _many(desk, actor, numbers, add)


def _many(desk: Desk, actor: Actor, numbers: Sequence[int], act: Callable[[int], Ticket]) -> Done:
    undoable = Undoable(desk, actor, "change")
    failures = []
    wanted = tuple(dict.fromkeys(numbers))
    for number in wanted:
        try:
            with desk.session.begin_nested():
                undoable.step(number, partial(act, number))
        except HubError as error:
            failures.append(Failure(number, str(error)))
    failed = {each.number for each in failures}
    return Done(tuple(each for each in wanted if each not in failed), tuple(failures), undoable.finish())


def undo(desk: Desk, actor: Actor, public_id: UUID) -> Done:
    """Make tickets what they were before an action of this agent's; what was changed again since stays as it is.

    Raises `Refused` for what is not theirs, was undone before, or is older than a day.
    """
    row = desk.session.scalar(
        select(UndoRow).where(UndoRow.public_id == public_id, UndoRow.agent_id == actor.agent_id).with_for_update()
    )
    if row is None or row.used_at is not None:
        raise Refused("There is nothing to undo.")
    if row.created_at < desk.clock.now() - LASTS:
        raise Refused("This is more than a day ago: change it by hand.")
    row.used_at = desk.clock.now()
    _bring_back(desk, actor, row)
    failures = []
    done = []
    for step in row.facts["tickets"]:
        try:
            _take_back(desk, actor, step)
            done.append(step["number"])
        except HubError as error:
            failures.append(Failure(step["number"], str(error)))
    return Done(tuple(done), tuple(failures))


def forget_old_undos(desk: Desk) -> None:
    """Remove the ways back that nobody can take any more."""
    desk.session.execute(delete(UndoRow).where(UndoRow.created_at < desk.clock.now() - 2 * LASTS))


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """Return what an action may change of a ticket, as it is kept."""
    found = {name: getattr(ticket, name) for name in FIELDS}
    return {
        name: value.isoformat() if isinstance(value, datetime) else list(value) if isinstance(value, list) else value
        for name, value in found.items()
    }


def _take_back(desk: Desk, actor: Actor, step: dict[str, Any]) -> None:
    ticket = find_ticket(desk, actor, step["number"], lock=True, ability=Ability.WORK_TICKETS)
    now = snapshot(ticket)
    moved = [name for name, value in step["after"].items() if name not in INCIDENTAL and now[name] != value]
    if moved:
        raise Refused(f"#{ticket.id} was changed again since: it stays as it is.")
    was_closed = ticket.status == TicketStatus.CLOSED
    for name, value in step["before"].items():
        setattr(ticket, name, datetime.fromisoformat(value) if name in INSTANTS and value else value)
    if was_closed and ticket.status != TicketStatus.CLOSED:
        take_question_back(desk, ticket)
    if "queue" in step["before"] or "band" in step["before"]:
        _unlearn(desk, actor, ticket)
    reckon(desk, read_directory(desk), ticket, reason="taken back", actor=actor)
    ticket.version += 1
    waits = ticket.waiting_since.isoformat() if ticket.waiting_since else ""
    facts = {"queue": ticket.queue, "status": ticket.status, "waiting_since": waits}
    record(desk, ticket, "undone", actor=actor, fields=sorted(step["before"]), **facts)


def _bring_back(desk: Desk, actor: Actor, row: UndoRow) -> None:
    """Undo what an action did beside its tickets: what a merge moved, people joined, the block of a sender."""
    facts = row.facts
    if "moved" in facts:
        both = {each: find_ticket(desk, actor, each, lock=True) for each in sorted((facts["source"], facts["target"]))}
        move_back(desk, facts["moved"], source=both[facts["source"]], target=both[facts["target"]])
    if "people" in facts:
        part_people(desk, actor, facts["people"])
    if facts.get("block"):
        desk.session.execute(delete(Block).where(Block.company_id == row.company_id, Block.value == facts["block"]))


def _unlearn(desk: Desk, actor: Actor, ticket: Ticket) -> None:
    """Learn nothing from a move that was a slip of the finger."""
    learnt = desk.session.scalar(
        select(Correction)
        .where(Correction.ticket_id == ticket.id, Correction.agent_id == actor.agent_id, Correction.undone_at.is_(None))
        .order_by(Correction.id.desc())
        .limit(1)
    )
    if learnt is not None:
        learnt.undone_at = desk.clock.now()

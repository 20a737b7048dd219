"""Messages with the queue they belong to: from files people keep, and from what agents corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from classifiers.emergencies import EmergencyKind
from classifiers.labels import TOPICS, Priority, Queue
from hub.desk import Desk
from hub.errors import Invalid
from hub.models import Company, Correction, Message, Prediction, Ticket
from hub.services.sheets import Row, Sheet, read_sheets
from hub.services.triage.routing_rules import rules_of

QUEUE_NAMES = {"general": Queue.FRONT_DESK} | {str(queue): queue for queue in Queue}
PRIORITY_NAMES = {"emergency": Priority.URGENT} | {str(priority): priority for priority in Priority}
UNCERTAIN = "uncertain"
Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and where it belongs; what is not known is empty. `also` are other queues that would be right."""

    text: str
    queue: Queue
    topic: str = ""
    priority: Priority | None = None
    emergency: str = ""
    language: str = ""
    also: frozenset[Queue] = frozenset()


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """The messages of a file, and how many were left out because their label is `uncertain`."""

    rows: tuple[Labelled, ...]
    left_out: int


def read_labelled(path: Path) -> LabelledFile:
    """Read a CSV or XLSX with columns `text,queue[,topic][,priority]`; raises `Invalid` naming file, row and remedy.

    `general` means front-desk. `alt_queue`, `language` and `emergency` are read where they are.
    """
    sheet = read_sheets(path.read_bytes(), name=path.name, is_header=lambda cells: "text" in cells)[0]
    if "text" not in sheet.header or not {"queue", "topic"} & set(sheet.header):
        raise Invalid(f"{path.name} needs a header with the columns text and queue (topic and priority where known).")
    rows, left_out = [], 0
    for row in sheet.rows:
        told = _cells(sheet, row)
        if UNCERTAIN in {told.get("queue"), told.get("priority")}:
            left_out += 1
        else:
            rows.append(_labelled(told, f"{path.name}, row {row.number}"))
    return LabelledFile(tuple(rows), left_out)


def read_corrections(desk: Desk, company_id: int | None = None) -> list[Labelled]:
    """Return what agents kept or changed, the last word on each message, of one company or of all."""
    last = (
        select(func.max(Correction.id))
        .where(Correction.undone_at.is_(None), Correction.message_id.is_not(None))
        .group_by(Correction.message_id)
    )
    earlier = aliased(Message)
    opens = ~exists().where(earlier.ticket_id == Message.ticket_id, earlier.id < Message.id)
    query = (
        select(Correction, Message, Ticket, Prediction, Company, opens)
        .join(Message, Message.id == Correction.message_id)
        .join(Ticket, Ticket.id == Correction.ticket_id)
        .join(Company, Company.id == Correction.company_id)
        .outerjoin(Prediction, Prediction.message_id == Message.id)
        .where(Correction.id.in_(last))
        .order_by(Correction.id)
    )
    if company_id is not None:
        query = query.where(Correction.company_id == company_id)
    rows = []
    for correction, message, ticket, thought, company, is_opening in desk.session.execute(query):
        # The words triage judged by: the subject counts where it opened the ticket.
        text = f"{message.subject if is_opening else ''}\n{message.reply_text}".strip()
        topic, queue = _decided(correction, thought, company)
        if text and queue is not None:
            rows.append(
                Labelled(
                    text,
                    queue,
                    topic=_fitting_topic(queue, topic, ticket.topic),
                    priority=Priority(ticket.priority),
                    emergency=thought.emergency if thought else "",
                    language=message.language,
                )
            )
    return rows


def _decided(correction: Correction, thought: Prediction | None, company: Company) -> tuple[str, Queue | None]:
    """Return topic and queue of a message as people put it; a topic where its company wants it is where it always belongs."""
    said = thought.topic if thought else ""
    if said in TOPICS and rules_of(company).queues.get(said) == correction.queue_after:
        return said, TOPICS[said].queue
    return correction.topic_after, QUEUE_NAMES.get(correction.queue_after)


def _fitting_topic(queue: Queue, *said: str) -> str:
    """Return the first topic said that belongs to the queue; empty where none does."""
    return next((each for each in said if each in TOPICS and TOPICS[each].queue is queue), "")


def _cells(sheet: Sheet, row: Row) -> dict[str, str]:
    return {name.lower(): cell.strip() for name, cell in zip(sheet.header, row.cells, strict=False)}


def _labelled(told: Mapping[str, str], where: str) -> Labelled:
    if not told.get("text"):
        raise Invalid(f"{where}: the text is empty.")
    topic = told.get("topic", "")
    if topic and topic not in TOPICS:
        raise Invalid(f"{where}: {topic!r} is no topic; use one of {_listed(TOPICS)}.")
    name = told.get("queue", "") or (str(TOPICS[topic].queue) if topic else "")
    queue = _one_of(name, QUEUE_NAMES, "queue", where)
    if topic and TOPICS[topic].queue is not queue:
        raise Invalid(f"{where}: the topic {topic} belongs to the queue {TOPICS[topic].queue}, not to {queue}.")
    emergency = told.get("emergency", "")
    if emergency and emergency not in set(EmergencyKind):
        raise Invalid(f"{where}: {emergency!r} is no kind of emergency; use one of {_listed(list(EmergencyKind))}.")
    alternative = told.get("alt_queue", "")
    return Labelled(
        told["text"],
        queue,
        topic,
        _one_of(told["priority"], PRIORITY_NAMES, "priority", where) if told.get("priority") else None,
        emergency,
        told.get("language", ""),
        frozenset({_one_of(alternative, QUEUE_NAMES, "queue", where)} if alternative else ()),
    )


def _one_of(value: str, known: Mapping[str, Named], column: str, where: str) -> Named:
    found = known.get(value.lower().replace("_", "-"))
    if found is None:
        raise Invalid(f"{where}: {value!r} is no {column}; use one of {_listed(known)}.")
    return found


def _listed(names: Sequence[str] | Mapping[str, object]) -> str:
    return ", ".join(str(name) for name in names)

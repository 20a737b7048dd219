"""What happens at once when a message speaks of danger: the safety text to the person, a page to whoever is on call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, or_, select

from channels.message import IdentityKind
from classifiers.emergencies import Emergency
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.delivery import Purpose, Urgency
from hub.domain.ticket import Priority, TicketStatus, raise_priority
from hub.errors import Refused
from hub.models import Alarm, Contact, Identity, Message, Page, TaskTicket, Ticket
from hub.services.emergencies.alarms import raise_alarm
from hub.services.emergencies.safety_texts import safety_words
from hub.services.sending.answer_target import answer_target
from hub.services.sending.budgets import safety_fits
from hub.services.sending.machine import say
from hub.services.sending.speaking import language_for
from hub.services.settings.configuration import Directory
from hub.services.staff.scope import scope, tickets_of
from hub.services.tickets.history import record

MOST_SHOWN = 3
CLOSED: ColumnElement[str] = literal_column(
    f"'{TicketStatus.CLOSED}'"
)  # no parameter: a plan for every value would miss the index


@dataclass(frozen=True, slots=True)
class OpenEmergency:
    """An emergency nobody has taken: what and where, who was paged last, and whether the whole ladder has let it pass.

    `phone` is the requester's, for those who may call them; `seen` whether this actor may open the ticket; `task` its work.
    """

    number: int
    kind: str
    place: str
    paged: str
    unanswered: bool
    phone: str
    seen: bool
    task: int | None


def answer_emergency(desk: Desk, directory: Directory, ticket: Ticket, message: Message) -> None:
    """Send the safety text of its kind, once per ticket and kind, and page whoever is on call."""
    company = directory.companies[ticket.company_id]
    contact = desk.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    words = safety_words(company, ticket.emergency_kind, language_for(company, contact, message))
    if message.may_answer and not _said_before(desk, ticket, words):
        _say_safety(desk, directory, ticket, message, words)
    raise_alarm(desk, directory, ticket, message.reply_text)


def suspect_emergency(desk: Desk, directory: Directory, ticket: Ticket, message: Message, found: Emergency) -> None:
    """Raise a ticket to an emergency that the model found where the rules had seen none, and answer it as any other."""
    ticket.emergency = True
    ticket.emergency_kind = found.kind
    ticket.priority = raise_priority(Priority(ticket.priority), Priority.URGENT)
    ticket.queue = found.queue
    record(desk, ticket, "emergency", message_id=message.id, emergency=str(found.kind), words=list(found.evidence))
    answer_emergency(desk, directory, ticket, message)


def _said_before(desk: Desk, ticket: Ticket, words: str) -> bool:
    said = exists().where(Message.ticket_id == ticket.id, Message.kind == Purpose.SAFETY, Message.text == words)
    return bool(desk.session.scalar(select(said)))


def _say_safety(desk: Desk, directory: Directory, ticket: Ticket, message: Message, words: str) -> None:
    target = answer_target(ticket, message)
    if target.recipients and not safety_fits(desk, ticket, target.recipients[0].value):
        record(
            desk,
            ticket,
            "safety text not sent",
            reason="This address, or strangers together, have had it as often as they may.",
        )
        return
    try:
        say(desk, directory, ticket, words, purpose=Purpose.SAFETY, target=target, urgency=Urgency.NOW)
        ticket.machine_answered = True
    except Refused as refusal:
        record(desk, ticket, "safety text not sent", reason=str(refusal))


def select_emergencies(actor: Actor) -> Select[Any]:
    """Select the emergencies to be shown to an actor, newest first, each as an `OpenEmergency` is made of.

    Who reads tickets sees those nobody has answered yet; once the ladder has let one pass, everybody of the company does.
    """
    mine = tickets_of(actor)
    paged = select(Page.name).where(Page.alarm_id == Alarm.id).order_by(Page.id.desc()).limit(1).scalar_subquery()
    phone = (
        select(Identity.value)
        .where(
            Identity.contact_id == Ticket.contact_id,
            Identity.kind == IdentityKind.PHONE,
            Identity.dead_since.is_(None),
        )
        .order_by(Identity.id)
        .limit(1)
        .scalar_subquery()
    )
    task = select(TaskTicket.task_id).where(TaskTicket.ticket_id == Ticket.id).order_by(TaskTicket.id).limit(1)
    waits = and_(mine, Ticket.waiting_since.is_not(None), Ticket.acknowledged_by_agent_at.is_(None))
    passed = and_(scope(actor, Ticket.company_id, ability=Ability.SEE_BOARD), Alarm.unanswered_at.is_not(None))
    return (
        select(
            Ticket.id,
            Ticket.emergency_kind,
            Ticket.unit_label,
            func.coalesce(paged, "").label("paged"),
            Alarm.unanswered_at.is_not(None).label("unanswered"),
            case((mine, func.coalesce(phone, "")), else_="").label("phone"),
            mine.label("seen"),
            task.scalar_subquery().label("task"),
        )
        .outerjoin(Alarm, and_(Alarm.ticket_id == Ticket.id, Alarm.ended_at.is_(None)))
        .where(Ticket.emergency, Ticket.status != CLOSED, ~Ticket.history, or_(waits, passed))
        .order_by(Ticket.id.desc())
        .limit(MOST_SHOWN)
    )

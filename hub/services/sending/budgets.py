"""How much a machine may write: budgets against loops, floods and mail to victims (reliability page, 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from hub.desk import Desk
from hub.domain.delivery import Purpose
from hub.domain.ticket import STRANGERS, is_known
from hub.models import MachineAnswer, Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Budget = Mapping[timedelta, int]
TO_KNOWN: Budget = {HOUR: 3, DAY: 5}
TO_STRANGER: Budget = {DAY: 1}
ON_TICKET: Budget = {DAY: 5}
FROM_COMPANY: Budget = {HOUR: 200}
FROM_COMPANY_TO_STRANGERS: Budget = {HOUR: 30}
OF_SAFETY: Budget = {HOUR: 3, DAY: 10}
OF_SAFETY_TO_STRANGERS: Budget = {HOUR: 30}


def refusal_of_budgets(desk: Desk, ticket: Ticket, address: str, *, purpose: Purpose, known: bool) -> str:
    """Return why no further automatic message may go to an address, or nothing.

    Somebody we do not know gets one a day, and all of them together thirty an hour: their addresses may be victims'.
    """
    company = MachineAnswer.company_id == ticket.company_id
    stranger = MachineAnswer.ticket_id == Ticket.id, Ticket.requester_role.in_(STRANGERS)
    if not _fits(desk, TO_KNOWN if known else TO_STRANGER, company, MachineAnswer.recipient == address):
        return "This address has had as many automatic messages as it may."
    if not _fits(desk, ON_TICKET, company, MachineAnswer.ticket_id == ticket.id):
        return "This ticket has had as many automatic messages as it may."
    if not _fits(desk, FROM_COMPANY, company, MachineAnswer.purpose == purpose):
        return "The company has sent as many automatic messages this hour as it may."
    if not known and not _fits(desk, FROM_COMPANY_TO_STRANGERS, company, *stranger):
        return "The company has sent as many automatic messages to strangers this hour as it may."
    return ""


def safety_fits(desk: Desk, ticket: Ticket, address: str) -> bool:
    """Tell whether an address may have one more safety text: a machine that answers ours must not go on for ever.

    Strangers together get thirty an hour: somebody may name victims' addresses beside words of danger.
    """
    safety = MachineAnswer.company_id == ticket.company_id, MachineAnswer.purpose == Purpose.SAFETY
    if not _fits(desk, OF_SAFETY, *safety, MachineAnswer.recipient == address):
        return False
    stranger = MachineAnswer.ticket_id == Ticket.id, Ticket.requester_role.in_(STRANGERS)
    return is_known(ticket.requester_role) or _fits(desk, OF_SAFETY_TO_STRANGERS, *safety, *stranger)


def suspect_loop(desk: Desk, ticket: Ticket, address: str) -> bool:
    """Tell whether a machine seems to be at the other end: more answers within the hour than a person brings about."""
    return not _fits(desk, {HOUR: 3}, MachineAnswer.company_id == ticket.company_id, MachineAnswer.recipient == address)


def _fits(desk: Desk, budget: Budget, *conditions: ColumnElement[bool]) -> bool:
    """Tell whether one more fits into a budget, whichever window is the tightest."""
    now = desk.clock.now()
    for window, most in budget.items():
        query = select(func.count()).select_from(MachineAnswer).where(*conditions)
        if (desk.session.scalar(query.where(MachineAnswer.created_at > now - window)) or 0) >= most:
            return False
    return True

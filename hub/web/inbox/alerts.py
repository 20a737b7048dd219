"""Sentences at the head of a conversation: an emergency, a merge, a message that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from hub.domain.ticket import TicketStatus
from hub.services.inbox.conversation import Conversation
from hub.services.intake.envelopes import find_parked
from hub.web.desk import current_desk
from hub.web.language import _
from hub.web.viewmodels.conversation import TicketAlert
from hub.web.viewmodels.parts import Link


def alerts_of(talk: Conversation) -> Iterator[TicketAlert]:
    """Yield what must be known before the first message is read."""
    ticket = talk.ticket
    if ticket.emergency and ticket.status != TicketStatus.CLOSED:
        words = _("Possible emergency (%(kind)s): call now.", kind=ticket.emergency_kind)
        taken = ticket.acknowledged_by_agent_at is not None
        press = "" if taken else _("I have it")
        yield TicketAlert(
            text=words, tone="danger", press=press, press_url="" if taken else f"/emergencies/{ticket.id}/take"
        )
    if ticket.quarantined:
        yield TicketAlert(
            text=_("In quarantine: its sender is blocked. Nothing was answered."),
            tone="warn",
            press=_("Release"),
            press_url=f"/tickets/{ticket.id}/release",
        )
    if ticket.merged_into_id:
        yield _leading(_("Merged into #%(n)s", n=ticket.merged_into_id), ticket.merged_into_id)
    if ticket.follow_up_of_id:
        yield _leading(_("Follows #%(n)s", n=ticket.follow_up_of_id), ticket.follow_up_of_id)
    parked = None if talk.messages else find_parked(current_desk(), ticket)
    if parked is not None:
        yield TicketAlert(
            text=_("This message could not be read: %(why)s", why=parked.reason),
            tone="warn",
            press=_("Try again"),
            press_url=f"/tickets/{ticket.id}/parked/retry",
            links=(Link(label=_("Download it as it came"), url=f"/tickets/{ticket.id}/parked"),),
        )


def _leading(words: str, number: int) -> TicketAlert:
    return TicketAlert(text=words, tone="info", links=(Link(label=_("Open"), url=f"/tickets/{number}"),))

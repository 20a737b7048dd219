"""Messages that could not be read: have them read again, or download them as they came."""

from __future__ import annotations

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.access import Ability
from hub.errors import NotFound
from hub.models import Envelope
from hub.services.intake.envelopes import find_parked, read_raw, retry_envelope
from hub.services.tickets.tickets import find_ticket
from hub.web.desk import current_desk
from hub.web.files import download
from hub.web.guards import actor, guarded, staff
from hub.web.language import _
from hub.web.shell import add_toast

parked = guarded(Blueprint("parked", __name__, url_prefix="/tickets/<int:number>/parked"), staff(Ability.READ_TICKETS))


@parked.get("")
def raw(number: int) -> Response:
    """Give the bytes of a message that could not be read."""
    return download(read_raw(current_desk(), _find(number)), f"message-{number}.eml", "application/octet-stream")


@parked.post("/retry")
def retry(number: int) -> AnyResponse:
    """Put a message that could not be read back in line."""
    desk = current_desk()
    with desk.transaction():
        retry_envelope(desk, actor(), _find(number).id)
    add_toast(_("It is being read again."))
    return redirect(f"/tickets/{number}")


def _find(number: int) -> Envelope:
    desk = current_desk()
    found = find_parked(desk, find_ticket(desk, actor(), number))
    if found is None:
        raise NotFound("No message waits here: it has been read in the meantime.")
    return found

"""`/envelopes/{id}`: what arrived and what became of it, with the bytes as they came."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from hub.domain.envelope import EnvelopeState
from hub.services.intake.envelopes import Arrived, find_envelope, read_raw, retry_envelope
from hub.web.api.blueprint import RAW_MAIL, api, need_tickets
from hub.web.api.fields import Out, bytes_of
from hub.web.api.once import once
from hub.web.desk import current_desk
from hub.web.security import FILE_POLICY


class EnvelopeOut(Out):
    """One delivery, as it arrived."""

    id: int
    channel: str
    source: str
    state: EnvelopeState
    reason: str
    size: int
    attempts: int
    history: bool
    received_at: datetime
    message: int | None
    ticket: int | None
    duplicate_of: int | None


@api.get("/envelopes/<id:envelope_id>")
@api.output(EnvelopeOut)
def envelope(envelope_id: int) -> EnvelopeOut:
    """Show what became of one delivery."""
    return describe(find_envelope(current_desk(), need_tickets(), envelope_id))


@api.get("/envelopes/<id:envelope_id>/raw")
@api.doc(responses=bytes_of("The bytes as they came", RAW_MAIL, "application/octet-stream"))
def raw(envelope_id: int) -> Response:
    """Download the bytes as they came."""
    desk = current_desk()
    found = find_envelope(desk, need_tickets(), envelope_id).envelope
    mail = found.channel == "email"
    response = Response(read_raw(desk, found), mimetype=RAW_MAIL if mail else "application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename=envelope-{found.id}{'.eml' if mail else ''}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@api.post("/envelopes/<id:envelope_id>/retry")
@api.output(EnvelopeOut, status_code=202)
@once(202)
def retry(envelope_id: int) -> EnvelopeOut:
    """Have a parked delivery read again."""
    return describe(retry_envelope(current_desk(), need_tickets(), envelope_id))


def describe(arrived: Arrived) -> EnvelopeOut:
    """Return an envelope as programs see it."""
    row = arrived.envelope
    return EnvelopeOut(
        id=row.id,
        channel=row.channel,
        source=row.source,
        state=EnvelopeState(row.state),
        reason=row.reason,
        size=row.size,
        attempts=row.attempts,
        history=row.history,
        received_at=row.received_at,
        message=row.message_id,
        ticket=arrived.ticket_id,
        duplicate_of=row.duplicate_of_id,
    )

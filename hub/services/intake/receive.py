"""Step 2: read what was accepted and put every message on its ticket, a batch in one transaction.

A batch that fails is tried again one by one, so that one bad message never delays another; what fails three times, or
brings its process down twice, is parked with its bytes and a stub ticket.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import defer

from channels.message import InboundMessage, Kind, Unreadable
from hub.db import among
from hub.desk import Desk
from hub.domain.envelope import MOST_ATTEMPTS, EnvelopeState
from hub.models import Envelope
from hub.services.emergencies.emergencies import answer_emergency
from hub.services.emergencies.page_answers import hear_text
from hub.services.intake.batch import Batch
from hub.services.intake.bounces import apply_bounce
from hub.services.intake.filing import Filed, file_piece
from hub.services.intake.gate import check_emergency
from hub.services.intake.parking import park, settle_stub, withheld
from hub.services.intake.piece import Piece
from hub.services.intake.reading import read_envelope
from hub.services.intake.threads import contact_of, numbers_named, portal_tickets, tickets_in_tokens
from hub.services.metrics.text_answers import Answer, find_answer, take_answer
from hub.services.sending.consent import apply_consent
from hub.services.settings.configuration import Directory, plain_address, read_directory
from hub.storage import put_all

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
BATCH = 100
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one envelope."""

    envelope_id: int
    outcome: str
    reason: str = ""
    ticket_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One message that was filed, and what follows from it."""

    piece: Piece
    filed: Filed
    answer: Answer | None
    emergency: bool


def receive(desk: Desk, *, limit: int = BATCH, only: Sequence[int] = ()) -> list[Received]:
    """File the next envelopes, each step in a transaction of its own; returns an empty list when none waits."""
    with desk.transaction():
        claimed = _claim(desk, limit=limit, only=only)
    if not claimed:
        return []
    desk.reach("receive.claimed")
    try:
        return _file_together(desk, claimed)
    except OperationalError:
        _give_back(desk, claimed)
        raise


def _file_together(desk: Desk, claimed: list[int]) -> list[Received]:
    """File a batch, one by one where it fails together; raises `OperationalError` when the database is the matter."""
    try:
        with desk.transaction():
            return _file(desk, claimed)
    except Exception as error:
        if is_passing(error):
            raise
        if len(claimed) > 1:
            log.warning("A batch of %d envelopes failed: filing them one by one.", len(claimed))
    return [each for number in claimed for each in _file_alone(desk, number)]


def _claim(desk: Desk, *, limit: int, only: Sequence[int]) -> list[int]:
    """Lease the next waiting envelopes, of some megabytes together, and count the attempt before anything is read."""
    now = desk.clock.shared()
    waiting = (
        select(Envelope.id, Envelope.lane, Envelope.size)
        .where(Envelope.state == EnvelopeState.NEW, or_(Envelope.lease_until.is_(None), Envelope.lease_until < now))
        .order_by(Envelope.lane, Envelope.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if only:
        waiting = waiting.where(Envelope.id.in_(only))
    # By name, so that the planner looks once: looking again passes over what it locked, and takes more than the limit.
    chosen = waiting.cte("chosen")
    upto = func.sum(chosen.c.size).over(order_by=(chosen.c.lane, chosen.c.id))
    measured = select(chosen.c.id, (upto - chosen.c.size).label("before")).subquery()
    claimed = (
        update(Envelope)
        .where(Envelope.id.in_(select(measured.c.id).where(measured.c.before < BATCH_BYTES)))
        .values(attempts=Envelope.attempts + 1, lease_until=now + LEASE)
    )
    return sorted(desk.session.scalars(claimed.returning(Envelope.id)).all())


def _file_alone(desk: Desk, number: int) -> list[Received]:
    """File one envelope; a failure is counted, and the last one parks it."""
    try:
        with desk.transaction():
            return _file(desk, [number])
    except Exception as error:
        if is_passing(error):
            raise
        log.exception("Envelope %d could not be filed.", number)
        reason = str(error.orig) if isinstance(error, DBAPIError) else f"{type(error).__name__}: {error}"
        with desk.transaction() as session:
            # Without its bytes: they may be what this process has no room for.
            alone = select(Envelope).where(Envelope.id == number).options(defer(Envelope.raw)).with_for_update()
            row = session.scalar(alone.execution_options(populate_existing=True))
            if row is None or row.state != EnvelopeState.NEW:
                return []
            row.lease_until = None
            if row.attempts < MOST_ATTEMPTS:
                return []
            stub = park(desk, row, f"It could not be filed after {row.attempts} attempts: {reason[:300]}")
            return [Received(number, "parked", row.reason, stub.id if stub else None)]


def is_passing(error: Exception) -> bool:
    """Tell whether the database is the matter and no message: it is away, short of something, or broke a deadlock.

    By the class of the error (PostgreSQL, appendix A): 08 connection, 40 rollback, 53 resources, 57P operator, 55P03 lock;
    no class at all is a connection that was lost, or that this process had no memory to read from: then the message is too
    large for it. 54, such as an index entry that is too large, is the message's own as well.
    """
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    if not state:
        return "memory" not in str(error.orig)
    return state[:2] in {"08", "40", "53"} or state[:3] == "57P" or state == "55P03"


def _give_back(desk: Desk, numbers: Sequence[int]) -> None:
    """Let go of what could not even be tried, uncounted; where the database stays away the lease runs out by itself."""
    untried = (Envelope.id.in_(numbers), Envelope.state == EnvelopeState.NEW, Envelope.lease_until.is_not(None))
    freed = update(Envelope).where(*untried).values(lease_until=None, attempts=Envelope.attempts - 1)

    def free() -> None:
        desk.session.execute(freed)

    with suppress(DBAPIError):
        desk.insist(free)


def _file(desk: Desk, numbers: Sequence[int]) -> list[Received]:
    session = desk.session
    rows = session.scalars(
        select(Envelope)
        .where(among(Envelope.id, numbers), Envelope.state == EnvelopeState.NEW)
        .order_by(Envelope.lane, Envelope.id)
        .with_for_update()
    ).all()
    directory = read_directory(desk)
    done: list[Received] = []
    read: list[tuple[Envelope, InboundMessage]] = []
    for row in rows:
        parsed = read_envelope(desk, row, facts_of(row, directory))
        reason = parsed.reason if isinstance(parsed, Unreadable) else withheld(row)
        if reason:
            sender = parsed.sender.value if isinstance(parsed, InboundMessage) and parsed.sender else ""
            stub = park(desk, row, reason, sender=sender)
            done.append(Received(row.id, "parked", reason, stub.id if stub else None))
        elif isinstance(parsed, InboundMessage):
            read.append((row, parsed))
    names = iter(put_all(desk.storage, [each.data for _, message in read for each in message.attachments]))
    pieces = [Piece(row, message, files=tuple(islice(names, len(message.attachments)))) for row, message in read]
    for piece in pieces:
        piece.read_ahead()
    desk.reach("receive.parsed")
    if pieces:
        done += _file_pieces(desk, directory, pieces)
    desk.reach("receive.filed")
    return done


def _file_pieces(desk: Desk, directory: Directory, pieces: list[Piece]) -> list[Received]:
    batch = Batch(desk, directory, desk.clock.now())
    named = portal_tickets(desk, pieces)
    batch.load(pieces, {*numbers_named(pieces), *named.values()}, token_numbers=tickets_in_tokens(pieces))
    done: list[Received] = []
    filed: list[Step] = []
    for each in pieces:
        answer = _answer_in(batch, each)
        piece = replace(each, quiet=True) if answer and answer.says_nothing_more else each
        twin = batch.find_twin(piece)
        if twin is not None:
            piece.row.state = EnvelopeState.DUPLICATE
            piece.row.duplicate_of_id = twin
            piece.row.lease_until = None
            done.append(Received(piece.row.id, "duplicate", f"The same message as envelope {twin}."))
            continue
        result = file_piece(batch, piece, named.get(piece.row.id))
        piece.row.lease_until = None
        apply_bounce(batch, piece, result.ticket)
        emergency = check_emergency(batch, piece, result.ticket, result.message)
        filed.append(Step(piece, result, answer, emergency=emergency))
        done.append(Received(piece.row.id, result.outcome, "", result.ticket.id, result.message.id))
    batch.write()
    for step in filed:
        _follow_through(desk, directory, step)
    desk.wake("triage")
    return done


def _answer_in(batch: Batch, piece: Piece) -> Answer | None:
    """Read a text as the answer to a question we asked its sender."""
    contact_id = contact_of(batch, piece)
    may_be = piece.row.channel == "sms" and piece.message.kind is Kind.PERSONAL and not piece.row.history
    return find_answer(batch.desk, contact_id, piece.message.text) if contact_id and may_be else None


def _follow_through(desk: Desk, directory: Directory, step: Step) -> None:
    """Do what cannot wait for triage: consent, survey answers, the safety text of an emergency."""
    row, ticket, message = step.piece.row, step.filed.ticket, step.filed.message
    if row.stub_ticket_id:
        settle_stub(desk, row, ticket)
    if row.history:
        return
    apply_consent(desk, directory, step.piece.message.kind, ticket, message)
    if step.answer is not None:
        take_answer(desk, step.answer, message)
    hear_text(desk, directory, ticket, message)
    if step.emergency:
        answer_emergency(desk, directory, ticket, message)


def facts_of(row: Envelope, directory: Directory) -> dict[str, str]:
    """Return the transport's facts with what the hub knows: its own addresses and the receiver it believes."""
    facts = {key: str(value) for key, value in row.facts.items()}
    account = directory.accounts.get(row.account_id) if row.account_id else None
    facts["own_addresses"] = " ".join(sorted(directory.own_addresses.get(row.channel, frozenset())))
    if account is not None:
        facts.setdefault("authserv_id", account.settings.get("authserv_id", ""))
        facts["own_address"] = plain_address(account.address.value)
    company = directory.companies[row.company_id]
    facts["region"] = company.region
    return facts

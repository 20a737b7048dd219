"""Measurements and their sums by day, kept from the events as they come, or made again from the first one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.db import among
from hub.desk import Desk
from hub.domain.measuring import STEPS, Case, Event, Measurement, measure
from hub.models import DailySum, MeasuredTicket, MeasurementRow, Measuring, Ticket, TicketEvent
from hub.services.settings.configuration import Directory, read_directory

BATCH = 500
WINDOW = 4000  # events
LATEST = timedelta(minutes=10)  # no transaction that writes events lasts as long
LOCK = 7_311_008
DIMENSIONS = ("queue", "channel", "topic", "audience", "property_id", "agent_id")
KINDS = sorted(STEPS)
SUMMED = """
INSERT INTO daily_sums (company_id, day, figure, detail, dimension, member, count, business, wall)
SELECT company_id, day, figure, detail, dimension, member, sum(n) FILTER (WHERE kind = 'count'),
  coalesce(jsonb_object_agg(minutes, n) FILTER (WHERE kind = 'business'), '{}'),
  coalesce(jsonb_object_agg(minutes, n) FILTER (WHERE kind = 'wall'), '{}')
FROM (
  SELECT company_id, day, figure, detail, d.dimension, d.member, k.kind, k.minutes, count(*) AS n
  FROM measurements m
  CROSS JOIN LATERAL (VALUES ('', ''), ('queue', m.queue), ('channel', m.channel), ('topic', m.topic),
    ('audience', m.audience), ('property_id', m.property_id::text), ('agent_id', m.agent_id::text)) AS d(dimension, member)
  CROSS JOIN LATERAL (VALUES ('count', NULL::bigint), ('business', m.business), ('wall', m.wall)) AS k(kind, minutes)
  WHERE (:everything OR (company_id, day) IN (SELECT * FROM unnest(CAST(:companies AS bigint[]), CAST(:days AS date[]))))
    AND d.member IS NOT NULL AND (k.kind = 'count' OR k.minutes IS NOT NULL)
  GROUP BY company_id, day, figure, detail, d.dimension, d.member, k.kind, k.minutes
) AS counted
GROUP BY company_id, day, figure, detail, dimension, member
"""


def keep_measurements(desk: Desk, after: int = 0) -> int:
    """Measure tickets on which something has happened, some events at a time, and sum their days again.

    Returns the event after which to go on, 0 where there is no more. One at a time does it, whoever comes second leaves at
    once. Events are numbered when they are written and seen when they are committed: what was written lately is looked at
    again, but a ticket whose newest event is known is not.
    """
    if not desk.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return 0
    reached = _reached(desk)
    begins = max(reached, after)
    window = select(TicketEvent.id, TicketEvent.created_at).where(TicketEvent.id > begins)
    events = desk.session.execute(window.order_by(TicketEvent.id).limit(WINDOW)).all()
    if not events:
        return 0
    last: int = events[-1][0]
    touched = (
        select(TicketEvent.ticket_id, func.max(TicketEvent.id).label("event_id"))
        .where(TicketEvent.id > begins, TicketEvent.id <= last)
        .group_by(TicketEvent.ticket_id)
        .subquery()
    )
    rows = desk.session.execute(
        select(touched.c.ticket_id, touched.c.event_id)
        .outerjoin(MeasuredTicket, MeasuredTicket.ticket_id == touched.c.ticket_id)
        .where(func.coalesce(MeasuredTicket.event_id, 0) < touched.c.event_id)
    ).all()
    if rows:
        _sum_days(desk, _measure_tickets(desk, read_directory(desk), _newest(rows)))
    settled = [number for number, at in events if at < desk.clock.now() - LATEST]
    if settled and begins == reached:
        desk.session.execute(update(Measuring).values(event_id=settled[-1]))
    return last if len(events) == WINDOW else 0


def rebuild_measurements(desk: Desk) -> int:
    """Make every measurement and every sum again from the first event on; returns how many tickets were measured."""
    desk.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    for table in (MeasurementRow, DailySum, MeasuredTicket):
        desk.session.execute(delete(table))
    directory = read_directory(desk)
    measured = last = 0
    newest = select(TicketEvent.ticket_id, func.max(TicketEvent.id)).group_by(TicketEvent.ticket_id)
    while rows := desk.session.execute(
        newest.where(TicketEvent.ticket_id > last).order_by(TicketEvent.ticket_id).limit(BATCH)
    ).all():
        _measure_tickets(desk, directory, _newest(rows))
        measured += len(rows)
        last = rows[-1][0]
    desk.session.execute(text(SUMMED), {"everything": True, "companies": [], "days": []})
    return measured


def measure_again(desk: Desk, company_id: int) -> None:
    """Let a company's tickets be measured again in the background: its business hours are others now."""
    theirs = select(Ticket.id).where(Ticket.company_id == company_id)
    desk.session.execute(delete(MeasuredTicket).where(MeasuredTicket.ticket_id.in_(theirs)))
    desk.session.execute(update(Measuring).values(event_id=0))


def _reached(desk: Desk) -> int:
    found = desk.session.scalar(select(Measuring.event_id).where(Measuring.id == 1))
    if found is None:
        desk.session.execute(insert(Measuring).values(id=1, event_id=0))
    return found or 0


def _measure_tickets(desk: Desk, directory: Directory, newest: dict[int, int]) -> set[tuple[int, date]]:
    """Write the measurements of some tickets anew; returns the days of companies that changed."""
    numbers = list(newest)
    tickets = {each.id: each for each in desk.session.scalars(select(Ticket).where(among(Ticket.id, numbers)))}
    gone = delete(MeasurementRow).where(among(MeasurementRow.ticket_id, numbers))
    returned = desk.session.execute(gone.returning(MeasurementRow.company_id, MeasurementRow.day))
    changed: set[tuple[int, date]] = {(row.company_id, row.day) for row in returned}
    values: list[dict[str, Any]] = []
    for number, events in _histories(desk, numbers):
        ticket = tickets[number]
        if ticket.history or ticket.quarantined:
            continue
        case = Case(
            number,
            ticket.company_id,
            ticket.channel,
            audience_of(ticket.requester_role),
            ticket.property_id,
            directory.companies[ticket.company_id].time_zone,
        )
        found = measure(case, events, partial(directory.calendar_of, ticket.company_id))
        values += [_row(case, each) for each in found]
    if values:
        desk.session.execute(insert(MeasurementRow), values)
    marks = [{"ticket_id": number, "event_id": event_id} for number, event_id in newest.items() if number in tickets]
    if marks:
        known = upsert(MeasuredTicket)
        desk.session.execute(
            known.on_conflict_do_update(index_elements=["ticket_id"], set_={"event_id": known.excluded.event_id}), marks
        )
    return changed | {(each["company_id"], each["day"]) for each in values}


def _newest(rows: Iterable[Any]) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}


def _histories(desk: Desk, numbers: Collection[int]) -> Iterable[tuple[int, Sequence[Event]]]:
    rows = desk.session.execute(
        select(
            TicketEvent.ticket_id,
            TicketEvent.created_at,
            TicketEvent.kind,
            TicketEvent.actor_kind,
            TicketEvent.agent_id,
            TicketEvent.message_id,
            TicketEvent.facts,
        )
        .where(among(TicketEvent.ticket_id, numbers), TicketEvent.kind.in_(KINDS))
        .order_by(TicketEvent.ticket_id, TicketEvent.id)
    )
    for number, lines in groupby(rows, key=lambda row: int(row[0])):
        yield number, [Event(*line[1:]) for line in lines]


def _row(case: Case, found: Measurement) -> dict[str, Any]:
    return {
        "company_id": case.company_id,
        "ticket_id": case.ticket_id,
        "channel": case.channel,
        "audience": case.audience,
        "property_id": case.property_id,
        "figure": str(found.figure),
        **{name: getattr(found, name) for name in MEASURED},
    }


MEASURED = ("at", "day", "queue", "topic", "agent_id", "detail", "business", "wall")


def _sum_days(desk: Desk, days: Collection[tuple[int, date]]) -> None:
    given = {"companies": [company for company, _ in days], "days": [day for _, day in days]}
    desk.session.execute(
        text(
            "DELETE FROM daily_sums WHERE (company_id, day) IN "
            "(SELECT * FROM unnest(CAST(:companies AS bigint[]), CAST(:days AS date[])))"
        ),
        given,
    )
    desk.session.execute(text(SUMMED), given | {"everything": False})


def audience_of(role: str) -> str:
    """Return whom a ticket's requester is one of, as surveys and help centres name them."""
    return {"owner": "owners", "craftsman": "craftsmen"}.get(role, "residents")

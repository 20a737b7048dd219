"""The figures of a period, read from the sums by day; asked by more than one thing at once, from the measurements themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.domain.figures import Tally
from hub.domain.measuring import Figure
from hub.models import DailySum, MeasurementRow
from hub.services.staff.scope import own_companies

Tallies = dict[tuple[str, str], Tally]
LASTING = frozenset({Figure.FIRST_RESPONSE, Figure.NEXT_RESPONSE, Figure.SOLVED})  # have lengths


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: days of a period (both included), perhaps of one company, queue, channel, ..."""

    begins: date
    ends: date
    company_id: int | None = None
    queue: str = ""
    channel: str = ""
    topic: str = ""
    audience: str = ""
    property_id: str = ""
    agent_id: str = ""

    @property
    def before(self) -> Asked:
        """Return the same question about as many days before."""
        length = self.ends - self.begins + timedelta(days=1)
        return replace(self, begins=self.begins - length, ends=self.ends - length)

    @property
    def members(self) -> dict[str, str]:
        """Return what it is limited to, by dimension."""
        names = [each.name for each in fields(self)][3:]
        return {name: getattr(self, name) for name in names if getattr(self, name)}


def read_tallies(desk: Desk, actor: Actor, asked: Asked, *figures: Figure) -> Tallies:
    """Return what was counted in a period, by figure and detail."""
    return read_split(desk, actor, asked, "", *figures).get("", {})


def read_split(desk: Desk, actor: Actor, asked: Asked, by: str, *figures: Figure) -> dict[str, Tallies]:
    """Return what was counted in a period by each member of a dimension (or `day`; all alike for an empty one)."""
    members = asked.members
    summed = not members or (len(members) == 1 and by in {"", "day", *members})
    rows = desk.session.execute((_sums if summed else _measured)(actor, asked, by, figures))
    found: dict[str, Tallies] = {}
    for member, figure, detail, count, business, wall in rows:
        tally = found.setdefault(str(member), {}).setdefault((figure, detail), Tally())
        if summed:
            tally.add(count, business, wall)
        else:
            tally.add(count, {} if business is None else {business: count}, {} if wall is None else {wall: count})
    return found


def _sums(actor: Actor, asked: Asked, by: str, figures: Sequence[Figure]) -> Select[Any]:
    members = asked.members
    dimension = by if by and by != "day" else next(iter(members), "")
    member: Any = {"": literal(""), "day": DailySum.day}.get(by, DailySum.member)
    wanted = [
        own_companies(actor, DailySum, ability=Ability.SEE_METRICS),
        DailySum.dimension == dimension,
        DailySum.figure.in_([str(each) for each in figures]),
        DailySum.day.between(asked.begins, asked.ends),
        *([DailySum.member == members[dimension]] if dimension in members else []),
        *([DailySum.company_id == asked.company_id] if asked.company_id else []),
    ]
    if not LASTING.intersection(figures):
        nothing, row = literal({}, JSONB), (member, DailySum.figure, DailySum.detail)
        count = cast(func.sum(DailySum.count), BigInteger)
        return select(*row, count, nothing, nothing).where(*wanted).group_by(*row)
    return select(member, DailySum.figure, DailySum.detail, DailySum.count, DailySum.business, DailySum.wall).where(
        *wanted
    )


def _measured(actor: Actor, asked: Asked, by: str, figures: Sequence[Figure]) -> Select[Any]:
    member: Any = literal("") if not by else getattr(MeasurementRow, by)
    row = (member, MeasurementRow.figure, MeasurementRow.detail)
    lengths = (MeasurementRow.business, MeasurementRow.wall)
    return select(*row, func.count(), *lengths).where(*_limits(actor, asked, figures)).group_by(*row, *lengths)


def tickets_behind(desk: Desk, actor: Actor, asked: Asked, figure: Figure, detail: str = "", *, most: int) -> list[int]:
    """Return the numbers of the tickets behind a figure, newest first."""
    query = select(MeasurementRow.ticket_id).where(*_limits(actor, asked, (figure,)))
    if detail:
        query = query.where(MeasurementRow.detail == detail)
    return list(desk.session.scalars(query.distinct().order_by(MeasurementRow.ticket_id.desc()).limit(most)))


def measured_lengths(desk: Desk, actor: Actor, asked: Asked, figure: Figure) -> list[tuple[int, int, int]]:
    """Return ticket, business minutes and wall minutes of everything counted of a figure, ticket by ticket."""
    columns = (MeasurementRow.ticket_id, MeasurementRow.business, MeasurementRow.wall)
    query = select(*columns).where(*_limits(actor, asked, (figure,))).order_by(MeasurementRow.ticket_id)
    return [(row[0], row[1] or 0, row[2] or 0) for row in desk.session.execute(query)]


def _limits(actor: Actor, asked: Asked, figures: Sequence[Figure]) -> list[ColumnElement[bool]]:
    wanted = [
        own_companies(actor, MeasurementRow, ability=Ability.SEE_METRICS),
        MeasurementRow.figure.in_([str(each) for each in figures]),
        MeasurementRow.day.between(asked.begins, asked.ends),
        *([MeasurementRow.company_id == asked.company_id] if asked.company_id else []),
    ]
    for name, value in asked.members.items():
        column = getattr(MeasurementRow, name)
        wanted.append(column == (int(value) if name.endswith("_id") else value))
    return wanted


def counts_by_detail(tallies: Mapping[tuple[str, str], Tally], figure: Figure) -> dict[str, int]:
    """Return how often a figure was counted with each detail."""
    return {detail: tally.count for (name, detail), tally in tallies.items() if name == figure}


def total(tallies: Mapping[tuple[str, str], Tally], figure: Figure) -> Tally:
    """Return all that was counted of a figure, whatever its detail."""
    both = Tally()
    for (name, _detail), tally in tallies.items():
        if name == figure:
            both.count += tally.count
            both.business.update(tally.business)
            both.wall.update(tally.wall)
    return both

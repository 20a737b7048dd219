"""When companies and their teams work: weekly hours, the public holidays of their country, and the days they keep beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.business_hours import ALWAYS, Calendar, Span
from hub.domain.public_holidays import public_holidays
from hub.models import BusinessHours, Company, Holiday, Queue, Team
from hub.services.together import Question

BACK = 3
AHEAD = 2
Week = dict[int, list[Span]]


def select_calendars() -> tuple[Question, Question, Question]:
    """Select what hours are made of: the spans, the days beside public holidays, and the queues with their teams."""
    teams = select(Queue.company_id, Queue.slug, Team).join(Team, Team.id == Queue.team_id)
    return select(BusinessHours), select(Holiday), teams


def calendars_of(
    desk: Desk, companies: Mapping[int, Company], spans: Iterable[BusinessHours], holidays: Iterable[Holiday]
) -> dict[int, Calendar]:
    """Return each company's business hours; one without any is always open."""
    weeks = _weeks(spans, of_teams=False)
    off = _days_off(desk, companies, holidays)
    return {
        each.id: Calendar(each.time_zone, weeks[each.id], off[each.id]) if each.id in weeks else ALWAYS
        for each in companies.values()
    }


def queue_calendars_of(
    companies: Mapping[int, Company],
    calendars: Mapping[int, Calendar],
    spans: Iterable[BusinessHours],
    queues: Iterable[tuple[int, str, Team]],
) -> dict[tuple[int, str], Calendar]:
    """Return the hours of the queues whose team has hours, a zone or holidays other than the company's."""
    weeks = _weeks(spans, of_teams=True)
    found = {}
    for company_id, slug, team in queues:
        usual = calendars[company_id]
        if team.id not in weeks and not team.time_zone and not team.works_on_holidays:
            continue
        zone = team.time_zone or companies[company_id].time_zone
        week = weeks.get(team.id) or usual.week
        off = frozenset() if team.works_on_holidays else usual.holidays
        found[company_id, slug] = Calendar(zone, week, off)
    return found


def days_off(desk: Desk, company: Company, year: int) -> dict[date, str]:
    """Return the days of a year on which a company is closed, with their names, in order."""
    found = public_holidays(company.holiday_country, company.holiday_region, (year,), company.language)
    days = {day: name for day, name in found.items() if day.year == year}
    for row in desk.session.scalars(select(Holiday).where(Holiday.company_id == company.id)):
        if row.worked:
            days.pop(row.falls_on, None)
        elif row.falls_on.year == year:
            days[row.falls_on] = row.name
    return dict(sorted(days.items()))


def _weeks(spans: Iterable[BusinessHours], *, of_teams: bool) -> dict[int, Week]:
    """Return spans by weekday of every company, or of every team that has its own."""
    found: dict[int, Week] = {}
    for row in spans:
        if (row.team_id is not None) is not of_teams:
            continue
        owner = row.team_id if row.team_id is not None else row.company_id
        found.setdefault(owner, {}).setdefault(row.weekday, []).append(Span(row.opens, row.closes))
    return found


def _days_off(desk: Desk, companies: Mapping[int, Company], holidays: Iterable[Holiday]) -> dict[int, frozenset[date]]:
    """Return each company's days off, from some years ago to as far as promises reach."""
    this = desk.clock.now().year
    years = tuple(range(this - BACK, this + AHEAD + 1))
    off = {
        each.id: set(public_holidays(each.holiday_country, each.holiday_region, years, each.language))
        for each in companies.values()
    }
    for row in holidays:
        (off[row.company_id].discard if row.worked else off[row.company_id].add)(row.falls_on)
    return {company_id: frozenset(days) for company_id, days in off.items()}

"""What administrators keep of business time: weekly hours and zones of a company and its teams, holidays and days off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import available_timezones

from sqlalchemy import ColumnElement, delete, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.business_hours import Span
from hub.domain.opening_hours import read_hours, write_hours
from hub.domain.public_holidays import countries, public_holidays, regions
from hub.errors import Invalid, NotFound
from hub.models import BusinessHours, Company, Holiday, Team
from hub.services.metrics.measuring import measure_again
from hub.services.metrics.reckoning import reckon_open_tickets
from hub.services.staff.scope import must_administer

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Week:
    """Weekly hours as they are typed: a line a weekday (Monday first), the zone they are meant in."""

    lines: tuple[str, ...]
    time_zone: str
    works_on_holidays: bool = False


def teams_of(desk: Desk, company: Company) -> list[Team]:
    """Return a company's teams in the order they were made."""
    return list(desk.session.scalars(select(Team).where(Team.company_id == company.id).order_by(Team.id)))


def week_of(desk: Desk, company: Company, team: Team | None) -> Week:
    """Return the hours of a company, or of a team (empty lines where it works the company's), as they are typed."""
    spans: dict[int, list[Span]] = {}
    for row in desk.session.scalars(select(BusinessHours).where(_of(company, team))):
        spans.setdefault(row.weekday, []).append(Span(row.opens, row.closes))
    lines = tuple(write_hours(spans.get(weekday, ())) for weekday in range(7))
    if team is None:
        return Week(lines, company.time_zone)
    return Week(lines, team.time_zone, team.works_on_holidays)


def keep_week(desk: Desk, actor: Actor, company: Company, team: Team | None, week: Week) -> None:
    """Keep the hours of a company or a team, and move what is due by them; raises `Forbidden` and `Invalid`.

    A week without hours is refused for a company, whose promises would never fall due; a team then works the company's.
    """
    _check_may(actor, company)
    read = [read_hours(line, field=f"day{weekday}", day=DAYS[weekday]) for weekday, line in enumerate(week.lines[:7])]
    if team is None and not any(read):
        raise Invalid(
            "Monday: a company that never opens could promise nothing: give the hours of at least one day.",
            field="day0",
        )
    zone = week.time_zone.strip()
    if zone not in available_timezones() and not (team is not None and not zone):
        raise Invalid("Time zone: write it as continent and city, such as Europe/Berlin.", field="time_zone")
    desk.session.execute(delete(BusinessHours).where(_of(company, team)))
    desk.session.add_all(
        BusinessHours(
            company_id=company.id,
            team_id=team.id if team else None,
            weekday=weekday,
            opens=span.opens,
            closes=span.closes,
        )
        for weekday, spans in enumerate(read)
        for span in spans
    )
    if team is None:
        company.time_zone = zone
    else:
        team.time_zone = zone
        team.works_on_holidays = week.works_on_holidays
    _follow(desk, actor, company, reason="business hours changed")


def choose_country(desk: Desk, actor: Actor, company: Company, *, country: str, region: str) -> None:
    """Keep the public holidays of a country or one of its regions; none for no country. Raises as `keep_week`."""
    _check_may(actor, company)
    country, region = country.strip().upper(), region.strip()
    if country and country not in countries():
        raise Invalid("Country: choose one of the list, or none.", field="country")
    known = {each.upper(): each for each in regions(country)}
    if region and region.upper() not in known:
        some = ", ".join(known.values()) or "none: leave it empty"
        raise Invalid(f"Region: this country has {some}.", field="region")
    company.holiday_country = country
    company.holiday_region = known.get(region.upper(), "") if country else ""
    _follow(desk, actor, company, reason="public holidays changed")


def close_on(desk: Desk, actor: Actor, company: Company, day: date, name: str) -> None:
    """Close a company on a day of its own, or one it had said it would work; raises as `keep_week`."""
    _check_may(actor, company)
    named = name.replace("\0", "").strip()
    if not named or len(named) > LONGEST_NAME:
        raise Invalid(f"Name: say what day this is, in at most {LONGEST_NAME} characters.", field="name")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(f"Day: choose one between {FIRST_YEAR} and {LAST_YEAR}.", field="day")
    _put(desk, company, day, named, worked=False)
    _follow(desk, actor, company, reason=f"closed on {day.isoformat()}")


def work_on(desk: Desk, actor: Actor, company: Company, day: date) -> None:
    """Work on a day that would be off: a day of one's own goes, a public holiday is noted as worked."""
    _check_may(actor, company)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotFound("There is no such day off.")
    public = public_holidays(company.holiday_country, company.holiday_region, (day.year,), company.language)
    if day in public:
        _put(desk, company, day, public[day], worked=True)
    else:
        desk.session.execute(delete(Holiday).where(Holiday.company_id == company.id, Holiday.falls_on == day))
    _follow(desk, actor, company, reason=f"open on {day.isoformat()}")


def worked_holidays(desk: Desk, company: Company, year: int) -> Mapping[date, str]:
    """Return the public holidays of a year on which a company works all the same."""
    rows = desk.session.scalars(
        select(Holiday).where(Holiday.company_id == company.id, Holiday.worked).order_by(Holiday.falls_on)
    )
    return {each.falls_on: each.name for each in rows if each.falls_on.year == year}


def _follow(desk: Desk, actor: Actor, company: Company, *, reason: str) -> None:
    """Let due times and figures follow the hours that are kept now."""
    reckon_open_tickets(desk, actor, company, reason=reason)
    measure_again(desk, company.id)


def _put(desk: Desk, company: Company, day: date, name: str, *, worked: bool) -> None:
    row = desk.session.scalar(select(Holiday).where(Holiday.company_id == company.id, Holiday.falls_on == day))
    if row is None:
        desk.session.add(Holiday(company_id=company.id, falls_on=day, name=name, worked=worked))
        return
    row.name, row.worked = name, worked


def _of(company: Company, team: Team | None) -> ColumnElement[bool]:
    mine = BusinessHours.company_id == company.id
    return mine & (BusinessHours.team_id == team.id if team else BusinessHours.team_id.is_(None))


def _check_may(actor: Actor, company: Company) -> None:
    must_administer(actor, company.id, "keep business hours")

"""Tasks elsewhere as a table: handed over as CSV or XLSX, and given as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.cells import inert
from hub.errors import Invalid
from hub.models import Company, Identity, Property, Unit
from hub.services.operations.outside_tasks import Report, is_stale, keep_report, list_outside_tasks
from hub.services.sheets import Sheet, read_sheets

COLUMNS = ("source", "id", "state", "words", "url", "as_of", "ticket", "property", "unit", "person")
NEEDED = ("source", "id", "state", "as_of")
MOST_MISTAKES = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were taken, and how many said nothing newer."""

    taken: int
    older: int


def import_sheet(desk: Desk, actor: Actor, company: Company, data: bytes, *, name: str) -> Imported:
    """Keep every row of a table, or none: raises `Invalid` naming the rows that are wrong."""
    if not data:
        raise Invalid("Choose a CSV or XLSX file.", field="file")
    sheet = read_sheets(data, name=name, is_header=lambda cells: {"source", "id"} <= {_plain(each) for each in cells})[
        0
    ]
    places = {_plain(each): place for place, each in enumerate(sheet.header)}
    missing = [each for each in NEEDED if each not in places]
    if missing:
        raise Invalid(
            f"The table lacks the column {', '.join(missing)}; it may have {', '.join(COLUMNS)}.", field="file"
        )
    mistakes, taken, older = [], 0, 0
    for number, cells in _rows(sheet, places):
        try:
            kept = keep_report(desk, actor, company, _report(desk, company, cells))
        except Invalid as error:
            mistakes.append(f"Row {number}: {error}")
            continue
        taken, older = taken + kept.taken, older + (not kept.taken)
    if mistakes:
        more = f" And {len(mistakes) - MOST_MISTAKES} more." if len(mistakes) > MOST_MISTAKES else ""
        raise Invalid(f"Nothing was taken. {' '.join(mistakes[:MOST_MISTAKES])}{more}", field="file")
    return Imported(taken, older)


def export_sheet(desk: Desk, actor: Actor) -> str:
    """Return what is known of tasks elsewhere as CSV whose cells no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*COLUMNS[:7], "stale"))
    now = desk.clock.now()
    for row in list_outside_tasks(desk, actor):
        cells = (row.source, row.outside_id, row.state, row.words, row.url, row.as_of.isoformat())
        stale = "yes" if is_stale(row, now) else "no"
        writer.writerow((*(inert(each) for each in cells), str(row.ticket_id or ""), stale))
    return out.getvalue()


def _rows(sheet: Sheet, places: Mapping[str, int]) -> list[tuple[int, dict[str, str]]]:
    return [
        (row.number, {name: _as_written(row.cells[place]) for name, place in places.items() if place < len(row.cells)})
        for row in sheet.rows
    ]


def _report(desk: Desk, company: Company, cells: Mapping[str, str]) -> Report:
    return Report(
        cells.get("source", "").strip(),
        cells.get("id", "").strip(),
        cells.get("state", ""),
        _instant(cells.get("as_of", "")),
        words=cells.get("words", ""),
        url=cells.get("url", "").strip(),
        ticket_id=_ticket(cells.get("ticket", "")),
        unit_id=_unit(desk, company, cells.get("property", ""), cells.get("unit", "")),
        contact_id=_person(desk, company, cells.get("person", "")),
    )


def _instant(words: str) -> datetime:
    try:
        at = datetime.fromisoformat(words.strip())
    except ValueError as error:
        raise Invalid("as_of: write the time like 2026-11-30T14:05:00+01:00.", field="as_of") from error
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _ticket(words: str) -> int | None:
    number = words.strip().removeprefix("#")
    if not number:
        return None
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Invalid("ticket: give its number, such as 4711.", field="ticket")
    return int(number)


def _unit(desk: Desk, company: Company, home: str, label: str) -> int | None:
    if not label.strip():
        return None
    found = desk.session.scalar(
        select(Unit.id)
        .join(Property, Property.id == Unit.property_id)
        .where(
            Unit.company_id == company.id,
            func.lower(Property.name) == home.strip().lower(),
            func.lower(Unit.label) == label.strip().lower(),
        )
        .limit(1)
    )
    if found is None:
        raise Invalid(f"unit: there is no {label.strip()[:40]} in {home.strip()[:60] or 'no building'}.", field="unit")
    return found


def _person(desk: Desk, company: Company, address: str) -> int | None:
    if not address.strip():
        return None
    query = select(Identity.contact_id).where(Identity.company_id == company.id, Identity.kind == "email")
    found = desk.session.scalar(query.where(Identity.value == address.strip().lower()).limit(1))
    if found is None:
        raise Invalid("person: nobody here has this mail address.", field="person")
    return found


def _plain(heading: str) -> str:
    return heading.strip().lower().replace(" ", "_")


def _as_written(cell: str) -> str:
    """Take off the apostrophe that export puts before what looks like a formula."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell

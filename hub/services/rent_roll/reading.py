"""A rent roll as rows of values: from CSV or XLSX, one sheet or several."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.domain.cells import inert
from hub.domain.rent_roll import RollRow, day_orders, is_header, name_cells, read_header, read_row
from hub.errors import Invalid
from hub.services.sheets import Sheet, read_sheets

EXAMPLE = "property,unit,tenant,email,phone,lease_start,lease_end,rent"


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its cells as they stood in the file."""

    row: RollRow
    header: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """The rows of a rent roll, and remarks in sentences on how it was read."""

    lines: tuple[Line, ...]
    remarks: tuple[str, ...]


def read_roll(data: bytes, *, name: str, region: str, encoding: str = "") -> Roll:
    """Read the sheets that have the header of a rent roll; raises `Invalid` where none has, or the file cannot be read."""
    sheets = read_sheets(data, name=name, encoding=encoding, is_header=is_header)
    known = [sheet for sheet in sheets if is_header(sheet.header)]
    if not known:
        raise Invalid(f"{name} has no header of a rent roll: name its columns, for example {EXAMPLE}.")
    lines: list[Line] = []
    remarks = [sheet.remark for sheet in known if sheet.remark]
    for sheet in known:
        lines += _read_sheet(sheet, region, several=len(known) > 1, remarks=remarks)
    if not lines:
        raise Invalid(f"{name} has a header and no row below it.")
    left_out = [sheet.name for sheet in sheets if sheet not in known and sheet.rows]
    if left_out:
        remarks.append(f"Sheets without the header of a rent roll were left out: {', '.join(left_out)}.")
    return Roll(tuple(lines), tuple(remarks))


def _read_sheet(sheet: Sheet, region: str, *, several: bool, remarks: list[str]) -> list[Line]:
    header = read_header(sheet.header)
    if header.mistakes:
        raise Invalid(f"{sheet.name}: {' '.join(header.mistakes)}")
    if header.unknown:
        remarks.append(f"{sheet.name}: these columns were not used: {', '.join(header.unknown)}.")
    rows = [name_cells(header, row.cells) for row in sheet.rows]
    orders = day_orders(rows, region=region)
    lines = []
    for row, cells in zip(sheet.rows, rows, strict=True):
        where = f"{sheet.name}, row {row.number}" if several else f"row {row.number}"
        lines.append(Line(read_row(cells, where=where, orders=orders), sheet.header, row.cells))
    return lines


def write_mistakes(lines: Sequence[Line], mistakes: Mapping[str, Sequence[str]]) -> str:
    """Return the rows that have mistakes as CSV, each with its mistakes in the first column; formulas are made harmless.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it, which reading takes off again.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    header: tuple[str, ...] = ()
    for line in lines:
        if line.row.where in mistakes:
            if line.header != header:
                header = line.header
                writer.writerow(["mistakes", "where", *(inert(cell) for cell in header)])
            writer.writerow([" ".join(mistakes[line.row.where]), line.row.where, *(inert(cell) for cell in line.cells)])
    return out.getvalue()

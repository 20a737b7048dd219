"""Tables that people hand over, CSV or XLSX from any program: letters, delimiters and cells read as they were meant."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from hub.errors import Invalid

LARGEST = 50 * 1024 * 1024
LARGEST_UNPACKED = 500 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 500
TITLE_ROWS = 30
DELIMITERS = (",", ";", "\t", "|")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
GUESSED = "The file is not UTF-8 and was read as Windows-1252: if letters look wrong, name its encoding."


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header: its number as a spreadsheet shows it, and its cells in the order of the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; `remark` is a sentence about how it was read, mostly empty. Rows without any text are left out."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    remark: str = ""


def read_sheets(
    data: bytes, *, name: str, encoding: str = "", is_header: Callable[[Sequence[str]], bool] = any
) -> list[Sheet]:
    """Read the tables of a CSV or XLSX file; raises `Invalid` naming the row and the remedy.

    Up to 50 MB, 200,000 rows and 500 columns. `encoding` is for a CSV whose letters are not told right. `is_header` finds
    the header below the titles of a report; without a find it is the first row with any text.
    """
    if len(data) > LARGEST:
        raise Invalid(f"{name} is larger than {LARGEST // 1024**2} MB: split it into parts.")
    if data.startswith(b"PK\x03\x04"):
        return [_sheet(title, rows, "", is_header) for title, rows in _read_workbook(data, name)]
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(f"{name} is an old Excel file (.xls): save it as .xlsx or CSV and try again.")
    return [_sheet(*_read_csv(data, name, encoding), is_header)]


def _read_csv(data: bytes, name: str, encoding: str) -> tuple[str, list[Row], str]:
    text, remark = _decode(data, name, encoding)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own hint
        delimiter, text, skipped = first.strip()[4], rest, 1
    else:
        delimiter, skipped = _delimiter(first), 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    begins = 1 + skipped
    try:
        for cells in reader:
            rows.append(Row(begins, tuple(cells)))
            begins = reader.line_num + 1 + skipped
            _check_size(name, rows[-1], len(rows))
    except csv.Error as error:
        raise Invalid(_csv_mistake(name, begins, str(error))) from error
    return name, rows, remark


def _csv_mistake(name: str, row: int, error: str) -> str:
    if "unexpected end of data" in error or "field larger than" in error:
        return f"{name}, row {row}: a quotation mark is opened there and never closed."
    if "expected after" in error:
        return f"{name}, row {row}: a quotation mark ends in the middle of a cell; write two of them for one."
    return f"{name}, row {row}: it cannot be read ({error})."


def _decode(data: bytes, name: str, encoding: str) -> tuple[str, str]:
    """Turn bytes into text by their mark, as UTF-8, as UTF-16 without a mark, else as Windows-1252."""
    try:
        if encoding:
            return data.decode(encoding), ""
        for mark, codec in BOMS:
            if data.startswith(mark):
                return data.decode(codec), ""
        head = data[:4000]
        if head.count(0) > len(head) // 4:
            return data.decode("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"), ""
    except LookupError as error:
        raise Invalid(f"There is no encoding {encoding!r}: try utf-8, utf-16, cp1252 or cp1250.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{name} is not written in {encoding or 'UTF-16'}: name another encoding.") from error
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), GUESSED


def _delimiter(line: str) -> str:
    """Choose the delimiter that a header has most of outside quotation marks."""
    bare = "".join(part for at, part in enumerate(line.split('"')) if at % 2 == 0)
    return max(DELIMITERS, key=bare.count)


def _read_workbook(data: bytes, name: str) -> list[tuple[str, list[Row]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - takes a while and is seldom needed
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise Invalid(f"{name} unpacks to more than {LARGEST_UNPACKED // 1024**2} MB: split it into parts.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return [(each.title, list(_rows_of(name, each))) for each in book.worksheets]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise Invalid(f"{name} is no Excel file that can be read: save it again as .xlsx or CSV.") from error


def _rows_of(name: str, sheet: Any) -> Iterator[Row]:
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = Row(number, tuple(_shown(value) for value in values))
        _check_size(name, row, number)
        yield row


def _shown(value: object) -> str:
    """Return a cell as a person would type it: days as 2026-11-30, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 6))
    return str(value)


def _check_size(name: str, row: Row, count: int) -> None:
    if len(row.cells) > MOST_COLUMNS:
        raise Invalid(f"{name}, row {row.number}: it has more than {MOST_COLUMNS} columns: is this the right file?")
    if count > MOST_ROWS:
        raise Invalid(f"{name} has more than {MOST_ROWS:,} rows: split it into parts.")


def _sheet(name: str, rows: Sequence[Row], remark: str, is_header: Callable[[Sequence[str]], bool]) -> Sheet:
    told = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not told:
        return Sheet(name, (), (), remark)
    headers = [" ".join(cell.split()) for cell in told[0].cells]
    for at, row in enumerate(told[:TITLE_ROWS]):
        words = [" ".join(cell.split()) for cell in row.cells]
        if is_header(words):
            return Sheet(name, tuple(words), tuple(told[at + 1 :]), remark)
    return Sheet(name, tuple(headers), tuple(told[1:]), remark)

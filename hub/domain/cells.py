"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

import re

# https://owasp.org/www-community/attacks/CSV_Injection; the wide forms are read like the narrow ones
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: with an apostrophe before it; numbers stay numbers."""
    runs = cell.lstrip("\"' ").startswith(FORMULA)
    return f"'{cell}" if runs and not NUMBER.fullmatch(cell) else cell

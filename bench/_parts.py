"""Pages of figures that several benchmarks write: each its own part, which begins with a title of the first rank."""

from __future__ import annotations

import re
from pathlib import Path

_TITLE = re.compile(r"^(?=# )", re.MULTILINE)


def write_part(page: Path, part: str) -> None:
    """Put a part in the place of the one with the same title, or behind the others."""
    written = page.read_text(encoding="utf-8") if page.exists() else ""
    parts = {each.partition("\n")[0]: each.strip() for each in _TITLE.split(written) if each.strip()}
    parts[part.partition("\n")[0]] = part.strip()
    page.write_text("\n\n".join(parts.values()) + "\n", encoding="utf-8")

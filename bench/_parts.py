"""What several benchmarks leave behind: figures as JSON, and each its own part of a page, under a title of the first rank."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "performance.md"
_TITLE = re.compile(r"^(?=# )", re.MULTILINE)


def reached(is_reached: bool) -> str:
    """Say whether a goal was met."""
    return "yes" if is_reached else "**no**"


def today() -> str:
    """Return the day under which figures are kept."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


def keep_figures(name: str, results: Mapping[str, Any]) -> None:
    """Keep the figures of a run under its day; nothing names the machine or its folders."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{today()}-{name}.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def write_part(page: Path, part: str) -> None:
    """Put a part in the place of the one with the same title, or behind the others."""
    written = page.read_text(encoding="utf-8") if page.exists() else ""
    parts = {each.partition("\n")[0]: each.strip() for each in _TITLE.split(written) if each.strip()}
    parts[part.partition("\n")[0]] = part.strip()
    page.write_text("\n\n".join(parts.values()) + "\n", encoding="utf-8")

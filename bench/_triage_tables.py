"""The figures of bench/triage.py: each printed beside its goal, and kept with the load of the machine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

_STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}
"""Half-widths of a 95 % interval, in standard errors, by the number of draws."""


@dataclass
class Table:
    """Figures in the order they were told."""

    figures: list[dict[str, Any]] = field(default_factory=list)

    def tell(
        self,
        what: str,
        value: float | Sequence[float],
        goal: float | None = None,
        *,
        at_most: bool = False,
        unit: str = "%",
        n: int = 0,
    ) -> None:
        """Print one figure, the mean of several draws with its interval, beside its goal."""
        draws = [float(value)] if isinstance(value, (int, float)) else [float(each) for each in value]
        mean, half = float(np.mean(draws)), _half_width(draws)
        kept = goal is None or (mean <= goal if at_most else mean >= goal)
        spread = f" ±{half:.1f}" if half is not None else ""
        counted = f"   n={n}" if n else ""
        beside = (
            "" if goal is None else f"   goal {'<=' if at_most else '>='} {goal:g}   {'kept' if kept else 'MISSED'}"
        )
        sys.stdout.write(f"{what:<66}{mean:8.2f}{spread} {unit}{counted}{beside}\n")
        sys.stdout.flush()
        self.figures.append(
            {"what": what, "mean": round(mean, 3), "half": half, "unit": unit, "n": n, "goal": goal, "kept": kept}
        )

    def say(self, words: str) -> None:
        """Print a line between figures."""
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()

    @property
    def missed(self) -> list[str]:
        """Name the goals that were missed."""
        return [each["what"] for each in self.figures if not each["kept"]]

    def write(self, path: Path, **facts: object) -> None:
        """Keep all figures in a file, with the load of the machine and what else is known."""
        load = round(os.getloadavg()[0], 1)
        path.write_text(json.dumps({**facts, "load": load, "figures": self.figures}, indent=1) + "\n", encoding="utf-8")


def _half_width(draws: Sequence[float]) -> float | None:
    if len(draws) not in _STUDENT:
        return None
    return round(float(_STUDENT[len(draws)] * np.std(draws, ddof=1)) / float(len(draws) ** 0.5), 2)

"""How much of everything: little in `make test`, much in `make chaos SEED=n`."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Scale:
    """One run: its seed, and whether it is the full one."""

    seed: int
    full: bool

    @classmethod
    def of_this_run(cls) -> Self:
        """Return the full scale where `HUB_CHAOS_SEED` names a seed; `HUB_CHAOS_SMALL=1` keeps that seed small."""
        seed = os.environ.get("HUB_CHAOS_SEED", "")
        return cls(int(seed or 1), bool(seed) and os.environ.get("HUB_CHAOS_SMALL") != "1")

    def pick(self, small: int, full: int) -> int:
        """Return the count or the seconds for this run."""
        return full if self.full else small

    def dice(self, case: str) -> random.Random:
        """Return the chance of a case: the same seed gives the same kills, whatever ran before."""
        return random.Random(f"{self.seed} {case}")

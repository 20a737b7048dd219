"""Charts as geometry: the arithmetic that templates do not do. Units are those of the SVG's viewBox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH = 640
ROW = 28
LABEL = 150
FIGURE_HEIGHT = 200
FLOOR = 160

Kind = Literal["plain", "late", "target", "detractor", "passive", "promoter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One thing to draw: its name, its size, its size in words, where its rows are."""

    label: str
    value: float
    words: str
    url: str = ""
    kind: Kind = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle, the place of its name and the place of its words."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    label_x: float
    label_y: float
    words_x: float
    words_y: float
    kind: Kind = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars in a viewBox; `upright` bars stand on a floor line at `floor`, others lie beside their names."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    upright: bool
    floor: int = 0

    @property
    def hatched(self) -> bool:
        """Tell whether a bar is hatched, so that it is told from the others without colour."""
        return any(bar.kind == "detractor" for bar in self.bars)


def lying_bars(amounts: Sequence[Amount]) -> Chart:
    """Draw bars that lie beside their names, the longest as long as there is room."""
    most = max((amount.value for amount in amounts), default=0) or 1
    room = WIDTH - LABEL - 90
    bars = []
    for index, amount in enumerate(amounts):
        top = index * ROW
        length = round(room * amount.value / most, 1)
        bars.append(
            Bar(
                label=amount.label,
                words=amount.words,
                x=LABEL,
                y=top + 5,
                width=length,
                height=ROW - 10,
                label_x=LABEL - 10,
                label_y=top + 19,
                words_x=LABEL + length + 8,
                words_y=top + 19,
                kind=amount.kind,
                url=amount.url,
            )
        )
    return Chart(width=WIDTH, height=max(1, len(amounts)) * ROW, bars=tuple(bars), upright=False)


def standing_bars(amounts: Sequence[Amount]) -> Chart:
    """Draw bars that stand side by side on one floor, from zero: a distribution."""
    most = max((amount.value for amount in amounts), default=0) or 1
    step = WIDTH / max(1, len(amounts))
    bars = []
    for index, amount in enumerate(amounts):
        tall = round((FLOOR - 24) * amount.value / most, 1)
        middle = round(step * (index + 0.5), 1)
        bars.append(
            Bar(
                label=amount.label,
                words=amount.words,
                x=round(step * index + step * 0.12, 1),
                y=FLOOR - tall,
                width=round(step * 0.76, 1),
                height=tall,
                label_x=middle,
                label_y=FLOOR + 20,
                words_x=middle,
                words_y=FLOOR - tall - 6,
                kind=amount.kind,
                url=amount.url,
            )
        )
    return Chart(width=WIDTH, height=FIGURE_HEIGHT, bars=tuple(bars), upright=True, floor=FLOOR)


def score_bars(counts: Sequence[int], urls: Sequence[str] = ()) -> Chart:
    """Draw the eleven bars of a 0 to 10 question: 0-6 detractors, 7-8 passive, 9-10 promoters."""
    kinds: tuple[Kind, ...] = ("detractor",) * 7 + ("passive",) * 2 + ("promoter",) * 2
    return standing_bars(
        [
            Amount(
                label=str(score),
                value=count,
                words=str(count),
                kind=kinds[score],
                url=urls[score] if urls else "",
            )
            for score, count in enumerate(counts)
        ]
    )

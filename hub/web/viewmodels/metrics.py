"""The metrics pages: one question, one answer in words, one chart, one table."""

from __future__ import annotations

from dataclasses import dataclass

from hub.web.viewmodels.charts import Chart
from hub.web.viewmodels.parts import Field, Link, Table, Tone
from hub.web.viewmodels.shell import StaffShell


@dataclass(frozen=True, slots=True, kw_only=True)
class StatTile:
    """A number that never stands alone: its change against the period before, and what and how many it counts."""

    label: str
    value: str
    change: str
    basis: str
    tone: Tone = "neutral"
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A question with its answer. `id` is unique in the page; `rule` says how it is counted."""

    id: str
    question: str
    answer: str
    table: Table
    tiles: tuple[StatTile, ...] = ()
    chart: Chart | None = None
    legend: tuple[tuple[str, str], ...] = ()
    csv: Link | None = None
    tickets: Link | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said beside their score."""

    score: str
    text: str
    who: str
    url: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsPage:
    """A page of figures for a period and the one before it; `filters` is a GET form."""

    shell: StaffShell
    title: str
    period: str
    sections: tuple[Link, ...]
    action: str
    filters: tuple[Field, ...]
    figures: tuple[Figure, ...]
    comments: tuple[Comment, ...] = ()

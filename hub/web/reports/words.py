"""Words that figures share: minutes, the change against the period before, and what a tile counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hub.domain.figures import Minutes, Tally, spread_of_minutes
from hub.domain.sla import duration
from hub.web.language import _, ngettext
from hub.web.viewmodels.metrics import StatTile

STEPS = (5, 15, 30, 60, 120, 240, 480, 10**9)


def step_words() -> tuple[str, ...]:
    """Return the names of the steps of a length, shortest first."""
    return ("≤ 5 min", "≤ 15 min", "≤ 30 min", "≤ 1 h", "≤ 2 h", "≤ 4 h", "≤ 8 h", _("longer"))


def minutes_words(minutes: float) -> str:
    """Return a length in words."""
    return duration(timedelta(minutes=minutes))


def before_words(value: str) -> str:
    """Return what a number was in the period before."""
    return _("before: %(value)s", value=value) if value else _("nothing before")


def spread_tiles(now: Tally, before: Tally, url: str) -> tuple[StatTile, ...]:
    """Return average, median and ninetieth percentile, in business hours and by the wall clock, each with the time before."""
    tiles = []
    clocks = ((now.business, before.business, _("business hours")), (now.wall, before.wall, _("wall clock")))
    for lengths, earlier, clock in clocks:
        spread, past = spread_of_minutes(lengths), spread_of_minutes(earlier)
        if spread is not None:
            basis = ngettext("%(num)s answer", "%(num)s answers", spread.count) + f", {clock}"
            tiles += [
                StatTile(
                    label=label,
                    value=minutes_words(_part(spread, name)),
                    change=before_words(minutes_words(_part(past, name)) if past else ""),
                    basis=basis,
                    url=url,
                )
                for label, name in (
                    (_("Average"), "average"), (_("Median"), "median"), (_("90 % within"), "ninetieth"),
                )
            ]  # fmt: skip
    return tuple(tiles)


def minutes_cells(lengths: Mapping[int, int]) -> tuple[str, str, str]:
    """Return average, median and ninetieth percentile as cells of a table."""
    spread = spread_of_minutes(lengths)
    if spread is None:
        return "", "", ""
    return minutes_words(spread.average), minutes_words(spread.median), minutes_words(spread.ninetieth)


def _part(spread: Minutes, name: str) -> float:
    return float(getattr(spread, name))

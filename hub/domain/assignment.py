"""Who gets a team's new task: by its building, by its trade, or whoever's turn it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Rule(StrEnum):
    """How a team gives out its tasks."""

    NOBODY = "nobody"
    PROPERTY = "property"
    TRADE = "trade"
    ROTA = "rota"


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """A team's rule: who has which building or trade, who takes turns in which order, and who gets all else."""

    rule: Rule = Rule.NOBODY
    properties: Mapping[int, int] = field(default_factory=dict)
    trades: Mapping[str, int] = field(default_factory=dict)
    rota: tuple[int, ...] = ()
    otherwise: int | None = None


def choose_assignee(
    rules: AssignmentRule, *, present: Collection[int], property_id: int | None, trade: str, last: int | None
) -> int | None:
    """Return who gets a task, of those who are `present`; `last` had the turn before. None: the team takes it as it comes."""
    by_rule = {
        Rule.NOBODY: None,
        Rule.PROPERTY: rules.properties.get(property_id or 0),
        Rule.TRADE: rules.trades.get(trade),
        Rule.ROTA: next_turn([each for each in rules.rota if each in present or each == last], last, present),
    }[rules.rule]
    if by_rule in present:
        return by_rule
    return rules.otherwise if rules.rule is not Rule.NOBODY and rules.otherwise in present else None


def next_turn(rota: list[int], last: int | None, present: Collection[int]) -> int | None:
    """Return whose turn follows on somebody's, the first one's after the last; who is away is passed over."""
    begin = rota.index(last) + 1 if last in rota else 0
    return next((each for each in rota[begin:] + rota[:begin] if each in present), None)

"""A team's rule names who gets a task, and never somebody who is away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.assignment import AssignmentRule, Rule, choose_assignee

TOM, EVA, ALI = 1, 2, 3
ALL = {TOM, EVA, ALI}


def choose(
    rules: AssignmentRule, *, present: set[int] = ALL, home: int | None = None, trade: str = "", last: int | None = None
) -> int | None:
    return choose_assignee(rules, present=present, property_id=home, trade=trade, last=last)


def test_a_building_and_a_trade_have_somebody_and_the_rest_goes_to_all_others() -> None:
    by_home = AssignmentRule(Rule.PROPERTY, properties={7: EVA}, otherwise=TOM)
    by_trade = AssignmentRule(Rule.TRADE, trades={"plumbing": ALI})

    assert [choose(by_home, home=home) for home in (7, 8, None)] == [EVA, TOM, TOM]
    assert [choose(by_trade, trade=trade) for trade in ("plumbing", "lift", "")] == [ALI, None, None]


def test_turns_follow_on_the_last_one_and_pass_over_who_is_away() -> None:
    rules = AssignmentRule(Rule.ROTA, rota=(TOM, EVA, ALI))

    assert [choose(rules, last=last) for last in (None, TOM, EVA, ALI, 99)] == [TOM, EVA, ALI, TOM, TOM]
    assert choose(rules, present={TOM, ALI}, last=TOM) == ALI
    assert choose(rules, present={EVA, ALI}, last=TOM) == EVA


def test_without_a_rule_nobody_is_named() -> None:
    assert choose(AssignmentRule(otherwise=TOM)) is None


@given(
    st.sampled_from(Rule),
    st.dictionaries(st.integers(1, 3), st.integers(1, 6)),
    st.lists(st.integers(1, 6), unique=True, max_size=5),
    st.none() | st.integers(1, 6),
    st.sets(st.integers(1, 6)),
    st.none() | st.integers(1, 6),
)
def test_whoever_is_named_is_there(
    rule: Rule, homes: dict[int, int], rota: list[int], otherwise: int | None, present: set[int], last: int | None
) -> None:
    rules = AssignmentRule(rule, homes, {"plumbing": 1}, tuple(rota), otherwise)

    named = choose(rules, present=present, home=2, trade="plumbing", last=last)

    assert named is None or named in present

"""Who may do what, where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.access import ABILITIES, THE_DESK, Ability, Actor, Grant, Role

TABLE = {
    Ability.READ_TICKETS: {Role.AGENT, Role.MANAGER, Role.ADMIN},
    Ability.WRITE_TO_PEOPLE: {Role.AGENT, Role.MANAGER, Role.ADMIN},
    Ability.WORK_TICKETS: {Role.AGENT, Role.MANAGER, Role.ADMIN},
    Ability.SEE_BALANCES: {Role.MANAGER, Role.ADMIN},
    Ability.SEE_BOARD: {Role.AGENT, Role.OPERATIONS, Role.MANAGER, Role.ADMIN},
    Ability.WORK_TASKS: {Role.OPERATIONS, Role.MANAGER, Role.ADMIN},
    Ability.SEE_METRICS: {Role.MANAGER, Role.ADMIN},
    Ability.WRITE_ARTICLES: {Role.AGENT, Role.MANAGER, Role.ADMIN},
    Ability.ADMINISTER: {Role.ADMIN},
}
roles = st.sampled_from(list(Role))
abilities = st.sampled_from(list(Ability))
companies = st.integers(1, 3)
actors = st.builds(
    lambda grants: Actor(1, "Maria", grants),
    st.dictionaries(companies, st.builds(Grant, roles, balances=st.booleans())),
)


@pytest.mark.parametrize("ability", list(Ability))
@pytest.mark.parametrize("role", list(Role))
def test_the_table_of_roles_is_this_one(role: Role, ability: Ability) -> None:
    actor = Actor(1, "Maria", {7: Grant(role)})

    assert actor.can(ability, 7) == (role in TABLE[ability])


def test_every_role_stands_in_the_table() -> None:
    assert set(ABILITIES) == set(Role)
    assert set(TABLE) == set(Ability)


@given(actors, abilities, companies)
def test_nobody_can_do_anything_in_a_company_they_do_not_serve(actor: Actor, ability: Ability, company: int) -> None:
    assert company in actor.grants or not actor.can(ability, company)


@given(actors, abilities)
def test_the_companies_named_are_those_where_it_is_allowed(actor: Actor, ability: Ability) -> None:
    named = actor.companies_with(ability)

    assert named == {each for each in (1, 2, 3) if actor.can(ability, each)}
    assert actor.can_anywhere(ability) == bool(named)


@given(abilities, companies)
def test_the_desk_itself_may_do_everything(ability: Ability, company: int) -> None:
    assert THE_DESK.can(ability, company)
    assert THE_DESK.can_anywhere(ability)


def test_an_agent_with_balances_shown_sees_them_and_nothing_more() -> None:
    actor = Actor(1, "Maria", {7: Grant(Role.AGENT, balances=True)})

    assert actor.can(Ability.SEE_BALANCES, 7)
    assert not actor.can(Ability.SEE_METRICS, 7)
    assert not actor.can(Ability.SEE_BALANCES, 8)

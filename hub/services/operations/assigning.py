"""Giving a team's new task to one of its people by the team's rule, and keeping the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from hub.desk import Desk
from hub.domain.access import ABILITIES, Ability, Actor, Role
from hub.domain.assignment import AssignmentRule, Rule, choose_assignee
from hub.domain.task_kinds import TRADE, TRADES
from hub.errors import Invalid
from hub.models import Agent, Company, Membership, Property, Task
from hub.services.staff.scope import must_administer

SETTING = "assignees"
TEAMS = ("maintenance", "leasing", "billing")
WORKING = tuple(role for role in Role if Ability.WORK_TASKS in ABILITIES[role])
LONGEST_ROTA = 20


def who_works(desk: Desk, company_id: int) -> list[tuple[int, str]]:
    """Return the colleagues a task of a company can be given to, by name."""
    query = (
        select(Agent.id, Agent.name)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(Membership.company_id == company_id, Membership.role.in_(WORKING), Agent.active)
        .order_by(Agent.name, Agent.id)
    )
    return [(number, name) for number, name in desk.session.execute(query)]


def homes_of(desk: Desk, company_id: int) -> list[tuple[int, str]]:
    """Return the buildings of a company by name."""
    query = select(Property.id, Property.name).where(Property.company_id == company_id)
    return [(home, name) for home, name in desk.session.execute(query.order_by(Property.name, Property.id))]


def assign(desk: Desk, task: Task) -> None:
    """Give a task that nobody has to whom its team's rule names."""
    if task.assignee_id is not None:
        return
    rules = rule_of(desk.session.get_one(Company, task.company_id), task.team)
    if rules.rule is Rule.NOBODY:
        return
    last = desk.session.scalar(
        select(Task.assignee_id)
        .where(
            Task.company_id == task.company_id,
            Task.team == task.team,
            Task.id != task.id,
            Task.assignee_id.in_(rules.rota),
        )
        .order_by(Task.id.desc())
        .limit(1)
    )
    task.assignee_id = choose_assignee(
        rules,
        present={number for number, _ in who_works(desk, task.company_id)},
        property_id=task.property_id,
        trade=(task.details or {}).get(TRADE.name, ""),
        last=last,
    )


def rule_of(company: Company, team: str) -> AssignmentRule:
    """Return how a team gives out its tasks; without a rule whoever comes first takes them."""
    kept: Mapping[str, Any] = company.settings.get(SETTING, {}).get(team, {})
    return AssignmentRule(
        Rule(kept.get("rule", Rule.NOBODY)),
        {int(home): agent for home, agent in kept.get("properties", {}).items()},
        kept.get("trades", {}),
        tuple(kept.get("rota", ())),
        kept.get("otherwise"),
    )


def write_rule(desk: Desk, actor: Actor, company: Company, team: str, given: Mapping[str, str]) -> None:
    """Keep a team's rule as a form gives it: `rule`, `otherwise`, and `property-ID`, `trade-NAME` or `turn-N`, each an agent's id.

    What the other rules need stays as it was. Raises `Forbidden` and `Invalid`.
    """
    must_administer(actor, company.id, "decide who gets tasks")
    if team not in TEAMS:
        raise Invalid("Choose the team: maintenance, leasing or billing.", field="team")
    if given.get("rule") not in set(Rule):
        raise Invalid("Choose one of the rules.", field="rule")
    rule = Rule(given["rule"])
    people = {number for number, _ in who_works(desk, company.id)}
    chosen = {name: _person(words, people, name) for name, words in given.items() if name not in {"rule", "team"}}
    desk.session.flush()
    desk.session.refresh(company, with_for_update=True)
    kept = dict(company.settings.get(SETTING, {}).get(team, {})) | {"rule": rule, "otherwise": chosen.get("otherwise")}
    if rule is Rule.PROPERTY:
        homes = desk.session.scalars(select(Property.id).where(Property.company_id == company.id)).all()
        named = {str(home): chosen.get(f"property-{home}") for home in homes}
        kept["properties"] = {home: agent for home, agent in named.items() if agent is not None}
    elif rule is Rule.TRADE:
        by_trade = {trade: chosen.get(f"trade-{trade}") for trade, _ in TRADES}
        kept["trades"] = {trade: agent for trade, agent in by_trade.items() if agent is not None}
    elif rule is Rule.ROTA:
        turns = (chosen.get(f"turn-{place}") for place in range(1, LONGEST_ROTA + 1))
        kept["rota"] = list(dict.fromkeys(each for each in turns if each is not None))
        if not kept["rota"]:
            raise Invalid("Name at least one person who takes turns.", field="turn-1")
    company.settings = company.settings | {SETTING: company.settings.get(SETTING, {}) | {team: kept}}


def _person(words: str, people: set[int], field: str) -> int | None:
    if not words:
        return None
    number = int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0
    if number not in people:
        raise Invalid("Choose somebody of the list.", field=field)
    return number

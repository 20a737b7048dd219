"""Who may see and do what: one table of roles, one value for the person asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a staff account is to one company."""

    AGENT = "agent"
    OPERATIONS = "operations"
    MANAGER = "manager"
    ADMIN = "admin"


class Ability(StrEnum):
    """One thing that can be done or seen."""

    READ_TICKETS = "read tickets"
    WRITE_TO_PEOPLE = "write to people"
    WORK_TICKETS = "work on tickets"
    SEE_BALANCES = "see balances"
    SEE_BOARD = "see the board"
    WORK_TASKS = "work on tasks"
    SEE_METRICS = "see metrics"
    WRITE_ARTICLES = "write articles"
    ADMINISTER = "administer"


AGENT_ABILITIES = frozenset(
    {Ability.READ_TICKETS, Ability.WRITE_TO_PEOPLE, Ability.WORK_TICKETS, Ability.SEE_BOARD, Ability.WRITE_ARTICLES}
)
ABILITIES: Mapping[Role, frozenset[Ability]] = {
    Role.AGENT: AGENT_ABILITIES,
    Role.OPERATIONS: frozenset({Ability.SEE_BOARD, Ability.WORK_TASKS}),
    Role.MANAGER: AGENT_ABILITIES | {Ability.SEE_BALANCES, Ability.SEE_METRICS, Ability.WORK_TASKS},
    Role.ADMIN: frozenset(Ability),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one company, perhaps limited to some queues (empty means all), perhaps with balances shown."""

    role: Role
    queues: frozenset[str] = frozenset()
    balances: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks: a staff account with its grants by company. `everything` is the desk itself (workers, commands)."""

    agent_id: int | None = None
    name: str = ""
    grants: Mapping[int, Grant] = field(default_factory=dict)
    everything: bool = False

    def can(self, ability: Ability, company_id: int) -> bool:
        """Tell whether this actor has an ability in a company."""
        if self.everything:
            return True
        grant = self.grants.get(company_id)
        if grant is None:
            return False
        return ability in ABILITIES[grant.role] or (ability is Ability.SEE_BALANCES and grant.balances)

    def can_anywhere(self, ability: Ability) -> bool:
        """Tell whether this actor has an ability in any company."""
        return self.everything or any(self.can(ability, company_id) for company_id in self.grants)

    def companies_with(self, ability: Ability) -> frozenset[int]:
        """Return the companies in which this actor has an ability."""
        return frozenset(company_id for company_id in self.grants if self.can(ability, company_id))


THE_DESK = Actor(name="Frontdesk", everything=True)

"""What stories of one company need to be told: its accounts, people, staff and articles."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hub.demo.casting import Casting, Requester
from hub.demo.companies import Firm
from hub.demo.script import Story
from hub.demo.staff import INES, JONAS, MARIA, TOM
from hub.demo.timeline import Moment
from hub.models import Agent, Article, ChannelAccount, Company


@dataclass(frozen=True)
class Stage:
    """One company while its stories are written."""

    firm: Firm
    company: Company
    accounts: dict[str, ChannelAccount]
    staff: dict[str, Agent]
    articles: dict[str, Article]
    casting: Casting
    random: Random

    @property
    def operations(self) -> Agent:
        """Return who moves the tasks."""
        return self.staff[TOM]

    @property
    def manager(self) -> Agent:
        """Return who hands out work."""
        return self.staff[INES]

    def agent_for(self, story: Story) -> Agent:
        """Return who answers in a story."""
        chosen = {"mine": MARIA, "jonas": JONAS, "emergency": JONAS}.get(story.fate)
        return self.staff[chosen or self.random.choice((MARIA, MARIA, JONAS))]

    def own_address(self, channel: str) -> str:
        """Return the company's address on a channel, empty where it has none."""
        account = self.accounts.get(channel)
        return account.address if account else ""


@dataclass(frozen=True)
class Play:
    """A story with its people and its moments, and the ids of what it becomes."""

    story: Story
    stage: Stage
    requester: Requester
    agent: Agent
    moments: list[Moment]

    @property
    def begins(self) -> Moment:
        """Return the first moment."""
        return self.moments[0]

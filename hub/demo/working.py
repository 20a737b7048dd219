"""Tasks of the demo: born of a ticket with people masked, moved by operations, each step shown on the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from classifiers.labels import queue_of
from hub.demo.posting import Talk
from hub.domain.masking import mask
from hub.domain.task import OPEN_STATES, STATE_WORDS, TaskKind, TaskState
from hub.domain.ticket import AuthorKind
from hub.models import Task, TaskEvent, TaskTicket
from hub.services.operations.tasks import KIND_OF_TEAM, KIND_OF_TOPIC, TITLE

TEAMS = frozenset({"maintenance", "leasing", "billing"})
BLOCKED_FOR = timedelta(days=3)


@dataclass
class Work:
    """The task of one conversation while it is written."""

    talk: Talk
    number: int
    state: TaskState = TaskState.TO_DO
    born_at: datetime | None = None
    done_at: datetime | None = None
    steps: int = 0

    @property
    def title(self) -> str:
        """Return the title, with the person's name out of sight."""
        _, _, title = self._line.partition(" / ")[0].partition(" ")
        return mask(title, names=[self.talk.play.requester.person.name])[:TITLE]

    @property
    def reason(self) -> str:
        """Return what blocks it, where something does."""
        return self._line.partition(" / ")[2]

    @property
    def team(self) -> str:
        """Return the team that works on it."""
        queue = str(queue_of(self.talk.play.story.topic))
        return queue if queue in TEAMS else "maintenance"

    @property
    def blocker(self) -> str:
        """Return the words in the ticket's row that say what it waits for."""
        if self.state not in OPEN_STATES:
            return ""
        if self.state is TaskState.BLOCKED:
            return f"Task blocked: {self.reason}"
        return f"T-{self.number} {STATE_WORDS[self.state].lower()}"

    @property
    def _line(self) -> str:
        return self.talk.play.story.first("task")

    def begin(self, at: datetime) -> None:
        """Note that the task was made."""
        self.born_at = at
        self._record("created", at, {}, by=AuthorKind.MACHINE)
        self.talk.event("task created", at, task=self.number, title=self.title, team=self.team)

    def move(self, state: TaskState, at: datetime) -> None:
        """Note a step of the team."""
        self.state = state
        self.steps += 1
        self.done_at = at if state is TaskState.DONE else None
        blocked = state is TaskState.BLOCKED
        until = (at + BLOCKED_FOR).date().isoformat() if blocked else ""
        facts: dict[str, Any] = {"state": str(state), "reason": self.reason if blocked else "", "until": until}
        self._record("moved", at, facts, by=AuthorKind.OPERATIONS)
        who = self.talk.play.stage.operations
        self.talk.event(
            "task moved", at, by=AuthorKind.OPERATIONS, name=who.name, agent_id=who.id, task=self.number, title=self.title,
            **facts,
        )  # fmt: skip

    def write(self) -> None:
        """Write the task as it stands now."""
        talk, play = self.talk, self.talk.play
        person, topic = play.requester.person, play.story.topic
        blocked = self.state is TaskState.BLOCKED
        talk.rows.add(
            Task,
            id=self.number,
            company_id=talk.company_id,
            kind=KIND_OF_TOPIC.get(topic) or KIND_OF_TEAM.get(self.team, TaskKind.OTHER),
            title=self.title,
            description=mask(play.story.first("person"), names=[person.name]),
            team=self.team,
            priority=play.story.options.get("priority", "normal"),
            state=self.state,
            assignee_id=None if self.state is TaskState.TO_DO else play.stage.operations.id,
            property_id=person.property_id,
            unit_id=person.unit_id,
            place=person.unit_label if person.role != "owner" else "",
            access_notes=person.access,
            blocked_reason=self.reason if blocked else "",
            blocked_until=(talk.rows.now + BLOCKED_FOR).date() if blocked else None,
            done_at=self.done_at,
            version=1 + self.steps,
            created_at=self.born_at,
        )
        talk.rows.add(
            TaskTicket, company_id=talk.company_id, task_id=self.number, ticket_id=talk.number, created_at=self.born_at
        )

    def _record(self, kind: str, at: datetime, facts: dict[str, Any], *, by: AuthorKind) -> None:
        who = self.talk.play.stage.operations if by is AuthorKind.OPERATIONS else None
        self.talk.rows.add(
            TaskEvent,
            company_id=self.talk.company_id,
            task_id=self.number,
            kind=kind,
            actor_kind=by,
            agent_id=who.id if who else None,
            actor_name=who.name if who else "",
            facts=facts,
            created_at=at,
        )

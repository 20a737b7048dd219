"""When everything in a story happened: counted back from now, so that the demo is always of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from hub.demo.script import Line, Story
from hub.domain.task import TaskState

LIVE = frozenset({"mine", "jonas", "unassigned", "triage", "pending", "on_hold", "snoozed", "answered", "emergency"})
JUDGED = 0.22
YOUNGEST_DAYS, OLDEST_DAYS = 1.2, 61.0
ROADS = {
    TaskState.TO_DO: (),
    TaskState.SCHEDULED: (TaskState.SCHEDULED,),
    TaskState.WITH_CRAFTSMAN: (TaskState.WITH_CRAFTSMAN,),
    TaskState.IN_PROGRESS: (TaskState.WITH_CRAFTSMAN, TaskState.IN_PROGRESS),
    TaskState.BLOCKED: (TaskState.IN_PROGRESS, TaskState.BLOCKED),
    TaskState.DONE: (TaskState.SCHEDULED, TaskState.IN_PROGRESS, TaskState.DONE),
    TaskState.CANCELLED: (TaskState.CANCELLED,),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened at one instant; `what` is a line's kind or a step of the desk."""

    at: datetime
    what: str
    text: str = ""


class Timeline:
    """Spreads the moments of stories over the past."""

    def __init__(self, now: datetime, random: Random) -> None:
        self._now = now
        self._random = random

    def spread(self, story: Story) -> list[Moment]:
        """Return everything that happened in a story, in order."""
        closed = story.fate not in LIVE
        age = story.age or timedelta(days=self._random.uniform(YOUNGEST_DAYS, OLDEST_DAYS))
        ends = self._now - age
        last = ends - timedelta(hours=self._random.uniform(0.5, 20)) if closed else ends
        talk = self._place(story, last)
        moments = [*talk, *self._desk(story, talk), *self._work(story, talk, ends if closed else self._now)]
        if closed:
            moments.append(Moment(ends, "closed"))
            moments += self._survey(story, ends)
        return sorted(moments, key=lambda each: each.at)

    def _place(self, story: Story, last: datetime) -> list[Moment]:
        """Put the lines on the clock, the newest first."""
        talk = story.talk
        placed = [Moment(last, talk[-1].kind, talk[-1].text)]
        for number in range(len(talk) - 1, 0, -1):
            gap = self._gap(story, talk, number, age=self._now - last)
            before = talk[number - 1]
            placed.append(Moment(placed[-1].at - gap, before.kind, before.text))
        return placed[::-1]

    def _gap(self, story: Story, talk: list[Line], number: int, *, age: timedelta) -> timedelta:
        """Return how long the line before this one stood: people answer when they can, agents faster than they used to."""
        kind = talk[number].kind
        first = kind == "reply" and all(each.kind != "reply" for each in talk[:number])
        if kind == "note":
            return timedelta(minutes=self._random.uniform(4, 40))
        if kind == "person":
            return timedelta(minutes=self._random.lognormvariate(4.6, 1.0))
        if story.fate.startswith("emergency"):
            return timedelta(minutes=self._random.uniform(3, 9))
        if first and story.fate == "closed_late":
            return timedelta(hours=self._random.uniform(30, 60))
        usual = 38 + 1.3 * age / timedelta(days=1)
        minutes = usual * self._random.lognormvariate(0, 0.85)
        return timedelta(minutes=min(max(minutes, 4), 26 * 60)) * (1 if first else 1.6)

    def _desk(self, story: Story, talk: list[Moment]) -> Iterator[Moment]:
        """Yield what the desk does by itself with a new message."""
        first = talk[0].at
        seconds = self._random.uniform(8, 20)
        if story.fate.startswith("emergency"):
            yield Moment(first + timedelta(seconds=1), "emergency_found")
            yield Moment(first + timedelta(seconds=2), "safety")
            yield Moment(first + timedelta(seconds=3), "paged")
        yield Moment(first + timedelta(seconds=seconds), "triaged")
        if story.fate in {"answered", "closed_answered"}:
            yield Moment(first + timedelta(seconds=seconds + 2), "answer")
        elif story.fate != "spam" and not story.fate.startswith("emergency"):
            yield Moment(first + timedelta(seconds=seconds + 2), "acknowledged")
        replied = next((each.at for each in talk if each.what == "reply"), None)
        if story.fate in {"mine", "jonas"} and replied is None:
            yield Moment(first + (talk[-1].at - first) / 2 + (self._now - talk[-1].at) * 0.3, "assigned_by")
        if story.fate == "snoozed":
            yield Moment(talk[-1].at + timedelta(minutes=2), "snoozed")
        if replied is not None and closed_by_people(story) and self._random.random() < JUDGED:
            yield Moment(first + (replied - first) * 0.6, "judged")

    def _work(self, story: Story, talk: list[Moment], until: datetime) -> Iterator[Moment]:
        """Yield the task's birth and its steps, spread between its birth and the end."""
        state = TaskState(story.first("task").partition(" ")[0] or TaskState.TO_DO)
        if not story.first("task"):
            return
        born = talk[0].at + timedelta(seconds=40)
        yield Moment(born, "task")
        road = ROADS[state]
        room = (until - born) * 0.9
        marks = sorted(self._random.uniform(0.08, 0.97) for _ in road)
        for mark, step in zip(marks, road, strict=True):
            yield Moment(born + room * mark, "moved", step)

    def _survey(self, story: Story, closed: datetime) -> Iterator[Moment]:
        if not closed_by_people(story):
            return
        answer = story.first("score")
        if not answer and (self._random.random() < 0.35 or "who" in story.options):
            return
        yield Moment(closed + timedelta(seconds=5), "surveyed")
        if answer:
            later = min(timedelta(minutes=self._random.lognormvariate(5, 1.2)), (self._now - closed) * 0.9)
            yield Moment(closed + later, "scored", answer)


def closed_by_people(story: Story) -> bool:
    """Tell whether an agent answered and closed it, so that its requester may be asked how it was."""
    return story.fate in {"closed", "closed_late", "emergency_closed"} and bool(story.first("reply"))

"""What a prediction may do by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OPERATIONS = frozenset({"maintenance", "leasing", "billing"})


@dataclass(frozen=True, slots=True)
class Route:
    """The queue a ticket goes to (empty: it stays where it is), and whether a task is made at once."""

    queue: str
    makes_task: bool


@dataclass(frozen=True, slots=True)
class RoutingRules:
    """How a company wants its messages sorted, where that differs from what the classifier has learned.

    `queues` names the queue of a topic that belongs elsewhere than usual. `silent` and `suggest` are the shares of certainty,
    0 to 1, from which on a message is routed without asking and a queue is suggested; None is what was measured on examples
    the classifier had not seen.
    """

    queues: Mapping[str, str] = field(default_factory=dict)
    silent: float | None = None
    suggest: float | None = None

    def queue_of(self, topic: str, usual: str) -> str:
        """Return the queue a message on a topic goes to."""
        return self.queues.get(topic, usual)

    def band_of(self, confidence: float, usual: str) -> str:
        """Return what may be done with a prediction of some confidence."""
        if self.silent is not None and confidence >= self.silent:
            return "silent"
        band = "suggest" if self.silent is not None and usual == "silent" else usual
        if self.suggest is None or band == "silent":
            return band
        return "suggest" if confidence >= self.suggest else "ask"


def route(*, thought_band: str, queue: str, opening: bool, emergency: bool, needs_task: bool) -> Route:
    """Decide the queue and the task of a message.

    Above the silent threshold both happen at once; below it the queue is a suggestion and an agent's key makes the task;
    when nothing is sure it stays with the front desk. A message on a ticket already triaged moves nothing; one that speaks
    of danger has its task all the same.
    """
    if emergency:
        return Route("", makes_task=True)
    if not opening:
        return Route("", makes_task=False)
    if thought_band == "silent":
        return Route(str(queue), makes_task=needs_task and queue in OPERATIONS)
    if thought_band == "suggest":
        return Route(str(queue), makes_task=False)
    return Route("front-desk", makes_task=False)

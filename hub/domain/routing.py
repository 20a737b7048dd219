"""What a prediction may do by itself."""

from __future__ import annotations

from dataclasses import dataclass

OPERATIONS = frozenset({"maintenance", "leasing", "billing"})


@dataclass(frozen=True, slots=True)
class Route:
    """The queue a ticket goes to (empty: it stays where it is), and whether a task is made at once."""

    queue: str
    makes_task: bool


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

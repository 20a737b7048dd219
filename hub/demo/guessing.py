"""What triage thought of the demo's messages, and what agents made of it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from classifiers.labels import queue_of
from hub.demo.script import Story

QUEUES = ("front-desk", "maintenance", "leasing", "billing", "other")
NEIGHBOURS = {
    "front-desk": "maintenance",
    "maintenance": "front-desk",
    "leasing": "front-desk",
    "billing": "leasing",
    "other": "front-desk",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A prediction: the queue it proposed, how sure it was, and what it might do by itself."""

    queue: str
    confidence: float
    band: str
    alternatives: list[dict[str, Any]]
    evidence: list[str]

    @property
    def placed(self) -> str:
        """Return the queue the ticket went to: an unsure guess leaves it at the front desk."""
        return "front-desk" if self.band == "ask" else self.queue


def guess(story: Story, random: Random, *, judged: bool, wrong: bool) -> Guess:
    """Return what triage thought; `judged` when an agent looked at it, `wrong` when they changed it."""
    right = str(queue_of(story.topic))
    told = [each.split(":") for each in story.list_of("guess")]
    if told:
        shares = {queue: int(percent) / 100 for queue, percent in told}
        first = next(iter(shares))
        return Guess(first, shares[first], story.options["band"], _listed(shares), story.list_of("because"))
    first = NEIGHBOURS[right] if wrong else right
    confidence = round(random.uniform(0.5, 0.74) if judged else random.uniform(0.84, 0.995), 3)
    second = right if wrong else NEIGHBOURS[right]
    others = [each for each in QUEUES if each not in {first, second}]
    rest = 1 - confidence
    shares = {first: confidence, second: round(rest * 0.7, 4)} | {each: round(rest * 0.1, 4) for each in others}
    return Guess(first, confidence, "suggest" if judged else "silent", _listed(shares), [])


def _listed(shares: dict[str, float]) -> list[dict[str, Any]]:
    return [{"queue": queue, "confidence": share} for queue, share in shares.items()]

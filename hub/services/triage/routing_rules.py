"""How a company has its messages sorted: topics that go to another queue than usual, and how sure is sure enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from classifiers.classifier import Band, Triage
from classifiers.labels import TOPICS, Queue
from classifiers.prediction import Alternative
from hub.desk import Desk
from hub.domain.access import Actor
from hub.domain.routing import RoutingRules
from hub.errors import Invalid
from hub.models import Company
from hub.services.staff.scope import must_administer

SETTING = "routing"
PERCENT = range(50, 101)


def rules_of(company: Company) -> RoutingRules:
    """Return the rules a company has set; without any everything is as the classifier has learned it."""
    kept: Mapping[str, Any] = company.settings.get(SETTING, {})
    return RoutingRules(kept.get("queues", {}), kept.get("silent"), kept.get("suggest"))


def follow_rules(rules: RoutingRules, thought: Triage) -> Triage:
    """Return a thought as a company's rules have it; of an emergency nothing is changed."""
    if thought.emergency is not None:
        return thought
    queue = Queue(rules.queue_of(thought.topic, thought.queue))
    return replace(
        thought,
        queue=queue,
        band=Band(rules.band_of(thought.confidence, thought.band)),
        alternatives=_exchanged(thought.alternatives, thought.queue, queue),
    )


def write_rules(
    desk: Desk, actor: Actor, company: Company, queues: Mapping[str, str], *, silent: str, suggest: str
) -> None:
    """Keep a company's rules; an empty share, or a topic's usual queue, is as learned. Raises `Forbidden` and `Invalid`."""
    must_administer(actor, company.id, "decide where topics belong")
    kept: dict[str, Any] = {"queues": {}}
    for topic, queue in queues.items():
        if topic not in TOPICS or queue not in set(Queue):
            raise Invalid("Choose one of the queues for this topic.", field=topic)
        if TOPICS[topic].queue != queue:
            kept["queues"][topic] = queue
    for name, typed in (("silent", silent), ("suggest", suggest)):
        share = _read_percent(typed, name)
        if share is not None:
            kept[name] = share
    if kept.get("suggest", 0) > kept.get("silent", 1):
        raise Invalid(
            "Suggest from: give at most the share from which messages are routed without asking.", field="suggest"
        )
    desk.session.flush()
    desk.session.refresh(company, with_for_update=True)
    company.settings = company.settings | {SETTING: kept}


def _read_percent(typed: str, field: str) -> float | None:
    digits = typed.strip().removesuffix("%").strip()
    if not digits:
        return None
    percent = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 4 else 0
    if percent not in PERCENT:
        raise Invalid("A whole number of percent from 50 to 100, or nothing.", field=field)
    return percent / 100


def _exchanged(ranked: tuple[Alternative, ...], one: str, other: str) -> tuple[Alternative, ...]:
    """Return queues in the same order, two of them having changed places."""
    if one == other:
        return ranked
    names = {str(one): str(other), str(other): str(one)}
    return tuple(Alternative(names.get(str(each.label), each.label), each.confidence) for each in ranked)

"""What a reader asks of the metrics, from the address of the page: a period, and perhaps one company, queue, channel, ..."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from flask import request

from hub.domain.access import Ability
from hub.models import Company
from hub.services.metrics.figure_names import metric_companies, property_names
from hub.services.metrics.figures import Asked
from hub.services.settings.setup import QUEUES
from hub.services.settings.sla_policies import CHANNELS
from hub.web.desk import current_desk
from hub.web.guards import actor
from hub.web.language import _
from hub.web.viewmodels.parts import Choice, Field
from hub.web.words import channel_words, queue_words

PERIODS = (7, 30, 90, 365)
AUDIENCES = ("residents", "owners", "craftsmen")
LIMITS = ("queue", "channel", "audience", "property_id")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with what the filters may offer and the part of the address that keeps it."""

    asked: Asked
    days: int
    companies: tuple[Company, ...]
    properties: Mapping[int, str]
    query: Mapping[str, str]

    @property
    def before(self) -> Question:
        """Return the same question about the period before."""
        return replace(self, asked=self.asked.before)

    def url(self, path: str, **more: str) -> str:
        """Return an address that asks the same, and perhaps more."""
        query = {key: value for key, value in {**self.query, **more}.items() if value}
        return f"{path}?{urlencode(query)}" if query else path


def read_question() -> Question:
    """Read what is asked from the address; what nobody can choose is left out."""
    desk, who = current_desk(), actor()
    companies = tuple(metric_companies(desk, who))
    chosen = next((each for each in companies if each.slug == request.args.get("company")), None)
    within = (chosen,) if chosen else companies
    properties = property_names(desk, [each.id for each in within])
    offered = {
        "queue": set(QUEUES),
        "channel": set(CHANNELS),
        "audience": set(AUDIENCES),
        "property_id": {str(each) for each in properties},
    }
    limits = {name: request.args.get(name, "") for name in LIMITS}
    limits = {name: value if value in offered[name] else "" for name, value in limits.items()}
    typed = request.args.get("days", "")
    days = int(typed) if typed in {str(each) for each in PERIODS} else 30
    today = desk.clock.now().date()
    asked = Asked(
        today - timedelta(days=days - 1),
        today,
        company_id=chosen.id if chosen else None,
        queue=limits["queue"],
        channel=limits["channel"],
        audience=limits["audience"],
        property_id=limits["property_id"],
    )
    query = {"days": str(days), "company": chosen.slug if chosen else ""} | limits
    return Question(asked, days, companies, properties, query)


def filters(question: Question) -> tuple[Field, ...]:
    """Return the filters of a page, as they stand."""
    asked = question.asked
    everything = ("", _("All"))
    names = {"residents": _("Residents"), "owners": _("Owners"), "craftsmen": _("Craftsmen")}
    fields = [
        _select("days", _("Period"), str(question.days), [(str(n), _("Last %(n)s days", n=n)) for n in PERIODS]),
        _select("queue", _("Queue"), asked.queue, [everything, *((each, queue_words(each)) for each in QUEUES)]),
        _select(
            "channel", _("Channel"), asked.channel, [everything, *((each, channel_words(each)) for each in CHANNELS)]
        ),
        _select("audience", _("Audience"), asked.audience, [everything, *names.items()]),
        _select(
            "property_id",
            _("Property"),
            asked.property_id,
            [everything, *((str(key), name) for key, name in question.properties.items())],
        ),
    ]
    if len(question.companies) > 1:
        companies = [everything, *((each.slug, each.name) for each in question.companies)]
        fields.insert(1, _select("company", _("Company"), question.query["company"], companies))
    return tuple(fields)


def may_see_agents(question: Question) -> bool:
    """Tell whether figures of single agents may be shown: to those who see the metrics of every company asked about."""
    wanted = [each.id for each in question.companies if question.asked.company_id in {None, each.id}]
    return all(actor().can(Ability.SEE_METRICS, each) for each in wanted)


def _select(name: str, label: str, value: str, options: Iterable[tuple[str, str]]) -> Field:
    choices = tuple(Choice(value=key, label=words, selected=key == value) for key, words in options)
    return Field(name=name, label=label, kind="select", choices=choices)

"""A company decides where topics belong and how sure is sure enough; what it does not decide is as the classifier learned."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.classifier import Band, Triage
from classifiers.emergencies import check
from classifiers.labels import Priority, Queue
from classifiers.prediction import Alternative
from hub.domain.access import Role
from hub.domain.routing import RoutingRules
from hub.errors import Forbidden, Invalid
from hub.models import Task, Ticket
from hub.services.tickets.tickets import keep_prediction
from hub.services.triage.labelled import read_corrections
from hub.services.triage.routing_rules import follow_rules, rules_of, write_rules
from tests.factories import make_agent, make_company
from tests.services.steps import Office, mail, take_in, thinking, ticket_of, triage_all

BANDS = st.sampled_from(["silent", "suggest", "ask"])
SHARES = st.none() | st.floats(0.5, 1.0)


def keys(confidence: float = 0.8, band: Band = Band.SUGGEST) -> Triage:
    ranked = (Alternative("front-desk", 0.8), Alternative("maintenance", 0.15), Alternative("other", 0.05))
    return Triage("keys", Queue.FRONT_DESK, Priority.NORMAL, confidence, band, ranked, needs_task=True)


def decide(office: Office, queues: Mapping[str, str] | None = None, *, silent: str = "", suggest: str = "") -> None:
    admin = make_agent(office.desk, office.company, "Robin Sander", Role.ADMIN)
    with office.desk.transaction():
        write_rules(office.desk, admin, office.company, queues or {}, silent=silent, suggest=suggest)


def triaged(office: Office, thought: Triage) -> Ticket:
    desk = thinking(office.desk, thought)
    (message,) = take_in(desk, mail("I lost my key."))
    triage_all(desk)
    return ticket_of(desk, message)


def test_a_topic_goes_to_the_queue_its_company_chose(office: Office) -> None:
    usual = triaged(office, keys()).queue

    decide(office, {"keys": "maintenance"})

    assert (usual, triaged(office, keys()).queue) == ("front-desk", "maintenance")


def test_a_topic_sent_to_operations_makes_its_task_there(office: Office) -> None:
    decide(office, {"keys": "maintenance"})

    triaged(office, keys(band=Band.SILENT))

    assert [each.team for each in office.desk.session.query(Task)] == ["maintenance"]


def test_another_companys_messages_stay_where_they_were(office: Office) -> None:
    other = make_company(office.desk, "Hafen Homes")
    admin = make_agent(office.desk, other, "Robin Sander", Role.ADMIN)
    with office.desk.transaction():
        write_rules(office.desk, admin, other, {"keys": "maintenance"}, silent="", suggest="")

    assert triaged(office, keys()).queue == "front-desk"


@pytest.mark.parametrize(
    ("silent", "suggest", "learned", "band"),
    [
        ("75", "", Band.SUGGEST, "silent"),
        ("90", "", Band.SILENT, "suggest"),
        ("", "85", Band.SUGGEST, "ask"),
        ("", "60", Band.ASK, "suggest"),
        ("95", "90", Band.SILENT, "ask"),
        ("", "", Band.SILENT, "silent"),
    ],
)
def test_how_sure_is_sure_enough_is_the_companys_choice(
    office: Office, silent: str, suggest: str, learned: Band, band: str
) -> None:
    decide(office, silent=silent, suggest=suggest)

    assert triaged(office, keys(0.8, learned)).band == band


@given(SHARES, SHARES, st.floats(0, 1), BANDS)
def test_more_certainty_never_asks_more(silent: float | None, suggest: float | None, sure: float, usual: str) -> None:
    rules = RoutingRules(silent=silent, suggest=suggest)
    rank = {"ask": 0, "suggest": 1, "silent": 2}

    assert rank[rules.band_of(min(1.0, sure + 0.1), usual)] >= rank[rules.band_of(sure, usual)]


def test_the_queue_a_key_would_choose_moves_with_the_topic() -> None:
    ruled = follow_rules(RoutingRules({"keys": "maintenance"}), keys())

    assert [(each.label, each.confidence) for each in ruled.alternatives][:2] == [
        ("maintenance", 0.8),
        ("front-desk", 0.15),
    ]


def test_an_emergency_is_nobodys_choice() -> None:
    gas = check("There is a smell of gas in the kitchen")
    thought = Triage("heating", Queue.MAINTENANCE, Priority.URGENT, 1.0, Band.SILENT, emergency=gas)

    assert follow_rules(RoutingRules({"heating": "other"}, silent=1.0, suggest=1.0), thought) == thought


def test_what_nobody_classified_is_left_to_people_whatever_is_set() -> None:
    nothing = Triage("unclassified", Queue.FRONT_DESK, Priority.NORMAL, 0.0, Band.ASK)

    assert follow_rules(RoutingRules(silent=0.5, suggest=0.5), nothing).band is Band.ASK


def test_a_topic_kept_where_the_company_wants_it_is_learned_as_that_topic(office: Office) -> None:
    decide(office, {"keys": "maintenance"})
    ticket = triaged(office, keys())

    with office.desk.transaction():
        keep_prediction(office.desk, office.maria, ticket.id)

    (row,) = read_corrections(office.desk)
    assert (row.topic, row.queue) == ("keys", Queue.FRONT_DESK)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"silent": "49"}, "silent"),
        ({"silent": "sure"}, "silent"),
        ({"suggest": "101"}, "suggest"),
        ({"silent": "80", "suggest": "90"}, "suggest"),
        ({"queues": {"keys": "kitchen"}}, "keys"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(office: Office, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide(office, **given)

    assert refused.value.field == field
    assert rules_of(office.company) == RoutingRules({}, None, None)


def test_only_administrators_of_the_company_decide(office: Office) -> None:
    with pytest.raises(Forbidden):
        write_rules(office.desk, office.maria, office.company, {}, silent="", suggest="")

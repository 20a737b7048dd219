"""Temperatures, thresholds and bands."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifiers import bands
from classifiers.classifier import Band
from classifiers.emergencies import Emergency, EmergencyKind
from classifiers.evaluation import judge
from classifiers.linear import softmax


def test_overconfident_scores_get_a_higher_temperature() -> None:
    scores = np.array([[3, 0]] * 100, dtype=np.float32)
    right = np.array([0] * 70 + [1] * 30)

    temperature = bands.fit_temperature(scores, right)

    assert abs(float(softmax(scores[:1] / temperature)[0, 0]) - 0.7) < 0.05


def test_the_threshold_is_the_lowest_that_keeps_the_promise() -> None:
    confidence = np.linspace(1, 0, 100).astype(np.float32)
    right = np.array([True] * 60 + [False] * 40)

    threshold = bands.lowest_for(confidence, right, 0.95)

    assert right[confidence >= threshold].mean() >= 0.95
    assert (confidence >= threshold).sum() >= 60


def test_too_few_cases_promise_nothing() -> None:
    assert bands.lowest_for(np.ones(5, dtype=np.float32), np.ones(5, dtype=bool), 0.95) == bands.NEVER


def test_the_alarm_lets_only_so_many_calm_messages_ring() -> None:
    calm = np.linspace(0, 1, 1000).astype(np.float32)

    alarm = bands.Alarm.learn(calm, calm, 0.01, 0.1)

    assert sum(alarm.rings([], float(chance)) for chance in calm) <= 10
    assert 10 < sum(alarm.rings([Emergency(EmergencyKind.FIRE)], float(chance)) for chance in calm) <= 100


def test_what_is_plainly_said_rings_the_alarm_whatever_the_chance() -> None:
    alarm = bands.Alarm(alone=0.9, told=0.5)

    assert alarm.rings([Emergency(EmergencyKind.FIRE, plain=True)], 0.0)
    assert not alarm.rings([Emergency(EmergencyKind.FIRE)], 0.4)
    assert not alarm.rings([], 0.8)


def test_where_too_little_was_learned_the_rules_decide_alone() -> None:
    few = np.ones(5, dtype=np.float32)

    alarm = bands.Alarm.learn(few, few, 0.01, 0.1)

    assert alarm.rings([Emergency(EmergencyKind.FIRE)], 0.0)
    assert bands.Alarm.read(alarm.facts()) == alarm


def test_bands_follow_the_confidence() -> None:
    silent = {"billing": 0.9}

    assert bands.band_of("billing", 0.95, silent, 0.4) is Band.SILENT
    assert bands.band_of("billing", 0.5, silent, 0.4) is Band.SUGGEST
    assert bands.band_of("billing", 0.3, silent, 0.4) is Band.ASK
    assert bands.band_of("leasing", 0.99, silent, 0.4) is Band.SUGGEST


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_calibration_error_is_a_share(cases: list[tuple[float, bool]]) -> None:
    error = bands.expected_calibration_error([said for said, _ in cases], [right for _, right in cases])

    assert 0 <= error <= 1


def test_scores_count_an_accepted_alternative_as_right() -> None:
    scores = judge(["a", "b", "b", "a"], ["a", "b", "a", "b"], [0.9, 0.8, 0.7, 0.6], [(), (), ("a",), ()])

    assert scores.accuracy == 0.75
    assert scores.queues["a"].recall == 2 / 3

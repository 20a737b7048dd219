"""A candidate classifier takes over only where it is no worse and finds every emergency the present one finds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.learning import FrozenScore, why_refused

PRESENT = FrozenScore("the same examples", count=1000, queue_right=800, emergencies=100, emergencies_found=95)


def test_an_equal_candidate_takes_over() -> None:
    assert why_refused(PRESENT, PRESENT) == ""


def test_a_loss_within_chance_is_allowed() -> None:
    assert why_refused(replace(PRESENT, queue_right=780), PRESENT) == ""


def test_a_loss_beyond_chance_is_refused_with_both_figures() -> None:
    reason = why_refused(replace(PRESENT, queue_right=760), PRESENT)

    assert "76.0%" in reason
    assert "80.0%" in reason


def test_one_emergency_missed_more_is_refused_however_good_the_queues() -> None:
    better = replace(PRESENT, queue_right=990, emergencies_found=94)

    assert "finds 94" in why_refused(better, PRESENT)


def test_candidates_judged_by_other_examples_are_not_compared() -> None:
    assert "cannot be compared" in why_refused(replace(PRESENT, data_sha256="others"), PRESENT)


def test_a_model_that_was_never_judged_has_no_score() -> None:
    assert FrozenScore.read({}) is None
    assert FrozenScore.read({"frozen": {"count": 0}}) is None


@given(count=st.integers(1, 100_000), share=st.floats(0, 1))
def test_the_interval_lies_below_the_accuracy_and_above_nothing(count: int, share: float) -> None:
    score = replace(PRESENT, count=count, queue_right=int(count * share))

    assert 0 <= score.worst_likely_accuracy <= score.accuracy + 1e-9

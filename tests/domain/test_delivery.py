"""The life of what leaves: reports in any order, back-off, patience."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from itertools import combinations_with_replacement, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.delivery import RANK, OutboxState, back_off, later_word, patience

A_DELIVERY = (
    OutboxState.SENDING,
    OutboxState.ACCEPTED,
    OutboxState.ACCEPTED,
    OutboxState.DELIVERED,
    OutboxState.DELIVERED,
)
REPORTED = (OutboxState.SENDING, OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.DELIVERED)
states = st.sampled_from(sorted(OutboxState))


def test_five_reports_of_one_delivery_end_alike_in_all_120_orders() -> None:
    orders = list(permutations(A_DELIVERY))

    ends = {reduce(later_word, order, OutboxState.SENDING) for order in orders}

    assert len(orders) == 120
    assert ends == {OutboxState.DELIVERED}


@pytest.mark.parametrize("reports", list(combinations_with_replacement(REPORTED, 5)))
def test_any_five_reports_end_alike_in_every_order(reports: tuple[OutboxState, ...]) -> None:
    ends = {reduce(later_word, order, OutboxState.UNKNOWN) for order in permutations(reports)}

    assert len(ends) == 1


@given(states, states)
def test_a_repeated_report_changes_nothing(present: OutboxState, reported: OutboxState) -> None:
    once = later_word(present, reported)

    assert later_word(once, reported) == once
    assert once in {present, reported}


@given(states)
def test_what_was_cancelled_stays_cancelled(reported: OutboxState) -> None:
    assert later_word(OutboxState.CANCELLED, reported) is OutboxState.CANCELLED


@given(states)
def test_what_has_arrived_has_not_failed(reported: OutboxState) -> None:
    assert later_word(OutboxState.DELIVERED, reported) is OutboxState.DELIVERED


def test_every_state_but_the_cancelled_has_a_rank_of_its_own() -> None:
    assert set(RANK) == set(OutboxState) - {OutboxState.CANCELLED}
    assert len(set(RANK.values())) == len(RANK)


@given(st.integers(0, 1000))
def test_each_wait_is_at_least_as_long_as_the_one_before_and_an_hour_at_most(attempts: int) -> None:
    assert back_off(attempts) <= back_off(attempts + 1) <= timedelta(hours=1)


def test_mail_is_tried_for_a_day_and_texts_for_four_hours() -> None:
    assert patience("email") == timedelta(hours=24)
    assert patience("sms") == patience("slack") == timedelta(hours=4)

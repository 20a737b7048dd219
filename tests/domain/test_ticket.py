"""What a message does to a ticket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.ticket import (
    GRACE,
    PRIORITY_RANK,
    Continuation,
    Priority,
    TicketState,
    TicketStatus,
    continue_ticket,
    raise_priority,
    status_after_inbound,
)

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
statuses = st.sampled_from(sorted(TicketStatus))
priorities = st.sampled_from(sorted(Priority))
ages = st.timedeltas(timedelta(0), timedelta(days=400))


@given(statuses.filter(lambda each: each is not TicketStatus.CLOSED), ages)
def test_a_message_joins_a_ticket_that_is_not_closed(status: TicketStatus, age: timedelta) -> None:
    assert continue_ticket(TicketState(status, NOW - age), at=NOW) is Continuation.APPEND


@given(ages)
def test_a_closed_ticket_reopens_within_the_grace_window_and_is_followed_up_later(age: timedelta) -> None:
    done = continue_ticket(TicketState(TicketStatus.CLOSED, NOW - age), at=NOW)

    assert done is (Continuation.REOPEN if age <= GRACE else Continuation.FOLLOW_UP)


def test_a_closed_ticket_whose_closing_is_not_known_reopens() -> None:
    assert continue_ticket(TicketState(TicketStatus.CLOSED), at=NOW) is Continuation.REOPEN


@given(statuses)
def test_machine_mail_changes_no_status(status: TicketStatus) -> None:
    assert status_after_inbound(status, stirs=False) is status


@given(statuses)
def test_a_persons_message_leaves_a_ticket_new_or_open(status: TicketStatus) -> None:
    after = status_after_inbound(status, stirs=True)

    assert after is (TicketStatus.NEW if status is TicketStatus.NEW else TicketStatus.OPEN)


@given(priorities, priorities)
def test_a_rule_raises_a_priority_and_never_lowers_it(present: Priority, proposed: Priority) -> None:
    raised = raise_priority(present, proposed)

    assert PRIORITY_RANK[raised] == max(PRIORITY_RANK[present], PRIORITY_RANK[proposed])
    assert set(PRIORITY_RANK) == set(Priority)

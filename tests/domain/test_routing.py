"""What a prediction may do by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.routing import OPERATIONS, Route, route

bands = st.sampled_from(["silent", "suggest", "ask"])
queues = st.sampled_from(["front-desk", "maintenance", "leasing", "billing", "other"])


@given(bands, queues, st.booleans())
def test_a_message_on_a_ticket_already_triaged_moves_nothing(band: str, queue: str, needs_task: bool) -> None:
    decided = route(thought_band=band, queue=queue, opening=False, emergency=False, needs_task=needs_task)

    assert decided == Route("", makes_task=False)


@given(bands, queues, st.booleans(), st.booleans())
def test_an_emergency_makes_its_task_whatever_the_model_thinks(
    band: str, queue: str, opening: bool, needs_task: bool
) -> None:
    decided = route(thought_band=band, queue=queue, opening=opening, emergency=True, needs_task=needs_task)

    assert decided == Route("", makes_task=True)


@given(bands, queues, st.booleans())
def test_a_task_is_made_only_above_the_silent_threshold_for_a_team_that_works(
    band: str, queue: str, needs_task: bool
) -> None:
    decided = route(thought_band=band, queue=queue, opening=True, emergency=False, needs_task=needs_task)

    assert decided.makes_task == (band == "silent" and needs_task and queue in OPERATIONS)


@pytest.mark.parametrize(("band", "queue"), [("silent", "leasing"), ("suggest", "leasing"), ("ask", "front-desk")])
def test_a_ticket_nobody_is_sure_about_stays_with_the_front_desk(band: str, queue: str) -> None:
    decided = route(thought_band=band, queue="leasing", opening=True, emergency=False, needs_task=True)

    assert decided.queue == queue

"""A worker that was asked to end ends, whatever became of the exit that its signal raised."""

from __future__ import annotations

import threading

import pytest

from hub.desk import Desk
from hub.worker import take_wake_ups


def test_a_worker_that_was_asked_to_end_waits_for_no_wake_up(desk: Desk) -> None:
    asked = threading.Event()
    asked.set()

    with pytest.raises(SystemExit):
        take_wake_ups(desk, asked)

"""A process that has had too much memory for a while ends in order; a passing peak is no reason."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator

from hub.memory import resident, stay_below
from hub.processes import spare_what_is_loaded

PATIENCE = 20.0
LIMIT = 500


def told(*values: int) -> Callable[[], int]:
    """Return what reads some values in turn, and the last for ever."""
    left: Iterator[int] = iter(values)
    return lambda: next(left, values[-1])


def test_a_process_that_stays_above_its_limit_leaves() -> None:
    left = threading.Event()

    stay_below(LIMIT, every=0.001, read=told(400, 501, 502, 503), leave=left.set)

    assert left.wait(PATIENCE)


def test_a_peak_that_passes_is_no_reason_to_leave() -> None:
    left, over = threading.Event(), threading.Event()
    peaks = told(900, 900, 400, 900, 900, 500)

    def read() -> int:
        found = peaks()
        if found == 500:
            over.set()
        return found

    stay_below(LIMIT, every=0.001, read=read, leave=left.set)

    assert over.wait(PATIENCE)
    assert not left.is_set()


def test_no_limit_watches_nothing() -> None:
    assert stay_below(0) is None


def test_the_memory_of_this_process_is_some_megabytes() -> None:
    assert 10 < resident() < 4000


def test_what_a_process_has_loaded_is_looked_through_no_more() -> None:
    kept = [object() for _ in range(3)]

    spare_what_is_loaded()

    assert gc.get_freeze_count() > 1_000
    assert all(each is not kept for each in gc.get_objects())
    gc.unfreeze()

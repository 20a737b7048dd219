"""Pictures that are small as files and huge once opened (reliability.md T-20): drawn apart, behind everything else, within limits."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub.drawing import NotDrawn, Studio
from hub.drawing.__main__ import MEMORY, POLITE
from tests.bad_input.rows import draw

SMALL = draw("PNG", 30, 20)
SIDE = 480
BOMBS = 5


@pytest.fixture
def studio() -> Iterator[Studio]:
    found = Studio(wait_seconds=600.0, wall_seconds=600.0)  # a busy machine is no failure
    yield found
    found.close()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "1"), ("WEBP", "RGBA")])
def test_bombs_at_once_cost_whoever_asks_no_memory(studio: Studio, kind: str, mode: str) -> None:
    bomb = draw(kind, 4400, 4400, mode=mode)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with ThreadPoolExecutor(BOMBS) as pool:
        drawn = set(pool.map(lambda _: studio.draw(bomb, SIDE), range(BOMBS)))

    assert len(drawn) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes
    assert peak_of(studio) * 1024 < MEMORY


def peak_of(studio: Studio) -> int:
    """Return the most memory that the process which draws ever had, in kilobytes."""
    lines = Path(f"/proc/{studio.pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def test_pictures_are_drawn_behind_everything_else_and_without_our_secrets(
    studio: Studio, environ: dict[str, str]
) -> None:
    environ["HUB_SECRET_KEY"] = "canary"

    studio.draw(SMALL, SIDE)

    assert studio.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, studio.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + POLITE)
    assert b"canary" not in Path(f"/proc/{studio.pid}/environ").read_bytes()


@pytest.fixture
def environ() -> Iterator[dict[str, str]]:
    before = dict(os.environ)
    yield os.environ  # what children inherit
    os.environ.clear()
    os.environ.update(before)


def test_a_process_that_was_killed_between_two_pictures_is_not_missed(studio: Studio) -> None:
    first = studio.draw(SMALL, SIDE)
    killed = studio.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)

    assert studio.draw(SMALL, SIDE) == first
    assert studio.pid != killed


def test_a_picture_that_hangs_is_given_up_and_the_next_is_drawn() -> None:
    hasty = Studio(wall_seconds=0.0)
    with pytest.raises(NotDrawn, match="download it"):
        hasty.draw(SMALL, SIDE)
    hasty.close()

    patient = Studio(wall_seconds=600.0)
    assert patient.draw(SMALL, SIDE)
    patient.close()


def test_who_waits_too_long_for_a_turn_is_told_so() -> None:
    busy = Studio(wait_seconds=0.01)
    bomb = draw("PNG", 4400, 4400, mode="RGB")
    busy.draw(SMALL, SIDE)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(busy.draw, bomb, SIDE) for _ in range(8)]
        answers = [each.exception() for each in asked]
    busy.close()

    assert answers.count(None) >= 1
    assert any("reload the page" in str(each) for each in answers if each)


def test_the_process_ends_with_whoever_started_it(studio: Studio) -> None:
    studio.draw(SMALL, SIDE)
    child = studio._child
    assert child is not None
    assert child.stdin is not None

    child.stdin.close()  # what the system does when a process dies

    assert child.wait(20) == 0


def test_asking_again_is_quick(studio: Studio) -> None:
    studio.draw(SMALL, SIDE)
    began = time.process_time()

    for _ in range(20):
        studio.draw(SMALL, SIDE)

    assert time.process_time() - began < 1.0

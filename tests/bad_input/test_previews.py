"""Pictures that are small as files and huge once opened (reliability.md T-20): many at once fit into one process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bad_input.rows import draw

LIMIT = 550 * 1024 * 1024
DRAW_AT_ONCE = """
import resource, sys
from concurrent.futures import ThreadPoolExecutor
from hub.processes import give_memory_back
from hub.services.files import _redraw

give_memory_back()

data = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]), int(sys.argv[1])))
with ThreadPoolExecutor(12) as pool:
    print(len(set(pool.map(lambda _: len(_redraw(data, 480)), range(12)))))
"""


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("PNG", "1")])
def test_twelve_bombs_at_once_are_drawn_within_the_memory_of_one_process(kind: str, mode: str) -> None:
    bomb = draw(kind, 4400, 4400, mode=mode)

    done = subprocess.run(
        [sys.executable, "-c", DRAW_AT_ONCE, str(LIMIT)], input=bomb, capture_output=True, check=False
    )

    assert (done.returncode, done.stdout.split()) == (0, [b"1"]), done.stderr.decode()[-400:]

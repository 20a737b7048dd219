"""The process that draws: `python -m hub.drawing`, pictures by standard input, drawings by standard output."""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
from io import FileIO

from hub.drawing.picture import redraw
from hub.drawing.wire import ANSWERED, ASKED, read_exactly
from hub.processes import give_memory_back

POLITE = 10  # pages and ordinary mail come first
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 10.0  # for one picture; the signal of the timer ends the process
IDLE_SECONDS = 60.0


def main() -> None:
    """Draw until nobody asks any more, or whoever asked has gone."""
    os.nice(POLITE)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for whoever asks us
    give_memory_back()
    asked, answers = FileIO(0), sys.stdout.buffer  # unbuffered, so that it can be waited for
    while select.select([asked], [], [], IDLE_SECONDS)[0]:
        try:
            side, size = ASKED.unpack(read_exactly(asked, ASKED.size))
            data = read_exactly(asked, size)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        outcome, drawn = redraw(data, side)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(ANSWERED.pack(outcome, len(drawn)) + drawn)
        answers.flush()


if __name__ == "__main__":
    main()

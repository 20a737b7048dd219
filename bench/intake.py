"""How fast mail becomes tickets: `python bench/intake.py [--letters N] [--rounds N] [--tickets N] [--backlog N]`.

Raw bytes are accepted, each batch committed, then filed with threads, people, full-text index and the emergency gate, on a
durable PostgreSQL of its own. Every figure stands beside floors taken in the same minute: parsing alone, and parsing with
one INSERT and a commit a letter, its file written and synced first. Writes `bench/results/<day>-intake.json` and
`docs/performance.md`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._intake_backlog import measure_backlog
from bench._intake_ground import BYTES_A_TICKET, Ground, Run, empty, fill, grounds, run
from bench._intake_letters import write_letters
from bench._intake_mailbox import measure_mailbox
from bench._intake_page import print_tables, write_results

WARM = 60
SPARE = 2_000_000_000
SHARED = (("parse", 1), ("insert", 1), ("batches", 1), ("singles", 1), ("insert", 2), ("batches", 2))


def measure_rounds(home: Path, desk: Ground, past: Ground | None, letters: int, rounds: int) -> list[dict[str, Any]]:
    """Take every figure in turn, round by round: what is compared stood side by side."""
    warm = home / "warm"
    warm.mkdir()
    write_letters(warm, WARM, seed=0)
    taken = []
    for number in range(1, rounds + 1):
        folder = home / f"letters-{number}"
        folder.mkdir()
        write_letters(folder, letters, seed=number)
        figures: dict[str, Any] = {"load": round(os.getloadavg()[0], 1)}
        for kind, workers in SHARED:
            empty(desk)
            figures[f"{kind} {workers}"] = _figures(run(desk, kind, folder, warm, workers))
        if past is not None:
            figures["full 1"] = _figures(run(past, "batches", folder, warm))
            empty(desk)
            figures["empty again 1"] = _figures(run(desk, "batches", folder, warm))
        shutil.rmtree(folder)
        taken.append(figures)
        print(f"round {number}: " + ", ".join(f"{name} {one['rate']}/s" for name, one in _rates(figures)), flush=True)
    return taken


def _rates(figures: dict[str, Any]) -> list[tuple[str, dict[str, float]]]:
    return [(name, each) for name, each in figures.items() if isinstance(each, dict)]


def _figures(taken: Run) -> dict[str, float]:
    return {
        "rate": round(taken.rate, 1),
        "processor_ms": round(taken.processor, 2),
        "megabytes": round(taken.megabytes, 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=500, help="letters a run (500)")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is taken (3)")
    parser.add_argument("--tickets", type=int, default=100_000, help="tickets in the full desk, 0 for none (100000)")
    parser.add_argument(
        "--mailbox", type=int, default=500, help="letters fetched from a real mailbox, 0 for none (500)"
    )
    parser.add_argument(
        "--backlog", type=int, default=20_000, help="mails that wait while a text comes, 0: none (20000)"
    )
    options = parser.parse_args(arguments)
    needed = SPARE + options.tickets * BYTES_A_TICKET + options.backlog * 40_000
    home = Path(tempfile.mkdtemp(prefix="hub-bench-"))
    try:
        free = shutil.disk_usage(home).free
        if free < needed:
            print(
                f"This needs {needed / 1e9:.0f} GB in {home.parent}, and {free / 1e9:.0f} GB are free: give --tickets and --backlog less."
            )
            return 1
        results = {"options": vars(options)} | measure(home, options)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print_tables(results)
    write_results(results)
    return 0


def measure(home: Path, options: argparse.Namespace) -> dict[str, Any]:
    with grounds(home) as (desk, past):
        if options.tickets:
            print(f"Loading {options.tickets:,} tickets of three messages", flush=True)
            fill(past, options.tickets, lambda words: print(words, flush=True))
        results: dict[str, Any] = {
            "rounds": measure_rounds(home, desk, past if options.tickets else None, options.letters, options.rounds)
        }
        if options.mailbox:
            empty(desk)
            results["mailbox"] = measure_mailbox(desk, home, options.mailbox, options.rounds)
        if options.backlog:
            empty(desk)
            results["backlog"] = measure_backlog(desk, options.backlog)
        return results


if __name__ == "__main__":
    sys.exit(main())

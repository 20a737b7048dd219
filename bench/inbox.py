"""How soon the agents' inbox answers: `python bench/inbox.py [--sizes 10000x3 ...] [--times N]`.

Tickets are loaded by COPY, the indexes made afterwards, in a database of its own that is thrown away; the product serves its
pages as `hub up` does. Beside every page stand its floors of the same minute: a Flask application that says hello, Jinja
drawing the same rows as a plain table, and the bare query. Then 100 open inboxes hear of messages. Writes
`bench/results/<day>-inbox.json` and its part of `docs/performance.md`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._inbox_floor import FOUND, LIST, MESSAGES, asking, drawing
from bench._inbox_ground import BYTES_A_MESSAGE, WORDS_OF_ONE, Inbox, inbox
from bench._inbox_inside import count_queries, time_counts
from bench._inbox_page import print_tables, write_results
from bench._inbox_replies import time_replies
from bench._inbox_streams import measure_streams
from bench._inbox_visits import Server, getting, load, say, serving, timed, visit

SIZES = ("10000x3", "100000x3", "1000000x1")
COMMON = "neighbour caretaker"
SPARE = 3_000_000_000
MANY = 8


def subjects(box: Inbox) -> dict[str, tuple[str, str, tuple[object, ...]]]:
    """Return what is asked for: the address of the page, and the bare query behind it with what it is given."""
    return {
        "list": ("/inbox/unassigned?list=1", LIST, ()),
        "ticket of 10 messages": (f"/inbox/unassigned/{box.ten}", MESSAGES, (box.ten,)),
        "ticket of 500 messages": (f"/inbox/unassigned/{box.long}", MESSAGES, (box.long,)),
        "search, one hit": (f"/search?q={quote_plus(WORDS_OF_ONE)}", FOUND, (" & ".join(WORDS_OF_ONE.split()),)),
        "search, common words": (f"/search?q={quote_plus(COMMON)}", FOUND, (" & ".join(COMMON.split()),)),
    }


def measure(box: Inbox, times: int) -> dict[str, Any]:
    """Take every figure of one size."""
    taken: dict[str, Any] = {"load": [load()], "pages": {}}
    with serving("hub.wsgi:app", box.environment) as ours, serving("bench._inbox_floor:app", {}) as floor:
        taken["hello"] = asdict(visit(floor, getting("/"), clients=1, times=4 * times))
        with box.connect() as connection:
            for name, (path, query, given) in subjects(box).items():
                bare = asking(connection, query, *given)
                page = _page(ours, floor, box, path, times)
                page["query"] = asdict(timed(bare, times))
                page["render"] = asdict(timed(drawing(bare()), times))
                page["queries"] = count_queries(box, path)
                taken["pages"][name] = page
                say(f"  {name}: {page['one']['p50']} ms")
        taken["counts"] = asdict(time_counts(box, times))
        taken["reply"] = time_replies(ours, box, times)
    taken["load"].append(load())
    return taken


def _page(ours: Server, floor: Server, box: Inbox, path: str, times: int) -> dict[str, Any]:
    """Ask for a page and for hello in turn, so that both stand in the same minute."""
    hello = visit(floor, getting("/"), clients=1, times=times)
    one = visit(ours, getting(path, box.cookies), clients=1, times=times)
    many = visit(ours, getting(path, box.cookies), clients=MANY, times=max(times // MANY, 5))
    return {name: asdict(each) for name, each in (("hello", hello), ("one", one), ("many", many))}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", nargs="+", default=SIZES, help="tickets x messages of each (10000x3 100000x3 1000000x1)"
    )
    parser.add_argument("--times", type=int, default=200, help="how often each page is asked for (200)")
    parser.add_argument("--streams", type=int, default=100, help="open inboxes on the live stream, 0 for none (100)")
    options = parser.parse_args(arguments)
    sizes = [(int(tickets), int(messages)) for tickets, _, messages in (each.partition("x") for each in options.sizes)]
    needed = SPARE + max(tickets * messages for tickets, messages in sizes) * BYTES_A_MESSAGE
    results: dict[str, Any] = {"options": vars(options), "sizes": {}}
    for tickets, messages in sizes:
        home = Path(tempfile.mkdtemp(prefix="bench-inbox-"))
        try:
            free = shutil.disk_usage(home).free
            if free < needed:
                print(
                    f"This needs {needed / 1e9:.0f} GB in {home.parent}, and {free / 1e9:.0f} GB are free: give smaller --sizes."
                )
                return 1
            say(f"Loading {tickets:,} tickets of {messages}")
            with inbox(home, tickets, messages) as box:
                results["sizes"][f"{tickets}x{messages}"] = measure(box, options.times)
                if options.streams and "streams" not in results:
                    results["streams"] = measure_streams(box, options.streams)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    print_tables(results)
    write_results(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())

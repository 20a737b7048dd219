"""The figures of the inbox benchmark: on the screen, as JSON a run, and as a part of the page about speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench._parts import PAGE, keep_figures, reached, today, write_part

FLOORS, GROWTH, REPLY, QUERIES, HEARD = 4.0, 1.2, 25.0, 8, 500.0
GOOD = ("list", "ticket of 10 messages", "search, one hit", "search, common words")
INTRODUCTION = """# How soon the inbox answers

Measured {day} by `make bench NAME=inbox` (`bench/inbox.py`), written by that command. The machine is shared: its load stands
beside the figures, and what counts are ratios to the floors of the same minute: a Flask application that says hello over
HTTP, Jinja drawing the same rows as a plain table, and the bare query, prepared. The floors know no sign-in, no rights, no
counts, no person and no composer.

The product serves its pages as `hub up` does, over HTTP, to signed-in agents: the whole page, with every view counted. Every
fourth ticket is live. A list has 50 rows; a ticket's page shows list, conversation, composer and person.
"""


def floor_of(page: Mapping[str, Any]) -> float:
    """Return the sum of a page's floors in milliseconds."""
    return float(page["hello"]["p50"] + page["render"]["p50"] + page["query"]["p50"])


def lines_of(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tables as Markdown."""
    for size, taken in results["sizes"].items():
        yield from _size(size, taken)
    yield from _goals(results)
    if streams := results.get("streams"):
        yield from _streams(streams)


def _size(size: str, taken: Mapping[str, Any]) -> Iterator[str]:
    tickets, _, messages = size.partition("x")
    yield f"## {int(tickets):,} tickets of {messages}"
    yield ""
    yield f"Load of the machine before and after: {taken['load'][0]}, {taken['load'][1]}."
    yield ""
    yield "| page | ms, 1 client, p50 / p95 | 8 clients: answers/s, p50 / p95 | floors: hello + drawing + query | ratio | queries | KB |"
    yield "|---|---|---|---|---|---|---|"
    for name, page in taken["pages"].items():
        one, many = page["one"], page["many"]
        floors = " + ".join(f"{page[each]['p50']:.2f}" for each in ("hello", "render", "query"))
        yield (
            f"| {name} | **{one['p50']:.1f}** / {one['p95']:.1f} | {many['rate']:.0f}/s, {many['p50']:.0f} / {many['p95']:.0f} "
            f"| {floors} = {floor_of(page):.2f} | {one['p50'] / floor_of(page):.1f} | {page['queries']} | {one['bytes'] / 1000:.0f} |"
        )
    counts, reply = taken["counts"], taken["reply"]
    yield ""
    yield f"Counts of all views, three kept ones among them: {counts['p50']:.1f} / {counts['p95']:.1f} ms."
    yield f"A reply submitted, until the next ticket is there: {reply['p50']:.1f} / {reply['p95']:.1f} ms."
    yield ""


def _goals(results: Mapping[str, Any]) -> Iterator[str]:
    yield "## Goals"
    yield ""
    yield "| goal | measured | |"
    yield "|---|---|---|"
    for size, taken in results["sizes"].items():
        for name in GOOD:
            ratio = taken["pages"][name]["one"]["p50"] / floor_of(taken["pages"][name])
            yield f"| {size}, {name}: at most {FLOORS:.0f} x its floors | {ratio:.1f} | {reached(ratio <= FLOORS)} |"
        reply = taken["reply"]["p50"]
        yield f"| {size}, reply: p50 under {REPLY:.0f} ms | {reply:.1f} | {reached(reply < REPLY)} |"
        most = max(page["queries"] for page in taken["pages"].values())
        yield f"| {size}, queries a page: at most {QUERIES} | {most} | {reached(most <= QUERIES)} |"
    first, *others = results["sizes"].items()
    for size, taken in others:
        growth = taken["pages"]["list"]["one"]["p95"] / first[1]["pages"]["list"]["one"]["p95"]
        yield f"| list, p95 at {size} / p95 at {first[0]}: at most {GROWTH} | {growth:.2f} | {reached(growth <= GROWTH)} |"
    yield ""


def _streams(found: Mapping[str, Any]) -> Iterator[str]:
    last, before, beside = found["last"], found["page_before"], found["page_beside"]
    yield f"## {found['clients']} open inboxes"
    yield ""
    yield (
        f"From the commit of a message until the last of them has heard of it: {last['p50']:.0f} / {last['p95']:.0f} ms (goal: "
        f"p95 {HEARD:.0f} ms: {reached(last['p95'] <= HEARD)}), load {found['load']}. Each costs {found['kilobytes_a_client']} KB "
        f"of memory. The list, 2 clients asking: {before['p50']:.1f} / {before['p95']:.1f} ms without them, "
        f"{beside['p50']:.1f} / {beside['p95']:.1f} ms beside them."
    )
    yield ""


def print_tables(results: Mapping[str, Any]) -> None:
    """Print what the page says."""
    print("\n".join(lines_of(results)))


def write_results(results: Mapping[str, Any]) -> None:
    """Keep the figures under their day, and write their part of the page; nothing names the machine or its folders."""
    keep_figures("inbox", results)
    closing = [
        "## To repeat it",
        "",
        "`make bench NAME=inbox`, or `.venv/bin/python bench/inbox.py --sizes 10000x3 100000x3 1000000x1`; smaller sizes and",
        "`--times` make it short. It needs some gigabytes in the folder for temporary files, and a quiet machine for figures that",
        "repeat.",
    ]
    write_part(PAGE, "\n".join([INTRODUCTION.format(day=today()), *lines_of(results), *closing]))

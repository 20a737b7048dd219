"""The figures of the intake benchmark: on the screen, as JSON a run, and as a page."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from bench._parts import PAGE, keep_figures, reached, today, write_part

NAMES = {
    "parse 1": "floor 1: parsing alone, standard library",
    "insert 1": "floor 2: parsing, file written and synced, one INSERT, commit; one process",
    "insert 2": "the same, two processes",
    "batches 1": "ours, one worker, accepted 100 at a time as from a mailbox",
    "singles 1": "ours, one worker, accepted one by one as from SMTP",
    "batches 2": "ours, two workers",
    "empty again 1": "ours, one worker, empty desk once more",
    "full 1": "ours, one worker, desk with a past",
}
INTRODUCTION = """# How fast mail becomes tickets

Measured {day} by `make bench NAME=intake` (`bench/intake.py`), written by that command. The machine is shared: its load
stands beside every figure, and what counts are ratios to a floor taken in the same minute.

The letters are invented, the same for the same seed: text beside HTML, half of them below about 3.7 KB, every tenth with a
photo of 100 KiB, three in ten answer into a thread. Ours takes raw bytes to accepted (committed before anything is parsed)
to filed: sender, thread, ticket, sanitised HTML, files, full-text index, emergency gate, history. Triage is not in it. The
database is our embedded PostgreSQL, durable, with every index live. Floors do none of that work: they are limits.
"""


def median(results: Mapping[str, Any], name: str, what: str = "rate") -> float:
    """Return the median of a figure over the rounds that have it."""
    return float(statistics.median(each[name][what] for each in results["rounds"] if name in each))


def ratios(results: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """Return (what, median of the rounds' ratios, goal); each ratio stands within one round."""
    pairs = [
        ("one worker / floor 2", "batches 1", "insert 1", 0.4),
        ("two workers / floor 2 with two", "batches 2", "insert 2", 0.4),
        ("desk with a past / empty desk", "full 1", "empty again 1", 0.95),
    ]
    found = [
        (name, statistics.median(each[one]["rate"] / each[other]["rate"] for each in results["rounds"]), goal)
        for name, one, other, goal in pairs
        if one in results["rounds"][0]
    ]
    if mailbox := results.get("mailbox"):
        found.append(
            ("from a mailbox / floor 2", statistics.median(each["rate"] / each["floor"] for each in mailbox), 0.3)
        )
    return found


def lines_of(results: Mapping[str, Any]) -> list[str]:
    """Return the tables as Markdown."""
    rounds, options = results["rounds"], results["options"]
    loads = ", ".join(str(each["load"]) for each in rounds)
    lines = [f"Letters a run: {options['letters']}; rounds: {len(rounds)}; load of the machine by round: {loads}.", ""]
    lines += [
        "| what | letters/s, median (all) | processor ms a letter | most memory of a process, MB |",
        "|---|---|---|---|",
    ]
    for key, name in NAMES.items():
        if key in rounds[0]:
            each = ", ".join(f"{one[key]['rate']:.0f}" for one in rounds)
            figures = (
                median(results, key),
                each,
                median(results, key, "processor_ms"),
                median(results, key, "megabytes"),
            )
            lines.append("| {} | **{:.0f}** ({}) | {:.2f} | {:.0f} |".format(name, *figures))
    if options["tickets"]:
        lines += ["", f"The past: {options['tickets']:,} tickets of three messages, loaded by COPY, with all indexes."]
    lines += ["", "| ratio | measured | goal | |", "|---|---|---|---|"]
    lines += [f"| {name} | {one:.2f} | {goal} | {reached(one >= goal)} |" for name, one, goal in ratios(results)]
    lines += _others(results)
    return lines


def _others(results: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    if mailbox := results.get("mailbox"):
        taken = "; ".join(f"{each['rate']:.0f}/s beside {each['floor']:.0f}/s, load {each['load']}" for each in mailbox)
        lines += [
            "",
            f"From a mailbox: {results['options']['mailbox']} letters delivered to Dovecot, fetched and filed: {taken}.",
        ]
    if backlog := results.get("backlog"):
        filed, triaged = backlog["filed_seconds"], backlog["triaged_seconds"]
        words = (
            f"Behind a backlog: {backlog['mails']:,} mails waiting ({backlog['left']:,} still at the end), one `hub worker`, "
            f"{len(filed)} texts. Filed after {filed[0]:.2f} to {filed[-1]:.2f} s (goal: 5 s at most: {reached(filed[-1] <= 5)}), "
            f"triaged after {triaged[0]:.2f} to {triaged[-1]:.2f} s. Load {backlog['load']}. The worker, its classifier "
            f"loaded, had {backlog['worker_megabytes']:.0f} MB at most."
        )
        lines += ["", words]
    return lines


def print_tables(results: Mapping[str, Any]) -> None:
    """Print what the page says."""
    print("\n".join(lines_of(results)))


def write_results(results: Mapping[str, Any]) -> None:
    """Keep the figures under their day, and write the page; nothing names the machine or its folders."""
    keep_figures("intake", results)
    closing = [
        "",
        "## To repeat it",
        "",
        "`make bench NAME=intake`, or `.venv/bin/python bench/intake.py --rounds 3 --letters 500 --tickets 100000 --backlog 20000`;",
        "`--tickets 0`, `--mailbox 0` and `--backlog 0` leave parts out. It needs some gigabytes in the folder for temporary",
        "files, Dovecot for the mailbox, and a quiet machine for figures that repeat.",
    ]
    text = [INTRODUCTION.format(day=today()), *lines_of(results), *closing]
    write_part(PAGE, "\n".join(text))

"""The tables of the mail cases, on the screen and as a page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench._mail_tally import Goal, Storm, Tally

ROOT = Path(__file__).resolve().parent.parent
DECIDED = ROOT / "bench" / "mail_cases_decided.json"
PAGE = ROOT / "docs" / "mail-cases.md"

Decided = Mapping[str, Mapping[str, str]]

INTRODUCTION = """# Mail cases

`make mail-cases` runs {messages:,} messages and texts out of the test suites of sixteen other projects through Frontdesk.
Whole messages go through the real intake: accepted, then filed on a PostgreSQL of its own, and what is stored is compared
with what was read. Bare texts, HTML and winmail.dat go through the functions that handle those parts. The outcome is
compared with what those projects expect, and this page is written. The cases and the comparison rules are not part of this
repository: they are read from `../shared/data/mail`.

Their expectations are not always ours, and they disagree with one another. Each mismatch is either mended or decided
and listed below with the reason; one without a reason makes the command fail.
"""


def _groups() -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = json.loads(DECIDED.read_text(encoding="utf-8"))
    return groups


def load_decided() -> Decided:
    """Return the name of the reason by case and key."""
    found: dict[str, dict[str, str]] = {}
    for name, group in _groups().items():
        for case, keys in group["cases"].items():
            found.setdefault(case, {}).update(dict.fromkeys(keys, name))
    return found


def print_tables(tally: Tally, storm: Storm, goals: Sequence[Goal], decided: Decided) -> None:
    for line in _by_suite(tally):
        print(line)
    print()
    for goal in goals:
        print(f"{'ok  ' if goal.reached else 'MISS'} {goal.name}: {goal.figure}")
    for trouble in [*tally.raised, *tally.undecided(decided), *storm.trouble]:
        print("    ", trouble)
    print(f"\n{tally.messages:,} in {tally.seconds:.1f} s, the slowest {tally.slowest:.2f} s")


def _by_suite(tally: Tally) -> list[str]:
    suites = sorted({suite for suite, _ in tally.total})
    keys = sorted({key for _, key in tally.total if key != "parses"})
    lines = [f"{'':20}" + "".join(f"{suite[:10]:>11}" for suite in suites)]
    for key in keys:
        cells = (_cell(tally, suite, key) for suite in suites)
        lines.append(f"{key:20}" + "".join(f"{cell:>11}" for cell in cells))
    return lines


def _cell(tally: Tally, suite: str, key: str) -> str:
    total = tally.total[suite, key]
    return f"{tally.right[suite, key]}/{total}" if total else ""


def write_page(tally: Tally, storm: Storm, goals: Sequence[Goal]) -> None:
    """Write `docs/mail-cases.md`; the same figures give the same page."""
    lines = [INTRODUCTION.format(messages=tally.messages), "## Goals", "", "| goal | measured | |", "|---|---|---|"]
    # times differ from run to run and stay on the screen
    lines += [
        f"| {goal.name} | {goal.figure.partition(', slowest')[0]} | {'yes' if goal.reached else '**no**'} |"
        for goal in goals
    ]
    damage = "headers, boundaries, character sets, transfer encodings, nesting, line ends and bytes"
    lines += ["", f"The mutations are those of seed {storm.seed}: {damage}.", ""]
    lines += ["## By suite and key (right of all)", "", *_markdown_table(tally), "", "## Mismatches, and why", ""]
    lines += ["| reason | cases |", "|---|---|"]
    for group in _groups().values():
        cases = "; ".join(f"`{case}` ({', '.join(keys)})" for case, keys in group["cases"].items())
        lines.append(f"| {group['reason']} | {cases} |")
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _markdown_table(tally: Tally) -> list[str]:
    suites = sorted({suite for suite, key in tally.total if key != "parses"})
    keys = sorted({key for _, key in tally.total if key != "parses"})
    lines = ["| | all | " + " | ".join(suites) + " |", "|---|---|" + "---|" * len(suites)]
    for key in keys:
        right, total = tally.of(key)
        lines.append(f"| {key} | {right}/{total} | " + " | ".join(_cell(tally, suite, key) for suite in suites) + " |")
    return lines

"""How triage fares on the frozen lists: `python bench/frozen_lists.py [--languages]`.

The lists in `tests/frozen/triage` were written by somebody who had not read the classifier, and whoever changes the
classifier does not open them: this prints how many rows went which way, never a row. Every text is read as a message is,
its quotes and signature cut off first. Exits 1 where a goal is missed or a list was changed after it was frozen.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from channels.email.quotes import reply_text
from classifiers.cascade import load
from classifiers.classifier import Classifier, Triage
from classifiers.emergencies import check
from classifiers.optout import wants_no_messages

LISTS = Path(__file__).resolve().parent.parent / "tests" / "frozen" / "triage"
FINGERPRINT = re.compile(r"^\| `(?P<name>\w+\.csv)` \| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """How many of so many rows, and the goal: at least it where it `rises`, at most it otherwise."""

    what: str
    found: int
    rows: int
    goal: float | None = None
    rises: bool = True
    languages: tuple[tuple[str, int, int], ...] = ()

    @property
    def share(self) -> float:
        """Return the part of the rows that were found, 0 to 1."""
        return self.found / self.rows if self.rows else 0.0

    @property
    def holds(self) -> bool:
        """Tell whether the goal is met; what has none cannot miss it."""
        if self.goal is None:
            return True
        return self.share >= self.goal if self.rises else self.share <= self.goal


def read(name: str) -> list[Row]:
    """Return the rows of a list, each text as triage is given it; raises where the file is not the one that was frozen."""
    path = LISTS / name
    frozen = dict(FINGERPRINT.findall((LISTS / "README.md").read_text(encoding="utf-8")))
    if hashlib.sha256(path.read_bytes()).hexdigest() != frozen[name]:
        raise SystemExit(f"{name} is not the file that was frozen: its fingerprint in README.md is another.")
    with path.open(encoding="utf-8", newline="") as file:
        return [row | {"text": reply_text(row["text"]) or row["text"]} for row in csv.DictReader(file)]


def count(
    what: str, rows: Sequence[Row], says: Callable[[Row], bool], goal: float | None = None, *, rises: bool = True
) -> Score:
    """Count the rows of which something is said, by language too."""
    said = [says(row) for row in rows]
    found = Counter(row["language"] for row, yes in zip(rows, said, strict=True) if yes)
    all_of = Counter(row["language"] for row in rows)
    by_language = tuple((name, found[name], all_of[name]) for name in sorted(all_of))
    return Score(what, sum(said), len(rows), goal, rises, by_language)


def score(classifier: Classifier) -> list[Score]:
    """Return how every list went."""
    plain, indirect, calm = read("emergencies_plain.csv"), read("emergencies_indirect.csv"), read("calm.csv")
    thoughts: dict[str, Triage] = {}
    tasks, wishes = read("tasks.csv"), read("optouts.csv")
    for rows in (plain, indirect, calm, tasks):
        answers = classifier.triage([row["text"] for row in rows])
        thoughts |= {row["id"]: each for row, each in zip(rows, answers, strict=True)}

    def alarm(row: Row) -> bool:
        return thoughts[row["id"]].emergency is not None

    def by_rule(row: Row) -> bool:
        return check(row["text"]) is not None

    def makes_task(row: Row) -> bool:
        return thoughts[row["id"]].needs_task

    made = [row for row in tasks if makes_task(row)]
    needed = [row for row in tasks if row["needs_task"] == "yes"]
    found = [row for row in needed if makes_task(row)]
    stays = [row for row in wishes if row["opts_out"] == "no"]
    leaves = [row for row in wishes if row["opts_out"] == "yes"]
    return [
        count("emergencies in plain words, found", plain, alarm, 1.0),
        count("  by the rules alone", plain, by_rule),
        count("emergencies told indirectly, found", indirect, alarm, 0.96),
        count("  by the rules alone", indirect, by_rule),
        count("calm texts flagged", calm, alarm, 0.03, rises=False),
        count("  by the rules alone", calm, by_rule),
        count("tasks made that nobody needs", made, lambda row: row["needs_task"] == "no", 0.05, rises=False),
        count("needed tasks that are missing", needed, lambda row: not makes_task(row), 0.05, rises=False),
        count("needed tasks in the right team", found, lambda row: thoughts[row["id"]].queue == row["team"]),
        count("wishes for no more texts, heard", leaves, lambda row: bool(wants_no_messages(row["text"]))),
        count("other texts taken for one", stays, lambda row: bool(wants_no_messages(row["text"]))),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", action="store_true", help="a line for each language too")
    options = parser.parse_args(arguments)
    classifier = load()
    if classifier.trouble:
        print(classifier.trouble)
        return 1
    scores = score(classifier)
    for each in scores:
        goal = "" if each.goal is None else f"{'at least' if each.rises else 'at most'} {each.goal:.0%}"
        verdict = "" if each.goal is None else "yes" if each.holds else "NO"
        print(f"{each.what:40} {each.found:4} of {each.rows:4} {each.share:7.1%}  {goal:12} {verdict}")
        if options.languages:
            print("    " + ", ".join(f"{name} {found}/{rows}" for name, found, rows in each.languages))
    return 0 if all(each.holds for each in scores) else 1


if __name__ == "__main__":
    sys.exit(main())

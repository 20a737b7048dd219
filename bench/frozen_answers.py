"""How the help centres fare on the frozen questions: `python bench/frozen_answers.py [--gates]`.

The list in `tests/frozen/answers` was written by somebody who had not seen the phrasings of the articles, and whoever
changes the answering does not open it: this prints how many rows went which way, never a row. Each question goes the way
`hub kb ask` takes, with triage's topic and emergency; beside it stands how the library alone fares. Exits 1 where a goal
is missed or the list was changed after it was frozen.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from classifiers.cascade import load
from classifiers.classifier import UNCLASSIFIED, Classifier
from classifiers.encoder import open_encoder
from knowledgebase.answer import Answer, answer
from knowledgebase.article import Audience
from knowledgebase.index import KnowledgeIndex
from knowledgebase.seed import first_articles

LIST = Path(__file__).resolve().parent.parent / "tests" / "frozen" / "answers" / "questions.csv"
ANSWERABLE = "answerable"
NEVER = ("emergency", "legal", "money", "other-audience", "personal")
MOST_WRONG = 4 / 400
ENOUGH = 0.60
ENOUGH_IN_EACH_LANGUAGE = 0.45
AUDIENCES = {name: audience for audience in Audience for name in (audience.value, audience.value.removesuffix("s"))}
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one question went: `right`, `wrong`, or `silent`, and which gate was shut."""

    row: Row
    went: str
    gate: str


def read() -> list[Row]:
    """Return the rows of the list; raises where the file is not the one that was frozen."""
    readme = LIST.with_name("README.md").read_text(encoding="utf-8")
    data = LIST.read_bytes()
    if hashlib.sha256(data).hexdigest() not in re.findall(r"\b[0-9a-f]{64}\b", readme):
        raise SystemExit(f"{LIST.name} is not the file that was frozen: its fingerprint is not in README.md.")
    return list(csv.DictReader(data.decode("utf-8").splitlines(keepends=True)))


def ask(rows: Sequence[Row], classifier: Classifier | None) -> list[Verdict]:
    """Ask every question, with what triage says of it where there is a classifier."""
    index = KnowledgeIndex(first_articles(), encoder=open_encoder())
    thoughts = classifier.triage([row["text"] for row in rows]) if classifier else [None] * len(rows)
    verdicts = []
    for row, thought in zip(rows, thoughts, strict=True):
        said = answer(
            row["text"],
            audience=AUDIENCES[row["audience"]],
            index=index,
            topic=thought.topic if thought and thought.topic != UNCLASSIFIED else None,
            emergency=bool(thought and thought.emergency),
        )
        verdicts.append(Verdict(row, _went(row, said), said.gate))
    return verdicts


def _went(row: Row, said: Answer) -> str:
    if said.article is None:
        return "silent"
    names = {f"{said.article.audience}/{slug}" for slug in (said.article.slug, said.article.translation_of) if slug}
    return "right" if names & set(row["article"].split("|")) else "wrong"


def print_score(title: str, verdicts: Sequence[Verdict]) -> bool:
    """Print the counts and whether each goal is met; tell whether all are."""
    answerable = [each for each in verdicts if each.row["kind"] == ANSWERABLE]
    print(f"\n{title}\n{'answerable':<16}{'rows':>6}{'right':>7}{'wrong':>7}{'silent':>8}{'right':>9}")
    shares = {}
    for language in ("", *sorted({each.row["language"] for each in answerable})):
        here = [each for each in answerable if not language or each.row["language"] == language]
        went = Counter(each.went for each in here)
        shares[language] = went["right"] / len(here)
        print(
            f"{language or 'all':<16}{len(here):>6}{went['right']:>7}{went['wrong']:>7}{went['silent']:>8}"
            f"{shares[language]:>9.1%}"
        )
    wrong = Counter(each.row["kind"] for each in verdicts if each.went == "wrong")
    rows = Counter(each.row["kind"] for each in verdicts)
    print("answered wrongly: " + ", ".join(f"{kind} {wrong[kind]} of {rows[kind]}" for kind in sorted(rows)))
    goals = {
        f"at most {MOST_WRONG:.0%} answered wrongly ({wrong.total()} of {len(verdicts)})": wrong.total()
        <= MOST_WRONG * len(verdicts),
        f"none of {', '.join(NEVER)}": not any(wrong[kind] for kind in NEVER),
        f"at least {ENOUGH:.0%} of the answerable answered": shares[""] >= ENOUGH,
        f"at least {ENOUGH_IN_EACH_LANGUAGE:.0%} in each language": min(shares.values()) >= ENOUGH_IN_EACH_LANGUAGE,
    }
    for goal, met in goals.items():
        print(f"  {'yes' if met else 'NO ':4} {goal}")
    return all(goals.values())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gates", action="store_true", help="which gates kept the answerable back, too")
    options = parser.parse_args(arguments)
    classifier = load()
    if classifier.trouble:
        print(classifier.trouble)
        return 1
    rows = read()
    print_score("the library alone", ask(rows, None))
    verdicts = ask(rows, classifier)
    met = print_score("as hub kb ask does, with triage", verdicts)
    if options.gates:
        shut = Counter(each.gate for each in verdicts if each.row["kind"] == ANSWERABLE and each.went == "silent")
        print("kept back: " + ", ".join(f"{gate} {count}" for gate, count in shut.most_common()))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

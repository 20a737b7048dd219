"""Rules written as words: concepts, the combinations that mean something, and the phrases that mean nothing.

A rule file has one statement a line, `#` begins a comment:

    [gas] gas, propane, rotten egg*     a concept and its terms; `*` any letters, `~` up to three words between
    [mask] gas bill*, gas station       words of these phrases are not looked at
    [alarm!] smoke alarm*               words of its terms count for no other concept
    [calm] last year, in case of        a sentence with one of these says nothing, unless it also has a word of [now]
    endings 5                           the last word of a term may go on where it has at least 5 letters
    gas < gas + smell - cooking @8      label `gas`: both concepts within 8 words (12 by default), the third not there
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from classifiers.lexicon import WINDOW, Lexicon, Rule
from classifiers.wording import term_words

_NEVER = 1_000
_RULE = re.compile(r"^(?P<label>[\w-]+)\s*<\s*(?P<body>[^@]+?)\s*(?:@(?P<window>\d+))?$")
_CONCEPT = re.compile(r"^\[(?P<name>[\w-]+)(?P<whole>!?)\]\s*(?P<terms>.*)$")
_ENDINGS = re.compile(r"^endings (?P<letters>\d+)$")


class RuleMistake(ValueError):
    """A line of a rule file that cannot be understood."""


def parse(lines: Iterable[str], name: str = "rules") -> Lexicon:
    """Read a rule file; raise RuleMistake naming the line that is wrong."""
    terms: dict[str, list[list[str]]] = defaultdict(list)
    rules: list[Rule] = []
    whole: set[str] = set()
    endings = _NEVER
    for number, line in enumerate(lines, start=1):
        text = line.split("#", 1)[0].strip()
        if not text:
            continue
        if ending := _ENDINGS.match(text):
            endings = int(ending["letters"])
        elif concept := _CONCEPT.match(text):
            if concept["whole"]:
                whole.add(concept["name"])
            terms[concept["name"]] += _terms(concept["terms"], endings)
        elif rule := _RULE.match(text):
            rules.append(_rule(rule))
        else:
            raise RuleMistake(f"{name}, line {number}: expected '[concept] terms' or 'label < concept + concept'.")
    for made in rules:
        missing = [used for used in (*made.needs, *made.without) if used not in terms]
        if missing:
            raise RuleMistake(f"{name}: the rule for '{made.label}' uses [{missing[0]}], which is not in the file.")
    return Lexicon(dict(terms), rules, frozenset(whole))


def _terms(listed: str, endings: int) -> list[list[str]]:
    terms = [words for term in listed.split(",") if (words := term_words(term))]
    for words in terms:
        if len(words[-1]) >= endings and not words[-1].endswith("*"):
            words[-1] += "*"
    return terms


def _rule(match: re.Match[str]) -> Rule:
    needs_text, *without = [part.strip() for part in match["body"].split(" - ")]
    return Rule(
        label=match["label"],
        needs=tuple(part.strip() for part in needs_text.split(" + ")),
        without=tuple(without),
        window=int(match["window"] or WINDOW),
    )

"""Lists of words, kept as text files beside this one so that people who write articles can add to them."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def word_lists(name: str) -> dict[str, tuple[str, ...]]:
    """Read a list such as `empty.txt`: lines of `language: word word …`, any number of them for a language."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines(name):
        language, _, words = line.partition(": ")
        found[language] = (*found.get(language, ()), *words.split())
    return found


@cache
def phrase_lists(name: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read a list such as `concepts.txt`: a name on a line of its own, then for each language its phrases."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    heading = ""
    for line in _lines(name):
        if not line.startswith(" "):
            heading = line.strip()
            found[heading] = {}
            continue
        language, _, listed = line.strip().partition(": ")
        phrases = (phrase.strip() for phrase in listed.split(","))
        found[heading][language] = (*found[heading].get(language, ()), *filter(None, phrases))
    return found


def unanswered(audience: str, language: str) -> list[str]:
    """List the texts of `unanswered.txt` that no article should answer to an audience in a language."""
    found: list[str] = []
    heading: list[str] = []
    for line in _lines("unanswered"):
        if line.startswith(" "):
            found += [line.strip()] if {audience, language} <= set(heading) else []
        else:
            heading = line.split()
    return found


def _lines(name: str) -> list[str]:
    text = resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

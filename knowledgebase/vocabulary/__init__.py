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
def concepts() -> dict[str, dict[str, tuple[str, ...]]]:
    """Read `concepts.txt`: the name of a concept on a line of its own, then for each language its words and phrases."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    name = ""
    for line in _lines("concepts"):
        if line.startswith(" "):
            language, _, words = line.strip().partition(": ")
            found[name][language] = tuple(word.strip() for word in words.split(","))
        else:
            name = line.strip()
            found[name] = {}
    return found


def _lines(name: str) -> list[str]:
    text = resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

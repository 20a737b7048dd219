"""What words mean where somebody may be in danger: one vocabulary a language, one list of combinations for all.

`rules/senses.<language>.txt` names the words of each meaning, `rules/dangers.txt` the meanings that are a danger together.
The same files tell when nothing happens now: a question of what to do if, something past, settled, planned, insured, sold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path

from classifiers.language import languages_of
from classifiers.lexicon import Hit, Lexicon, Span, keys_of
from classifiers.rule_files import parse
from classifiers.wording import LONGEST, sentences

_RULES = Path(__file__).parent / "rules"
_UNSAID = "unsaid"
"""Words that only look like a danger: a fire door, a gas bill, a rent that is killing somebody."""
_GAP = "·"
"""Stands where words were unsaid, so that the others keep their distance."""
_NEVER_NOW = frozenset({"whatif", "advert"})
_NOT_NOW = frozenset({"negated", "past", "resolved", "over-now", "ask", "elsewhere", "sched", "money", "settled"})
"""One of these makes a sentence calm unless it also says that something happens now; two do in any case."""
_SETTLED = frozenset({"settled", "over-now"})
"""What a later sentence says of something that is over: 'Smoke in the kitchen on Sunday. It was only the toast.'"""
_DAY, _WAS = "yesterday", "was"
"""'There was smoke on Sunday' is told for the record; who was robbed or fell on Sunday may need somebody now."""
_STAYS = frozenset({"break-in", "violence", "medical", "structure", "no-heat", "locked-out"})
_OPENER, _PLEA = "opener", "plea"
"""A question that begins with one asks to know; one with a plea asks for help."""
_PATIENT = "calm-said"
_WAITS_FOR_NOBODY = frozenset({"gas", "carbon-monoxide", "fire", "electrical", "violence", "medical", "trapped"})
"""Kinds that are dangerous even where somebody writes that there is no hurry."""
_LONG_UNSEEN = "medical"
"""'Nobody has seen her since last week' names the past and happens now."""
_CALMING = frozenset({*_NEVER_NOW, *_NOT_NOW, _DAY, _WAS, _PATIENT, _UNSAID, "minor"})
"""What several rules say with one of these near is not plain."""
_NAME = re.compile(r"[a-z][a-z-]*")
_WINDOW = re.compile(r"@\d+")
_QUESTION_MARKS = "?？؟"
_QUESTION = re.compile(f"[^{_QUESTION_MARKS}]+[{_QUESTION_MARKS}]")

_Found = dict[str, list[Span]]


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple((_RULES / name).read_text(encoding="utf-8").splitlines())


@cache
def _lexicons(language: str) -> tuple[Lexicon, Lexicon]:
    """Read the vocabulary of a language: its unsaid words, and its senses with the dangers they make together."""
    dangers = _lines("dangers.txt")
    rules = [line for line in dangers if "<" in line and not line.startswith("#")]
    named = {name for line in rules for name in _NAME.findall(_WINDOW.sub("", line.split("<", 1)[1]))}
    undefined = [f"[{name}]" for name in sorted(named)]
    whole = parse([*_lines(f"senses.{language}.txt"), *undefined, *dangers], f"senses.{language}.txt")
    unsaid = Lexicon({_UNSAID: whole.terms.pop(_UNSAID, [])}, [])
    return unsaid, whole


def senses_of(language: str) -> Lexicon:
    """Return the senses of a language, with the dangers they make together."""
    return _lexicons(language)[1]


@cache
def _together(languages: tuple[str, ...]) -> dict[str, tuple[Lexicon, Lexicon]]:
    return {language: _lexicons(language) for language in languages}


class Heard:
    """What is said in a sentence, in each of the languages it may be in; most sentences need not be understood."""

    def __init__(
        self, words: list[str], languages: Sequence[str], *, asked: Callable[[], set[tuple[str, ...]]]
    ) -> None:
        self.said = words
        self.keys = keys_of(words)
        self._asked = asked
        self._lexicons = _together(tuple(languages))

    @cached_property
    def words(self) -> list[str]:
        """Its words without those that only look like a danger."""
        words = self.said
        for unsaid, _ in self._lexicons.values():
            words = _without(words, unsaid.concepts(words).get(_UNSAID, ()))
        return words

    @cached_property
    def _found(self) -> dict[str, _Found]:
        return {language: senses.concepts(self.words) for language, (_, senses) in self._lexicons.items()}

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing happens now by this sentence, or nothing that could not wait."""
        return self.is_calm or any(_PATIENT in found for found in self._found.values())

    @cached_property
    def is_calm(self) -> bool:
        """Tell whether nothing happens now by this sentence."""
        asked = tuple(self.said) in self._asked()
        return any(_is_calm(found, asked=asked) for found in self._found.values())

    @property
    def settles(self) -> bool:
        """Tell whether it says that what was told before is over."""
        return any(_SETTLED & found.keys() and "now" not in found for found in self._found.values())

    @property
    def is_present(self) -> bool:
        """Tell whether it says in so many words that something happens now."""
        return any("now" in found for found in self._found.values())

    @property
    def hits(self) -> list[tuple[str, Hit]]:
        """Find the dangers it speaks of, each with the language."""
        # Words unsaid make no danger: where none may be with them, none is without.
        possible = [name for name, (_, senses) in self._lexicons.items() if senses.may_hold(self.said, self.keys)]
        return [
            (name, Hit(hit.label, hit.evidence.replace(f"{_GAP} ", "")))
            for name in possible
            for hit in self._lexicons[name][1].hits_among(self._found[name], self.words)
            if not self._is_told(hit.label, self._found[name])
            if not self.is_quiet or self._counts_though_quiet(hit.label)
        ]

    @staticmethod
    def _is_told(kind: str, found: _Found) -> bool:
        return kind not in _STAYS and {_DAY, _WAS} <= found.keys() and "now" not in found

    def _counts_though_quiet(self, kind: str) -> bool:
        if not self.is_calm:
            return kind in _WAITS_FOR_NOBODY
        return kind == _LONG_UNSEEN and not any(_is_calm(_without_past(found)) for found in self._found.values())


def happens_now(text: str) -> bool:
    """Tell whether any sentence of a text speaks of the present: none does where all is asked, past, settled or planned."""
    languages, asked = languages_of(text), questions_of(text)
    return any(not Heard(words, languages, asked=lambda: asked).is_calm for words in sentences(text))


def is_calmed(text: str) -> bool:
    """Tell whether a text asks anything, or any word of it may make it calm: something past, small, planned, settled, unsaid."""
    return any(mark in text for mark in _QUESTION_MARKS) or any(
        not _CALMING.isdisjoint(named) for named in meanings_of(text)
    )


def meanings_of(text: str) -> list[set[str]]:
    """Name what each sentence of a text means by the words of every language it may be in."""
    lexicons = [_lexicons(language) for language in languages_of(text)]
    found = []
    for words in sentences(text):
        named = {name for _, senses in lexicons for name in senses.concepts(words)}
        if any(unsaid.concepts(words) for unsaid, _ in lexicons):
            named.add(_UNSAID)
        found.append(named)
    return found


def questions_of(text: str) -> set[tuple[str, ...]]:
    """Name the sentences of a text that end in a question mark, by their folded words."""
    looked_at = text[:LONGEST]
    # Nothing behind the last mark is searched: that would be done anew from every letter.
    end = max(map(looked_at.rfind, _QUESTION_MARKS)) + 1
    asked = (sentences(part.group()) for part in _QUESTION.finditer(looked_at, 0, end))
    return {tuple(cut[-1]) for cut in asked if cut}


def _without(words: list[str], spans: Sequence[Span]) -> list[str]:
    if not spans:
        return words
    hidden = {at for span in spans for at in range(span.start, span.end)}
    return [_GAP if at in hidden else word for at, word in enumerate(words)]


def _is_calm(found: _Found, *, asked: bool = False) -> bool:
    if not _NEVER_NOW.isdisjoint(found):
        return True
    signs = len(_NOT_NOW.intersection(found))
    if asked and _PLEA not in found and _OPENER in found:
        signs += 1
    return signs > 1 or (signs == 1 and "now" not in found)


def _without_past(found: _Found) -> _Found:
    return {name: spans for name, spans in found.items() if name != "past"}

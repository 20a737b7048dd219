"""The emergency gate: rules in words that run before any model and are never overridden by one.

What meanings are a danger together stands in `classifiers/dangers.py` and its files; phrases that say so by themselves in
`rules/emergencies.<language>.txt`. What several rules say of a text without a word of calm is plain: it is an emergency
whatever a model thinks. What is told less plainly is one together with a model's chance of danger, or where there is no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from classifiers.dangers import Heard, is_calmed, questions_of, senses_of
from classifiers.labels import Queue
from classifiers.language import LANGUAGES, LATIN, detect, languages_of
from classifiers.lexicon import Hit, Lexicon, keys_of
from classifiers.rule_files import parse
from classifiers.sieve import Sieve
from classifiers.wording import sentences

_RULES = Path(__file__).parent / "rules"


class EmergencyKind(StrEnum):
    """What kind of danger, the worst first."""

    FIRE = "fire"
    GAS = "gas"
    CARBON_MONOXIDE = "carbon-monoxide"
    VIOLENCE = "violence"
    MEDICAL = "medical"
    TRAPPED = "trapped"
    BREAK_IN = "break-in"
    STRUCTURE = "structure"
    ELECTRICAL = "electrical"
    FLOOD = "flood"
    SEWAGE = "sewage"
    LOCKED_OUT = "locked-out"
    NO_HEAT = "no-heat"


_ANY = "any"
"""The file of indirect wordings, which is applied whatever the language."""
_FRAGMENTS = 14
"""Two neighbouring sentences of together so few words are read as one."""

_SEVERITY = {kind: rank for rank, kind in enumerate(EmergencyKind)}

TOPIC_OF_KIND: dict[EmergencyKind, str] = {
    EmergencyKind.FIRE: "electrical",
    EmergencyKind.GAS: "heating",
    EmergencyKind.CARBON_MONOXIDE: "heating",
    EmergencyKind.VIOLENCE: "security",
    EmergencyKind.MEDICAL: "security",
    EmergencyKind.TRAPPED: "lift",
    EmergencyKind.BREAK_IN: "locks",
    EmergencyKind.STRUCTURE: "structure",
    EmergencyKind.ELECTRICAL: "electrical",
    EmergencyKind.FLOOD: "plumbing",
    EmergencyKind.SEWAGE: "plumbing",
    EmergencyKind.LOCKED_OUT: "locks",
    EmergencyKind.NO_HEAT: "heating",
}

_NO_WORK = frozenset({EmergencyKind.VIOLENCE, EmergencyKind.MEDICAL})
_SELDOM_MISTAKEN = frozenset(
    {
        EmergencyKind.GAS,
        EmergencyKind.CARBON_MONOXIDE,
        EmergencyKind.VIOLENCE,
        EmergencyKind.MEDICAL,
        EmergencyKind.TRAPPED,
        EmergencyKind.STRUCTURE,
        EmergencyKind.SEWAGE,
        EmergencyKind.LOCKED_OUT,
        EmergencyKind.NO_HEAT,
    }
)
"""Kinds of which hardly anybody speaks without being in them: fire, water and thieves are in many calm messages."""
_AGREE, _AGREE_ON_THOSE = 3, 2
"""So many rules that say the same are plain: fewer where the kind is seldom mistaken."""
_AGREE_IN_ALL = 4
"""So many are plain whatever each of them says."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """A danger somebody wrote about, the words that say so, and who found it (`rules` or `model`).

    A `plain` one is enough by itself.
    """

    kind: EmergencyKind
    evidence: tuple[str, ...] = ()
    language: str = ""
    found_by: str = "rules"
    plain: bool = False

    @property
    def topic(self) -> str:
        """Name the topic an emergency of this kind is filed under."""
        return TOPIC_OF_KIND[self.kind]

    @property
    def queue(self) -> Queue:
        """Name the queue that owns an emergency of this kind."""
        return Queue.FRONT_DESK if self.kind in _NO_WORK else Queue.MAINTENANCE

    @property
    def needs_task(self) -> bool:
        """Say whether operations must act besides the call for help."""
        return self.kind not in _NO_WORK


@cache
def _rules(language: str) -> Lexicon:
    path = _RULES / f"emergencies.{language}.txt"
    return parse(path.read_text(encoding="utf-8").splitlines(), path.name)


def find_all(text: str) -> list[Emergency]:
    """Find every emergency a text speaks of, the worst first; quoted history should be cut off before."""
    cut = sentences(text)
    hits = [(language, hit) for language, found in _hits_by_language(text, cut) for hit in found]
    if not hits:
        return []
    may_be_plain = not is_calmed(text)
    found: dict[EmergencyKind, Emergency] = {}
    for language, hit in hits:
        kind = EmergencyKind(hit.label)
        if kind not in found:
            evidence = tuple(
                dict.fromkeys(each.evidence for where, each in hits if each.label == kind and where == language)
            )
            agree = sum(each.label == kind for _, each in hits)
            enough = agree >= (_AGREE_ON_THOSE if kind in _SELDOM_MISTAKEN else _AGREE)
            plain = may_be_plain and (enough or len(hits) >= _AGREE_IN_ALL)
            found[kind] = Emergency(kind, evidence[:3], language, plain=plain)
    return sorted(found.values(), key=lambda emergency: _SEVERITY[emergency.kind])


def _hits_by_language(text: str, cut: list[list[str]]) -> list[tuple[str, list[Hit]]]:
    """Apply the meanings, and the phrases to the sentences by which something happens now."""
    languages = _languages(text)
    if not _sieve(tuple(languages)).lets_through(cut):
        return []
    asked = cache(lambda: questions_of(text))
    heard = [Heard(words, languages, asked=asked) for words in cut]
    hits = [(at, language, hit) for at, each in enumerate(heard) for language, hit in each.hits]
    said = _phrases(languages, heard)
    if not hits and not any(found for _, found in said):
        return []
    end = max((at for at, each in enumerate(heard) if each.settles), default=0)
    over = [each.is_quiet or (at < end and not each.is_present) for at, each in enumerate(heard)]
    if any(over):
        said = _phrases(languages, [each for at, each in enumerate(heard) if not over[at]])
    return [(language, [hit]) for at, language, hit in hits if not (at < end and over[at])] + said


@cache
def _sieve(languages: tuple[str, ...]) -> Sieve:
    """Join the rules of some languages: where none of them can hold, none is tried."""
    lexicons = (lexicon for language in languages for lexicon in (senses_of(language), _rules(language)))
    return Sieve([*lexicons, _rules(_ANY)], _FRAGMENTS)


def _languages(text: str) -> list[str]:
    """Name the languages a text is read in: all of a script where its few words do not tell them apart."""
    likely = languages_of(text)
    if detect(text) or not set(likely) & set(LATIN):
        return likely
    return [*likely, *(language for language in LATIN if language not in likely)]


class Said(Protocol):
    """A sentence: its words, what they are looked up by, and those of them that count."""

    said: list[str]
    keys: frozenset[str]

    @property
    def words(self) -> list[str]:
        """The words that count."""


@dataclass(slots=True)
class _Plain:
    """A sentence of which every word counts."""

    said: list[str]
    keys: frozenset[str]

    @property
    def words(self) -> list[str]:
        return self.said


def _phrases(languages: list[str], cut: Sequence[Said]) -> list[tuple[str, list[Hit]]]:
    """Apply the rules of the languages a text may be in, then those for indirect wordings to the sentences left."""
    readings = [_Reading(_rules(language), cut) for language in languages]
    found = [(language, reading.hits()) for language, reading in zip(languages, readings, strict=True)]
    indirect = _rules(_ANY)
    hits = [
        hit
        for at, each in enumerate(cut)
        if indirect.may_hold(each.said, each.keys)
        for hit in indirect.hits(each.words)
        if not any(reading.is_calm(at) for reading in readings)
    ]
    return [*found, (languages[0], hits)] if hits else found


def check(text: str) -> Emergency | None:
    """Find the worst emergency a text speaks of where it does so plainly; takes under 2 ms for a message of ordinary length."""
    found = suspect(text)
    return found if found is not None and found.plain else None


def suspect(text: str) -> Emergency | None:
    """Find the worst emergency a text may speak of; it is plain where the text says any plainly."""
    found = find_all(text)
    return replace(found[0], plain=any(each.plain for each in found)) if found else None


@cache
def known_signs() -> tuple[str, ...]:
    """Name every sign of danger the rules of any language know, and every kind they can conclude."""
    concepts = {name for language in (*LANGUAGES, _ANY) for name in _rules(language).terms} - {"mask"}
    return (*sorted(concepts), *EmergencyKind)


def signs_of(text: str) -> set[str]:
    """Name the signs of danger in a text and the kinds concluded: what a model learns indirect wordings from."""
    cut = sentences(text)
    found: set[str] = set()
    for language in (*languages_of(text), _ANY):
        for sentence in cut:
            found.update(_rules(language).concepts(sentence))
    for _, hits in _phrases(languages_of(text), [_Plain(words, keys_of(words)) for words in cut]):
        found.update(hit.label for hit in hits)
    return found


class _Reading:
    """One text by the rules of one language. What a sentence's mood is matters only where a rule holds: seldom."""

    def __init__(self, rules: Lexicon, cut: Sequence[Said]) -> None:
        self._rules = rules
        self._cut = cut
        self._concepts = cache(lambda at: rules.concepts(cut[at].words))
        self._calm: dict[int, bool] = {}

    def hits(self) -> list[Hit]:
        """Apply the rules to each sentence that is not calm."""
        found: list[Hit] = []
        before: Said | None = None
        for at, sentence in enumerate(self._cut):
            if self._rules.may_hold(sentence.said, sentence.keys) and not self.is_calm(at):
                found += self._rules.hits_among(self._concepts(at), sentence.words)
            # People in a hurry write in fragments: 'Water. Through the ceiling.'
            if before is not None and len(before.said) + len(sentence.said) <= _FRAGMENTS:
                together = self._rules.may_hold([*before.said, *sentence.said], before.keys | sentence.keys)
                joined = self._rules.hits([*before.words, *sentence.words]) if together else []
                if joined and not self.is_calm(at) and not self.is_calm(at - 1):
                    found += [hit for hit in joined if hit not in found]  # heard in one of them, it is no second voice
            before = sentence
        return found

    def is_calm(self, at: int) -> bool:
        """Tell whether a sentence says nothing: a calm one, and past-tense ones after it."""
        earlier = at
        while earlier not in self._calm:
            concepts = self._concepts(earlier)
            if earlier > 0 and "past" in concepts and not concepts.keys() & {"calm", "now"}:
                earlier -= 1
            else:
                self._calm[earlier] = "calm" in concepts and "now" not in concepts
        self._calm[at] = self._calm[earlier]
        return self._calm[at]

"""Concepts in sentences: where the terms of a language stand, and the rules that some of them together fulfil."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

WINDOW = 12
_GAP = 4
"""A word after `~` is one of the next four."""
_HEAD = 3
"""Letters by which words that may go on are looked up."""
_ARABIC_FIRST = "\u0600"
_ARABIC_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ف", "ل")


@dataclass(frozen=True)
class Rule:
    """All of `needs` within `window` words of each other and none of `without` in the sentence mean `label`."""

    label: str
    needs: tuple[str, ...]
    without: tuple[str, ...]
    window: int

    @cached_property
    def needed(self) -> frozenset[str]:
        """The concepts it needs, to be looked for all at once."""
        return frozenset(self.needs)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that held, with the words that made it hold."""

    label: str
    evidence: str


class Span(NamedTuple):
    """The words of a sentence from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """What follows the first word of a term; `number` is its place among those that begin with the same word.

    `keys` are those of the words that must follow later: where one is missing in a sentence, the term need not be tried.
    """

    number: int
    concept: str
    rest: tuple[str, ...]
    keys: frozenset[str]

    @property
    def following(self) -> frozenset[str]:
        """The keys of all words that must follow the first."""
        return frozenset(_key(word) for word in self.rest if word != "~") - {""}


@dataclass(frozen=True, slots=True)
class _Start:
    """The terms that begin with a word: by the whole word that must come next, or in the next four, or by trying.

    None of the former holds in a sentence without a word of `continued`: most sentences need not be followed. `named` are
    the concepts the word alone speaks of.
    """

    alone: tuple[Term, ...]
    by_next: dict[str, list[Term]]
    by_gap: dict[str, list[Term]]
    tried: tuple[Term, ...]
    continued: frozenset[str]
    named: frozenset[str]

    def ends(self, sentence: list[str], at: int, present: frozenset[str]) -> list[tuple[int, str, int]]:
        """Return (number, concept, end) of every term that begins in a sentence before a position."""
        found = [(term.number, term.concept, at) for term in self.alone]
        found += self.longer(sentence, at, present)
        return sorted(found) if len(found) > 1 else found

    def longer(self, sentence: list[str], at: int, present: frozenset[str]) -> list[tuple[int, str, int]]:
        """Return the same of the terms of several words, in no order; the sentence has these keys."""
        likely = [*self.tried]
        if self.by_next and at < len(sentence):
            for key in _keys(sentence[at]):
                likely += self.by_next.get(key, ())
        if self.by_gap:
            near = (key for word in sentence[at : at + _GAP] for key in _keys(word))
            likely += {term.number: term for key in near for term in self.by_gap.get(key, ())}.values()
        return [
            (term.number, term.concept, end)
            for term in likely
            if term.keys <= present and (end := _follow(sentence, at, term.rest))
        ]


def _start(terms: Sequence[Term]) -> _Start | None:
    """Sort the terms that begin with a word by what must follow; nothing where there are none."""
    if not terms:
        return None
    alone, tried = [], []
    by_next: dict[str, list[Term]] = defaultdict(list)
    by_gap: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if not term.rest:
            alone.append(term)
            continue
        apart = term.rest[0] == "~"
        key = _key(term.rest[1] if apart and len(term.rest) > 1 else term.rest[0])
        if key:
            (by_gap if apart else by_next)[key].append(term)
        else:
            tried.append(term)
    named = frozenset(term.concept for term in alone)
    return _Start(tuple(alone), dict(by_next), dict(by_gap), tuple(tried), frozenset([*by_next, *by_gap]), named)


_Rest = tuple[str, tuple[str, ...], frozenset[str]]
"""A term's concept, the words after its first, and the keys of those after the next."""


@dataclass
class _Index:
    """Where the first word of a term is looked up: whole, by its beginning, or by its ending."""

    whole: dict[str, list[_Rest]] = field(default_factory=lambda: defaultdict(list))
    beginning: dict[str, list[_Rest]] = field(default_factory=lambda: defaultdict(list))
    ending: dict[str, list[_Rest]] = field(default_factory=lambda: defaultdict(list))
    inside: list[tuple[str, _Rest]] = field(default_factory=list)
    longest: int = 0

    def add(self, concept: str, term: list[str]) -> None:
        later = term[3:] if term[1:2] == ["~"] else term[2:]
        first, rest = term[0], (concept, tuple(term[1:]), frozenset(map(_key, later)) - {""})
        bare = first.strip("*")
        self.longest = max(self.longest, len(bare))
        if first.startswith("*") and first.endswith("*"):
            self.inside.append((bare, rest))
        elif first.endswith("*"):
            self.beginning[bare].append(rest)
        elif first.startswith("*"):
            self.ending[bare].append(rest)
        else:
            self.whole[bare].append(rest)

    def starting_with(self, word: str) -> Iterator[_Rest]:
        for form in _forms(word):
            yield from self.whole.get(form, ())
            for cut in range(1, min(len(form), self.longest) + 1):
                yield from self.beginning.get(form[:cut], ())
                yield from self.ending.get(form[-cut:], ())
            for part, rest in self.inside:
                if part in form:
                    yield rest


@dataclass
class Lexicon:
    """The rules of one language."""

    terms: dict[str, list[list[str]]]
    rules: list[Rule]
    whole: frozenset[str] = frozenset()

    @cached_property
    def _index(self) -> _Index:
        index = _Index()
        for concept, terms in self.terms.items():
            for term in terms:
                index.add(concept, term)
        return index

    @cached_property
    def _rules_needing(self) -> dict[str, list[int]]:
        """Number the rules by the first concept each needs: most sentences hold none of them."""
        needing: dict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(self.rules):
            needing[rule.needs[0]].append(number)
        return dict(needing)

    @cached_property
    def _starting_with(self) -> Callable[[str], _Start | None]:
        """Remember what a word begins; messages repeat their words."""
        return lru_cache(maxsize=8192)(lambda word: _start(self.terms_from(word)))

    @cached_property
    def _needed_with(self) -> Callable[[str], _Start | None]:
        """Remember what a word begins of all that a rule needs: of most words nothing."""
        needed = frozenset(chain.from_iterable(rule.needs for rule in self.rules))
        return lru_cache(maxsize=8192)(
            lambda word: _start([term for term in self.terms_from(word) if term.concept in needed])
        )

    def terms_from(self, word: str) -> list[Term]:
        """List the terms that begin with a word."""
        return [Term(number, *rest) for number, rest in enumerate(self._index.starting_with(word))]

    def concepts(self, sentence: list[str]) -> dict[str, list[Span]]:
        """Find where each concept stands in a sentence of folded words; masked words count for nothing else."""
        found: dict[str, list[Span]] = defaultdict(list)
        starts = [(at, start) for at, start in enumerate(map(self._starting_with, sentence)) if start is not None]
        if not starts:
            return found
        present = keys_of(sentence)
        for at, start in starts:
            if start.tried or not start.continued.isdisjoint(present):
                for _, concept, end in start.ends(sentence, at + 1, present):
                    found[concept].append(Span(at, end))
            else:
                for term in start.alone:
                    found[term.concept].append(Span(at, at + 1))
        _hide(found, found.pop("mask", []), frozenset())
        for name in self.whole.intersection(found):
            _hide(found, found[name], frozenset([name]))
        return found

    def may_hold(self, sentence: list[str], present: frozenset[str]) -> bool:
        """Tell whether a rule finds all it needs in a sentence with some keys, hidden words counted: in most none does."""
        seen: set[str] = set()
        for at, start in enumerate(map(self._needed_with, sentence), start=1):
            if start is not None:
                seen |= start.named
                if start.tried or not start.continued.isdisjoint(present):
                    seen.update(concept for _, concept, _ in start.longer(sentence, at, present))
        return any(self.rules[at].needed <= seen for name in seen for at in self._rules_needing.get(name, ()))

    def hits(self, sentence: list[str], present: frozenset[str] | None = None) -> list[Hit]:
        """Find every rule that holds in a sentence, as written in the file, calm sentences left out.

        `present` are its keys, where they are known.
        """
        may_hold = self.may_hold(sentence, keys_of(sentence) if present is None else present)
        return self.hits_among(self.concepts(sentence), sentence) if may_hold else []

    def hits_among(self, found: dict[str, list[Span]], sentence: list[str]) -> list[Hit]:
        """Find every rule that holds for concepts found in a sentence."""
        possible = sorted(number for name in found for number in self._rules_needing.get(name, ()))
        return [
            Hit(rule.label, " ".join(sentence[span.start : span.end]))
            for rule in map(self.rules.__getitem__, possible)
            if not any(name in found for name in rule.without) and (span := _together(rule, found))
        ]


def _forms(word: str) -> tuple[str, ...]:
    """Name a word and, in Arabic script, what remains when articles and prepositions written together are cut off."""
    if not _ARABIC_FIRST <= word[0] <= "\u06ff":
        return (word,)
    bare = (word[len(prefix) :] for prefix in _ARABIC_PREFIXES if word.startswith(prefix))
    return tuple(dict.fromkeys([word, *(form for form in bare if len(form) >= 2)]))


@lru_cache(maxsize=8192)
def _keys(word: str) -> tuple[str, ...]:
    """Name what a word of a term is looked up by: the whole word, and its first letters for one that may go on."""
    forms = _forms(word)
    return (*forms, *(f"{form[:_HEAD]}*" for form in forms))


def keys_of(sentence: list[str]) -> frozenset[str]:
    """Name all that the words of a sentence are looked up by."""
    return frozenset(chain.from_iterable(map(_keys, sentence)))


def _key(pattern: str) -> str:
    """Name the key a word of a term is found under; none where any word may begin it."""
    if "*" not in pattern:
        return pattern if pattern != "~" else ""
    begins = not pattern.startswith("*") and len(pattern) > _HEAD
    return f"{pattern[:_HEAD]}*" if begins else ""


def _hide(found: dict[str, list[Span]], hiding: list[Span], spared: frozenset[str]) -> None:
    """Forget the words under some spans, except for the concepts spared."""
    hidden = {at for span in hiding for at in range(span.start, span.end)}
    if not hidden:
        return
    for name in [name for name in found if name not in spared]:
        found[name] = [span for span in found[name] if hidden.isdisjoint(range(span.start, span.end))]
        if not found[name]:
            del found[name]


def _is(word: str, pattern: str) -> bool:
    """Compare one word with one word of a term."""
    if word[0] < _ARABIC_FIRST and "*" not in pattern:
        return word == pattern
    bare = pattern.strip("*")
    for form in _forms(word):
        if pattern.startswith("*"):
            if form.endswith(bare) or (pattern.endswith("*") and bare in form):
                return True
        elif form.startswith(bare) if pattern.endswith("*") else form == bare:
            return True
    return False


def _follow(sentence: list[str], at: int, rest: tuple[str, ...]) -> int:
    """Find where the rest of a term ends when it continues at a position, or 0."""
    if not rest:
        return at
    if rest[0] == "~":
        ends = (_follow(sentence, start, rest[1:]) for start in range(at, min(at + _GAP, len(sentence))))
        return next((end for end in ends if end), 0)
    if at < len(sentence) and _is(sentence[at], rest[0]):
        return _follow(sentence, at + 1, rest[1:])
    return 0


def _together(rule: Rule, found: dict[str, list[Span]]) -> Span | None:
    """Find the stretch of words in which all concepts of a rule stand together."""
    if not found.keys() >= rule.needed:
        return None
    for anchor in found[rule.needs[0]]:
        near = [anchor]
        for name in rule.needs[1:]:
            beside = [span for span in found[name] if _distance(span, anchor) <= rule.window]
            if not beside:
                break
            near.append(min(beside, key=lambda span: _distance(span, anchor)))
        else:
            return Span(min(span.start for span in near), max(span.end for span in near))
    return None


def _distance(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)

"""The articles of one audience in one language, and how they are compared with a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledgebase.article import Article, Audience
from knowledgebase.block import Block
from knowledgebase.comparison import Comparison, Likeness, Profile, Rarity, Vectors, lexical
from knowledgebase.features import Features, features_of, text_features
from knowledgebase.plain import headings, plain_text
from knowledgebase.spelling import Speller
from knowledgebase.vocabulary import unanswered
from knowledgebase.words import Item, Words, listed_words, read_words

FRESH_LIMIT = 200
# Words this long are the same word if at most about one letter in five differs.
SPELLED_ALIKE = 0.6
# How much a light word counts beside another.
LIGHT = 0.2
# What this share of the phrases of an article speaks of is its theme.
THEME = 0.6


class Encoder(Protocol):
    """What turns texts into vectors of meaning; handed in by the application, absent on a small machine."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Give one row of numbers a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found: `score` is how alike, `coverage` how much of the question it speaks of, both 0 to 1.

    `phrase` is the title or phrasing that was nearest, `alike` how alike it is, `support` the second nearest, `told` whether the
    text of no other article has more of the question, `theme` the share of the article's theme that the question names,
    `heart` how much of the question the article speaks of in its phrases, summary and headings.
    `unknown` are the words of the question the article has not, `decoy` how alike the nearest text is that no article
    answers (`vocabulary/unanswered.txt`), `words` how many words the question has.
    """

    article: Article
    score: float
    coverage: float
    phrase: str
    heart: float = 0.0
    alike: float = 0.0
    support: float = 0.0
    told: bool = False
    theme: float = 1.0
    unknown: tuple[str, ...] = ()
    decoy: float = 0.0
    words: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """An article read: the phrases it is asked by, what they are compared by, every stem and concept it speaks of.

    `theme` is what most of its phrases speak of, with the share that do: a question without it is seldom meant for it.
    `heart` are the stems and concepts of its phrases, summary and headings, without those said only in passing.
    """

    article: Article
    phrases: tuple[str, ...]
    profile: Profile
    stems: frozenset[str]
    concepts: frozenset[str]
    theme: Mapping[str, float]
    heart: frozenset[str]


class _Batch:
    """Entries that were made comparable together."""

    def __init__(self, entries: Sequence[_Entry], rarity: Rarity | None = None) -> None:
        self.entries = tuple(entries)
        profiles = [entry.profile for entry in entries]
        self.rarity = rarity or Rarity(profiles)
        self.comparison = Comparison(profiles, self.rarity)


class _Decoys:
    """Texts that no article answers, compared by the rarity of words among the articles."""

    def __init__(self, texts: Sequence[Features], rarity: Rarity) -> None:
        self._words = Block([text.words for text in texts], rarity.of_word)
        self._letters = Block([text.letters for text in texts], rarity.of_letters)

    def nearest(self, question: Features) -> float:
        """Tell how alike the nearest of them is, 0 to 1, as phrases of articles are compared."""
        return float(lexical(self._words, self._letters, question).max(initial=0.0))


class Shelf:
    """Articles of one audience and language.

    Most live in a large batch made rarely, the newest in a small one made anew at each change: adding an article costs
    the same among five thousand as among fifty. Rarity of words is taken anew with each large batch.
    """

    def __init__(self, audience: Audience, language: str, encoder: Encoder | None) -> None:
        self._language = language
        self._encoder = encoder
        self._entries: dict[str, _Entry] = {}
        self._speller = Speller(listed_words(language))
        self._settled = _Batch(())
        self._fresh = _Batch(())
        self._unanswered = [features_of(read_words(text, language)) for text in unanswered(audience, language)]
        self._decoys = _Decoys(self._unanswered, self._settled.rarity)

    def put(self, articles: Sequence[Article]) -> None:
        """Add articles, or take their new text for the old one."""
        entries = [self._read(article) for article in articles]
        self._entries.update((entry.article.key, entry) for entry in entries)
        waiting = [entry for entry in self._fresh.entries if self._is_current(entry)] + entries
        if len(waiting) > FRESH_LIMIT or len(waiting) > len(self._settled.entries):
            self._settled, self._fresh = _Batch(tuple(self._entries.values())), _Batch(())
            self._decoys = _Decoys(self._unanswered, self._settled.rarity)
        else:
            self._fresh = _Batch(waiting, self._settled.rarity)

    def remove(self, key: str) -> None:
        """Take an article off the shelf."""
        self._entries.pop(key, None)

    def search(self, question: str, limit: int) -> list[Hit]:
        """List the nearest articles, best first."""
        words = read_words(question, self._language, self._speller.put_right)
        vector = self._encode([question])[0] if self._encoder else None
        features = features_of(words)
        found: list[tuple[Likeness, _Entry]] = []
        for batch in (self._settled, self._fresh):
            alike = (
                (likeness, batch.entries[likeness.place]) for likeness in batch.comparison.compare(features, vector)
            )
            found.extend(islice((one for one in alike if self._is_current(one[1])), limit))
        found.sort(key=lambda one: (-one[0].score, one[1].article.key))
        decoy = self._decoys.nearest(features)
        return [self._hit(entry, likeness, words, decoy) for likeness, entry in found[:limit]]

    def _is_current(self, entry: _Entry) -> bool:
        return self._entries.get(entry.article.key) is entry

    def _hit(self, entry: _Entry, likeness: Likeness, words: Words, decoy: float) -> Hit:
        asked = met = at_heart = 0.0
        unknown = []
        for item, weight in self._weighted(words):
            share = _spoken_of(item, entry)
            asked += weight
            met += share * weight
            at_heart += weight if any(name in entry.heart for name in _names(item) or [item.stem]) else 0.0
            if not share and not item.light:
                unknown.append(item.stem)
        return Hit(
            article=entry.article,
            score=likeness.score,
            coverage=met / asked if asked else 0.0,
            heart=at_heart / asked if asked else 0.0,
            phrase=entry.phrases[likeness.phrase],
            alike=likeness.alike,
            support=likeness.support,
            told=likeness.told,
            theme=_met(entry.theme, words),
            unknown=tuple(unknown),
            decoy=decoy,
            words=len(words.typed),
        )

    def _weighted(self, words: Words) -> Iterator[tuple[Item, float]]:
        """Weigh each thing a question speaks of, once, by how rare it is among the articles."""
        rarity = self._settled.rarity
        for item in dict.fromkeys(words.items):
            yield item, max(rarity.of_word(name) for name in _names(item) or [item.stem]) * (LIGHT if item.light else 1)

    def _read(self, article: Article) -> _Entry:
        phrases = (article.title, *article.phrasings)
        read = [read_words(phrase, self._language) for phrase in phrases]
        for words in read:
            self._speller.learn(words.typed)
        heart = read_words("\n".join([article.summary, *headings(article.body_markdown)]), self._language)
        body = read_words(f"{article.summary}\n{plain_text(article.body_markdown)}", self._language)
        return _Entry(
            article=article,
            phrases=phrases,
            profile=Profile(
                phrases=tuple(features_of(words) for words in read),
                body=text_features(body),
                vectors=self._encode(list(phrases)) if self._encoder else None,
                gist=self._encode([f"{article.title}. {article.summary}"]) if self._encoder else None,
            ),
            stems=frozenset(one for words in (*read, body) for one in words.stems),
            concepts=frozenset(concept for words in (*read, body) for concept in words.concepts),
            theme=_theme(read),
            heart=frozenset(
                name for words in (*read, heart) for item in words.items for name in (item.stem, *_names(item))
            ),
        )

    def _encode(self, texts: list[str]) -> Vectors:
        assert self._encoder is not None
        # A text without a word the encoder knows may come back as not-a-number.
        rows = np.nan_to_num(np.asarray(self._encoder.encode(texts), dtype=np.float32))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


def _spoken_of(item: Item, entry: _Entry) -> float:
    """Tell how surely an article speaks of a thing: by its concept or word 1, by a word spelled much alike 0.8.

    Where a thing stands for a concept only that counts: 'rent out' is not spoken of where there is 'rent'.
    """
    if item.concepts:
        return 1.0 if item.concepts & entry.concepts else 0.0
    if item.stem in entry.stems:
        return 1.0
    return 0.8 if any(_alike(item.stem, one) for one in entry.stems) else 0.0


def _met(theme: Mapping[str, float], words: Words) -> float:
    """Tell what share of a theme a question names; an article without a theme is always met."""
    named = {name for item in words.items for name in (item.stem, *_names(item))}
    total = sum(theme.values())
    return sum(share for name, share in theme.items() if name in named) / total if total else 1.0


def _theme(phrases: Sequence[Words]) -> dict[str, float]:
    counts = Counter(name for words in phrases for name in {name for item in words.items for name in _names(item)})
    return {name: count / len(phrases) for name, count in counts.items() if count >= THEME * len(phrases) and count > 1}


def _names(item: Item) -> Iterable[str]:
    """Name a thing by its concepts, or by its stem where it has none; light ones have no name."""
    return [f"={concept}" for concept in item.concepts] or ([] if item.light else [item.stem])


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> bool:
    if len(one) < 4 or abs(len(one) - len(other)) > 2 or one.isdigit():
        return False
    pairs, others = _letter_pairs(one), _letter_pairs(other)
    return 2 * len(pairs & others) / (len(pairs) + len(others)) >= SPELLED_ALIKE


@lru_cache(maxsize=20_000)
def _letter_pairs(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))

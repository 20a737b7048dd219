"""Compare a question with the phrases of many articles by words, letters and, where there is an encoder, meaning."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledgebase.block import Block, Scores
from knowledgebase.features import Features, rarity

Vectors = npt.NDArray[np.float32]

LETTERS_SHARE = 0.3
MEANING_SHARE = 0.3
# An article asked for in several of its phrases is likelier than one met by chance in a single phrase.
SECOND_SHARE = 0.5
BODY_SHARE = 0.5
NEXT_PHRASES = 2
# How many articles are looked at closely before it is asked whether any other can still be nearer.
AT_ONCE = 32
# How much the meaning of what an article says in one sentence counts beside its phrases.
GIST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Profile:
    """An article as it is compared: the features of each phrase it is asked by and of its text.

    Where there is an encoder, `vectors` are the meanings of the phrases, `gist` that of its title and summary.
    """

    phrases: tuple[Features, ...]
    body: Features
    vectors: Vectors | None = None
    gist: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike an article is, 0 to 1: the place of the article, the score, and the place of its nearest phrase.

    `alike` is how alike that phrase is, `support` the second; `told` whether no other article's text has more of the
    question.
    """

    place: int
    score: float
    phrase: int
    alike: float
    support: float
    told: bool


def lexical(words: Block, letters: Block, question: Features) -> Scores:
    """Compare a question with phrases by their words and their letters."""
    blended = (1 - LETTERS_SHARE) * words.compare(question.words) + LETTERS_SHARE * letters.compare(question.letters)
    return np.asarray(blended, dtype=np.float32)


def _cosines(rows: Vectors, vector: Vectors) -> Scores:
    """Compare unit vectors, 0 to 1: in this thread alone, for several threads of BLAS wait for one another on a busy machine."""
    return np.asarray(np.clip(np.einsum("ij,j->i", rows, vector), 0, 1), dtype=np.float32)


class Rarity:
    """How much each feature tells, from the number of articles that have it."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._articles = len(profiles)
        self._words: Counter[str] = Counter()
        self._letters: Counter[str] = Counter()
        for profile in profiles:
            self._words.update({name for phrase in profile.phrases for name in phrase.words} | set(profile.body.words))
            self._letters.update({name for phrase in profile.phrases for name in phrase.letters})

    def of_word(self, name: str) -> float:
        """Weigh a word, a pair of words or a concept."""
        return rarity(self._articles, self._words[name])

    def of_letters(self, name: str) -> float:
        """Weigh a run of letters."""
        return rarity(self._articles, self._letters[name])


class Comparison:
    """A fixed set of articles that a question can be compared with."""

    def __init__(self, profiles: Sequence[Profile], weigh: Rarity) -> None:
        phrases = [phrase for profile in profiles for phrase in profile.phrases]
        sizes = [len(profile.phrases) for profile in profiles]
        self._size = len(profiles)
        self._starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self._words = Block([phrase.words for phrase in phrases], weigh.of_word)
        self._letters = Block([phrase.letters for phrase in phrases], weigh.of_letters)
        self._bodies = Block([profile.body.words for profile in profiles], weigh.of_word)
        vectors = [profile.vectors for profile in profiles if profile.vectors is not None and profile.vectors.size]
        self._vectors = np.concatenate(vectors) if vectors else None
        gists = [profile.gist for profile in profiles if profile.gist is not None and profile.gist.size]
        self._gists = np.concatenate(gists) if gists else None

    def compare(self, question: Features, vector: Vectors | None = None) -> Iterator[Likeness]:
        """Give the likeness of every article that has anything in common with a question, best first."""
        if not self._size:
            return
        by_phrase = self._by_phrase(question, vector)
        by_text = self._bodies.compare(question.words)
        best = np.maximum.reduceat(by_phrase, self._starts[:-1])
        rest = BODY_SHARE * by_text
        most = 1 + SECOND_SHARE + BODY_SHARE
        if vector is not None and self._gists is not None:
            rest += GIST_SHARE * _cosines(self._gists, vector)
            most += GIST_SHARE
        most_told = by_text.max()
        for place, score in self._ranked(by_phrase, best, rest):
            phrases = by_phrase[self._starts[place] : self._starts[place + 1]]
            order = np.argsort(-phrases, kind="stable")
            support = float(phrases[order[1]]) if len(order) > 1 else 0.0
            told = bool(by_text[place] >= most_told)
            yield Likeness(place, score / most, int(order[0]), float(phrases[order[0]]), support, told)

    def _ranked(self, by_phrase: Scores, best: Scores, rest: Scores) -> Iterator[tuple[int, float]]:
        """Give places with their scores, best first, looking at all phrases only of those that may come next.

        The next nearest phrases of an article are no nearer than its nearest: what it can reach at most is known before.
        """
        reach = (1 + SECOND_SHARE) * best + rest
        waiting = np.flatnonzero(reach > 0)
        waiting = waiting[np.argsort(-reach[waiting], kind="stable")]
        ready: list[tuple[float, int]] = []
        for start in range(0, len(waiting), AT_ONCE):
            for place in waiting[start : start + AT_ONCE].tolist():
                heapq.heappush(ready, (-float(best[place] + rest[place] + self._second(by_phrase, place)), place))
            following = float(reach[waiting[start + AT_ONCE]]) if start + AT_ONCE < len(waiting) else 0.0
            while ready and -ready[0][0] >= following:
                score, place = heapq.heappop(ready)
                yield place, -score

    def _second(self, by_phrase: Scores, place: int) -> float:
        """Give how alike the next nearest phrases of an article are: many phrases must not thin out a good one."""
        here = np.sort(by_phrase[self._starts[place] : self._starts[place + 1]])[::-1]
        lower = here[here < here[0]][:NEXT_PHRASES] if len(here) else here
        return SECOND_SHARE * float(lower.sum()) / NEXT_PHRASES

    def _by_phrase(self, question: Features, vector: Vectors | None) -> Scores:
        by_letter = lexical(self._words, self._letters, question)
        if vector is None or self._vectors is None:
            return by_letter
        meaning = _cosines(self._vectors, vector)
        return np.asarray((1 - MEANING_SHARE) * by_letter + MEANING_SHARE * meaning, dtype=np.float32)

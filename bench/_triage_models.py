"""What bench/triage.py learns models with: the columns of a text that no model changes are worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from classifiers import bands
from classifiers.concepts import Concepts, known_names
from classifiers.encoder import Encoder
from classifiers.examples import Example, texts_of
from classifiers.features import FEWEST, KINDS, LIMITS, Floats, Matrix, prepared
from classifiers.labels import Queue, queue_of
from classifiers.linear import Head, softmax

QUEUES = tuple(str(queue) for queue in Queue)


@dataclass
class Columns:
    """The columns of texts that are the same whatever a model learned from, each text's worked out once."""

    encoder: Encoder
    concepts: Concepts | None = field(default_factory=lambda: Concepts(known_names()))
    known: dict[str, Floats] = field(default_factory=dict)

    def of(self, texts: Sequence[str]) -> Matrix:
        """Give each text its row."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self.known))
        if fresh:
            parts = [self.concepts.of(fresh)] if self.concepts else []
            self.known.update(zip(fresh, np.hstack([*parts, self.encoder.encode(fresh)]), strict=True))
        return sparse.csr_matrix(np.vstack([self.known[text] for text in texts]))


@dataclass
class Counts:
    """How often each text has each word and group of letters, counted once.

    `weighed` gives what `Features.learn` and `Features.of` give; a benchmark learns from the same texts again and again.
    """

    texts: dict[str, int]
    counts: list[tuple[Matrix, int]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Counts:
        """Count words and letters of texts."""
        each = list(dict.fromkeys(texts))
        folded = [prepared(text) for text in each]
        found = []
        for kind, limit in LIMITS.items():
            counter = CountVectorizer(**KINDS[kind], lowercase=False, dtype=np.float32)
            found.append((counter.fit_transform(folded).tocsc(), limit))
        return cls({text: at for at, text in enumerate(each)}, found)

    def weighed(self, learned: Sequence[str], asked: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Choose and weigh the words and letters of some texts; returns their rows, and those of others."""
        rows, others = [self.texts[text] for text in learned], [self.texts[text] for text in asked]
        parts: list[tuple[Matrix, Matrix]] = []
        for counts, limit in self.counts:
            seen = counts.tocsr()[rows]
            often, total = seen.getnnz(axis=0), np.asarray(seen.sum(axis=0)).ravel()
            chosen = np.flatnonzero(often >= FEWEST)
            if len(chosen) > limit:
                chosen = np.sort(chosen[np.argsort(-total[chosen], kind="stable")[:limit]])
            rare = np.log((1 + len(rows)) / (1 + often[chosen])) + 1
            kept = counts[:, chosen].tocsr()
            parts.append((_weighed(kept[rows], rare), _weighed(kept[others], rare)))
        return _joined([each for each, _ in parts]), _joined([each for _, each in parts])


def _weighed(counts: Matrix, rare: NDArray[np.float64]) -> Matrix:
    weights = counts.copy()
    weights.data = np.log(weights.data) + 1
    return normalize(weights.multiply(rare.astype(np.float32)).tocsr())


def _joined(parts: Sequence[Matrix]) -> Matrix:
    return sparse.hstack(parts, format="csr", dtype=np.float32) * np.float32(np.sqrt(0.5))


@dataclass
class Lesson:
    """What a head of topics made of texts it had not seen: the classifier without its gate."""

    labels: tuple[str, ...]
    scores: Floats

    @classmethod
    def learn(
        cls, counts: Counts, columns: Columns, texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]
    ) -> Lesson:
        """Learn the labels of texts, as `classifiers.training.learn` does, and score others."""
        known, unknown = counts.weighed(texts, asked)
        head = Head.learn(_beside(known, columns.of(texts)), labels)
        return cls(head.labels, head.scores(_beside(unknown, columns.of(asked))))

    @classmethod
    def of_examples(cls, counts: Counts, columns: Columns, examples: Sequence[Example], asked: Sequence[str]) -> Lesson:
        """Learn the topics of examples and score other texts."""
        return cls.learn(counts, columns, texts_of(examples), [example.topic for example in examples], asked)

    @property
    def queues(self) -> Floats:
        """Give the texts the probabilities of their queues."""
        groups = np.array([QUEUES.index(str(queue_of(label))) for label in self.labels])
        return bands.sum_groups(softmax(self.scores), groups)

    @property
    def said(self) -> list[str]:
        """Name the likeliest label of each text."""
        return [self.labels[at] for at in self.scores.argmax(axis=1)]


def _beside(words: Matrix, meanings: Matrix) -> Matrix:
    return sparse.hstack([words, meanings], format="csr", dtype=np.float32)


def by_tfidf(texts: Sequence[str], queues: Sequence[str], asked: Sequence[str]) -> Floats:
    """Give texts the probabilities of their queues by TF-IDF of words and logistic regression, and nothing else."""
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    model = LogisticRegression(C=10.0, max_iter=400, class_weight="balanced")
    model.fit(vectorizer.fit_transform(texts), queues)
    found = np.zeros((len(asked), len(QUEUES)), dtype=np.float32)
    found[:, [QUEUES.index(str(label)) for label in model.classes_]] = model.predict_proba(vectorizer.transform(asked))
    return found

"""The whole way of a text: emergency gate, then the model, then what may be done with its answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from classifiers import bands, emergencies
from classifiers.asking import needs_work
from classifiers.classifier import UNCLASSIFIED, Band, Classifier, Matter, Triage
from classifiers.columns import DANGER, Columns, Rows
from classifiers.concepts import Concepts, words_of
from classifiers.emergencies import Emergency, EmergencyKind
from classifiers.encoder import Encoder, EncoderUnusable, open_encoder
from classifiers.features import Features, Floats, Matrix
from classifiers.labels import TOPICS, Priority, Queue, queue_of
from classifiers.language import guess
from classifiers.linear import Head
from classifiers.matters import pieces_of
from classifiers.meanings import Meanings
from classifiers.prediction import Alternative, Prediction
from classifiers.store import ModelUnusable, StoredModel
from classifiers.store import load as load_stored
from classifiers.training import KIND, YES, shipped_for
from classifiers.wording import shown

log = logging.getLogger(__name__)

_QUEUES = tuple(Queue)
_HIGH = 0.4
"""Above this probability a message is treated as high priority: a miss costs more than a false one."""
_LOW = 0.6
_TASK = 0.5
_SURE_OF_A_PIECE = 0.8
_NO_MATTER = frozenset({"thanks", "house-rules", *(topic for topic in TOPICS if queue_of(topic) is Queue.OTHER)})
_RANK = {priority: rank for rank, priority in enumerate(Priority)}
_WORDS_SHOWN_FROM = 16
_HEADS = ("topic", "priority", DANGER, KIND, "task")


class Cascade:
    """A trained classifier behind the emergency gate."""

    trouble = ""

    def __init__(self, model: StoredModel, encoder: Encoder) -> None:
        self._features = Features.restore(model.arrays)
        self._heads = {name: Head.restore(model.arrays, name) for name in _HEADS}
        concepts = Concepts(cast("str", model.arrays["concepts"]).split("\n"))
        self._columns = Columns(concepts, Meanings(cast("str", model.arrays["meanings"]).split("\n")), encoder)
        self._terms = [*self._features.terms(), *(f"[{name}]" for name in concepts.names)]
        thresholds = cast("dict[str, Any]", model.facts["thresholds"])
        self._silent = {str(name): float(value) for name, value in thresholds["silent"].items()}
        self._suggest = float(thresholds["suggest"])
        self._alarm = bands.Alarm.read(thresholds)
        self._groups = np.array([_QUEUES.index(queue_of(label)) for label in self._heads["topic"].labels])
        self._check()

    def _check(self) -> None:
        """Try one text, so that a model whose parts do not fit is refused when it is loaded."""
        self.triage(["water"])

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Give each text its topic, with the topics that were considered."""
        if not texts:
            return []
        rows = self._rows(texts).matter
        chances = self._heads["topic"].probabilities(rows)
        return [self._prediction(text, rows[at], chances[at]) for at, text in enumerate(texts)]

    def triage(self, texts: Sequence[str]) -> list[Triage]:
        """Give each text its topic, queue, priority and emergency."""
        if not texts:
            return []
        found = self._whole(texts)
        pieces = [pieces_of(text) for text in texts]
        several = [at for at, cut in enumerate(pieces) if len(cut) > 1]
        told_apart = self._whole([piece for at in several for piece in pieces[at]]) if several else []
        start = 0
        for at in several:
            end = start + len(pieces[at])
            found[at] = _with_matters(found[at], pieces[at], told_apart[start:end])
            start = end
        return found

    def _whole(self, texts: Sequence[str]) -> list[Triage]:
        """Triage each text as if it spoke of one matter."""
        rows = self._rows(texts)
        chances = {name: head.probabilities(rows.of(name)) for name, head in self._heads.items()}
        queues = bands.sum_groups(chances["topic"], self._groups)
        found = []
        for at, text in enumerate(texts):
            answers = {name: chances[name][at] for name in _HEADS}
            found.append(self._triage_one(text, rows.matter[at], answers, queues[at]))
        return found

    def _rows(self, texts: Sequence[str]) -> Rows:
        return self._columns.with_words(self._features, texts)

    def _prediction(self, text: str, row: Matrix, chances: Floats) -> Prediction:
        labels = self._heads["topic"].labels
        order = np.argsort(-chances, kind="stable")
        topic = labels[order[0]]
        return Prediction(
            label=topic,
            confidence=float(chances[order[0]]),
            evidence=self._evidence(text, row, topic),
            alternatives=tuple(Alternative(labels[at], float(chances[at])) for at in order[1:6]),
        )

    def _triage_one(self, text: str, row: Matrix, answers: dict[str, Floats], queues: Floats) -> Triage:
        queue = _QUEUES[int(queues.argmax())]
        topic = self._best_topic(answers["topic"], queue)
        confidence = float(queues.max())
        alternatives = tuple(Alternative(_QUEUES[at], float(queues[at])) for at in np.argsort(-queues, kind="stable"))
        band = bands.band_of(queue, confidence, self._silent, self._suggest)
        evidence = self._evidence(text, row, topic)
        emergency = self._emergency(text, answers, evidence)
        triage = Triage(
            topic=topic,
            queue=queue,
            priority=self._priority(answers["priority"]),
            confidence=confidence,
            band=band,
            alternatives=alternatives,
            evidence=evidence,
            needs_task=self._needs_task(text, queue, answers["task"]),
            language=guess(text),
        )
        return _raised(triage, emergency) if emergency else triage

    def _needs_task(self, text: str, queue: Queue, chances: Floats) -> bool:
        """Believe what the words say of a repair; ask the model where they do not tell, and for every other matter."""
        if queue is Queue.OTHER:
            return False
        told = needs_work(text) if queue is Queue.MAINTENANCE else None
        return self._chance("task", YES, chances) >= _TASK if told is None else told

    def _best_topic(self, chances: Floats, queue: Queue) -> str:
        labels = self._heads["topic"].labels
        inside = [at for at, label in enumerate(labels) if queue_of(label) is queue]
        return labels[max(inside, key=lambda at: chances[at])]

    def _emergency(self, text: str, answers: dict[str, Floats], evidence: tuple[str, ...]) -> Emergency | None:
        """Weigh what the rules heard with the chance of danger; where they heard nothing, the model names the kind."""
        told = emergencies.find_all(text)
        if not self._alarm.rings(told, self._chance(DANGER, YES, answers[DANGER])):
            return None
        kinds = self._heads[KIND].labels
        likeliest = EmergencyKind(kinds[int(answers[KIND].argmax())])
        return told[0] if told else Emergency(likeliest, evidence, found_by="model")

    def _priority(self, chances: Floats) -> Priority:
        if self._chance("priority", Priority.HIGH, chances) >= _HIGH:
            return Priority.HIGH
        return Priority.LOW if self._chance("priority", Priority.LOW, chances) >= _LOW else Priority.NORMAL

    def _chance(self, head: str, label: str, chances: Floats) -> float:
        labels = self._heads[head].labels
        return float(chances[labels.index(label)]) if label in labels else 0.0

    def _evidence(self, text: str, row: Matrix, topic: str) -> tuple[str, ...]:
        spoken = {f"[{name}]": words for name, words in words_of(text).items()}
        best: list[str] = []
        for at, _ in self._heads["topic"].push(row, topic)[:_WORDS_SHOWN_FROM]:
            if at < len(self._terms):
                best += spoken.get(self._terms[at], [self._terms[at]])
        return shown(text, best)


class Unclassified:
    """The classifier of a desk whose model cannot be used: the emergency gate, and a person for everything else."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Say of each text that nothing is known."""
        return [Prediction(UNCLASSIFIED, 0.0) for _ in texts]

    def triage(self, texts: Sequence[str]) -> list[Triage]:
        """Send each text to a person at the front desk, emergencies marked."""
        return [unclassified(text) for text in texts]


def unclassified(text: str) -> Triage:
    """Triage one text by the emergency gate alone."""
    triage = Triage(UNCLASSIFIED, Queue.FRONT_DESK, Priority.NORMAL, 0.0, Band.ASK, language=guess(text))
    told = emergencies.find_all(text)
    return _raised(triage, told[0]) if told else triage


def load(path: Path | None = None, *, encoder: str = "") -> Classifier:
    """Load a trained classifier, the one that ships by default, with an encoder by name, the best installed by default.

    A model that cannot be used gives a classifier that knows emergencies only and says in `trouble` what is wrong.
    """
    try:
        return load_or_refuse(path, encoder=open_encoder(encoder))
    except (ModelUnusable, EncoderUnusable) as unusable:
        log.warning("Triage runs without a model: %s", unusable)
        return Unclassified(str(unusable))


def load_or_refuse(path: Path | None = None, *, encoder: Encoder | None = None) -> Cascade:
    """Load a trained classifier; raise ModelUnusable with a sentence for the staff banner."""
    encoder = encoder or open_encoder()
    path = path or shipped_for(encoder.name)
    stored = load_stored(path, encoder=encoder.name, encoder_sha256=encoder.sha256)
    try:
        return Cascade(stored, encoder)
    except (KeyError, ValueError, TypeError, IndexError) as mistake:
        raise ModelUnusable(f"The classifier {path.name} is incomplete; train or roll back.") from mistake


def _with_matters(whole: Triage, pieces: Sequence[str], told_apart: Sequence[Triage]) -> Triage:
    """Add the matters of single pieces that the whole was not filed under; the most urgent one files the message."""
    matters: dict[str, Matter] = {}
    first = whole
    for piece, triage in zip(pieces, told_apart, strict=True):
        sure = triage.confidence >= _SURE_OF_A_PIECE and triage.band is not Band.ASK
        if not sure or triage.topic in _NO_MATTER or triage.emergency:
            continue
        known = matters.get(triage.topic)
        matters[triage.topic] = Matter(
            triage.topic,
            triage.queue,
            max(triage.confidence, known.confidence if known else 0.0),
            f"{known.text} {piece}" if known else piece,
            triage.needs_task or (known is not None and known.needs_task),
        )
        if not whole.emergency and triage.needs_task and _RANK[triage.priority] > _RANK[first.priority]:
            first = replace(whole, topic=triage.topic, queue=triage.queue, priority=triage.priority, needs_task=True)
    others = tuple(matter for topic, matter in matters.items() if topic != first.topic)
    return replace(first, matters=others)


def _raised(triage: Triage, emergency: Emergency) -> Triage:
    """File a message under its emergency: urgent, routed at once, never lowered by what the model thought."""
    same_queue = triage.queue is emergency.queue and triage.topic != UNCLASSIFIED
    return Triage(
        topic=triage.topic if same_queue else emergency.topic,
        queue=emergency.queue,
        priority=Priority.URGENT,
        confidence=triage.confidence if same_queue else 1.0,
        band=Band.SILENT,
        alternatives=triage.alternatives,
        evidence=emergency.evidence or triage.evidence,
        emergency=emergency,
        needs_task=emergency.needs_task,
        matters=triage.matters,
        language=triage.language,
    )

"""Learning from files and corrections: a candidate is trained, judged beside the present classifier, and takes over or is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from classifiers import emergencies
from classifiers.cascade import Cascade
from classifiers.classifier import Classifier
from classifiers.encoder import Encoder, EncoderUnusable, open_encoder
from classifiers.examples import Example
from classifiers.labels import TOPICS, Priority, Queue, needs_task
from classifiers.language import guess
from classifiers.store import ModelUnusable, StoredModel, read_facts
from classifiers.training import TooFewExamples, shipped_for, train
from hub.domain.learning import FrozenScore, why_refused
from hub.errors import Refused
from hub.services.triage.classifier_files import ClassifierFiles
from hub.services.triage.labelled import Labelled


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning: the candidate's and the present classifier's scores, and why the candidate was refused, if it was."""

    examples: int
    candidate: FrozenScore
    present: FrozenScore
    refusal: str


def learn(
    files: ClassifierFiles,
    classifier: Classifier,
    starting: Sequence[Example],
    labelled: Sequence[Labelled],
    *,
    encoder: str = "",
) -> Lesson:
    """Train a candidate on the starting examples and on labelled messages; install it if it passes the gate.

    The starting examples are the frozen test: each is judged by heads that were trained without it. Without a name the
    best encoder that is installed is used. Raises `Refused` where there is too little to learn from.
    """
    try:
        opened = open_encoder(encoder)
    except EncoderUnusable as unusable:
        raise Refused(f"Nothing was learned: {unusable}") from unusable
    examples = [*starting, *make_examples(labelled, classifier)]
    try:
        # The matrices are small: threads would only wait for one another, and for the workers beside them.
        with threadpool_limits(1):
            model = train(examples, encoder=opened, frozen=starting)
            candidate = FrozenScore.read(model.facts)
            present = _present_score(files, starting, candidate, opened)
    except TooFewExamples as few:
        raise Refused(f"Nothing was learned: {few}") from few
    if candidate is None or present is None:
        raise Refused("Nothing was learned: without starting examples there is nothing to judge a candidate by.")
    refusal = why_refused(candidate, present)
    if not refusal:
        _check_works(model, opened)
        files.install(model)
    return Lesson(len(set(examples)), candidate, present, refusal)


def make_examples(labelled: Sequence[Labelled], classifier: Classifier) -> list[Example]:
    """Turn labelled messages into examples; where only the queue is known, the likeliest topic of that queue is taken."""
    thoughts = classifier.predict([row.text for row in labelled])
    examples = []
    for row, thought in zip(labelled, thoughts, strict=True):
        likely = [thought.label, *(each.label for each in thought.alternatives)]
        topic = row.topic or _first_of(row.queue, likely)
        # A message the rules call an emergency is never learned as a calm one.
        danger = None if row.emergency else emergencies.check(row.text)
        examples.append(
            Example(
                text=row.text,
                topic=topic,
                priority=row.priority or Priority.NORMAL,
                language=row.language or guess(row.text),
                emergency=row.emergency or (str(danger.kind) if danger else ""),
                needs_task=needs_task(topic),
            )
        )
    return examples


def _first_of(queue: Queue, topics: Sequence[str]) -> str:
    inside = [slug for slug, topic in TOPICS.items() if topic.queue is queue]
    return next((each for each in topics if each in inside), inside[0])


def _present_score(
    files: ClassifierFiles, starting: Sequence[Example], candidate: FrozenScore | None, encoder: Encoder
) -> FrozenScore | None:
    """Return what the present classifier got right of the same frozen examples, judging it now where that is not known."""
    for path in (files.present(), shipped_for(encoder.name)):
        score = _kept_score(path)
        if score is not None and candidate is not None and score.data_sha256 == candidate.data_sha256:
            return score
    return FrozenScore.read(train(starting, encoder=encoder, frozen=starting).facts)


def _kept_score(path: Path | None) -> FrozenScore | None:
    try:
        return FrozenScore.read(read_facts(path)) if path else None
    except ModelUnusable:
        return None


def _check_works(model: StoredModel, encoder: Encoder) -> None:
    """Try the candidate once before it may take over."""
    Cascade(model, encoder).triage(["The tap drips."])

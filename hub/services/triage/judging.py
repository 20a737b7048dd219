"""How good the classifier is on messages whose queue is known."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.classifier import Band, Classifier, Triage
from classifiers.evaluation import QueueScore, judge
from classifiers.labels import Priority
from hub.errors import Invalid
from hub.services.triage.labelled import Labelled

BATCH = 64
MOST_ALONE = 100


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a classifier is worth on a set of messages, shares between 0 and 1; None where the set does not tell.

    `coverage` is the share that would be routed without asking a person, `coverage_accuracy` how many of those are right,
    `asked` the share that is left to a person altogether; the rest is suggested. Milliseconds are a message, in batches of
    64 and one at a time.
    """

    count: int
    accuracy: float
    macro_f1: float
    ece: float
    coverage: float
    coverage_accuracy: float | None
    asked: float
    topic_accuracy: float | None
    priority_accuracy: float | None
    urgent: int
    urgent_found: int
    urgent_wrongly: int
    ms_per_message: float
    ms_per_message_alone: float
    queues: dict[str, QueueScore]


def judge_classifier(classifier: Classifier, rows: Sequence[Labelled]) -> Judgement:
    """Triage messages and compare with where they belong; raises `Invalid` without any."""
    if not rows:
        raise Invalid("There is no message to judge by: the file has a header and nothing below it.")
    texts = [row.text for row in rows]
    classifier.triage(texts[:1])  # the first one pays for what is loaded on demand
    found, milliseconds = _timed(classifier, [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)])
    _, alone = _timed(classifier, [[text] for text in texts[:MOST_ALONE]])
    scores = judge(
        [str(row.queue) for row in rows],
        [str(each.queue) for each in found],
        [each.confidence for each in found],
        [{str(queue) for queue in row.also} for row in rows],
    )
    right = [each.queue == row.queue or each.queue in row.also for each, row in zip(found, rows, strict=True)]
    silent = [ok for each, ok in zip(found, right, strict=True) if each.band is Band.SILENT]
    urgent = [row.priority is Priority.URGENT for row in rows]
    rung = [each.priority is Priority.URGENT for each in found]
    return Judgement(
        count=len(rows),
        accuracy=scores.accuracy,
        macro_f1=scores.macro_f1,
        ece=scores.calibration_error,
        coverage=len(silent) / len(rows),
        coverage_accuracy=_share(silent),
        asked=sum(each.band is Band.ASK for each in found) / len(rows),
        topic_accuracy=_share([each.topic == row.topic for each, row in zip(found, rows, strict=True) if row.topic]),
        priority_accuracy=_share(
            [each.priority is row.priority for each, row in zip(found, rows, strict=True) if row.priority]
        ),
        urgent=sum(urgent),
        urgent_found=sum(was and said for was, said in zip(urgent, rung, strict=True)),
        urgent_wrongly=sum(said and not was for was, said in zip(urgent, rung, strict=True)),
        ms_per_message=milliseconds,
        ms_per_message_alone=alone,
        queues=scores.queues,
    )


def _timed(classifier: Classifier, batches: Sequence[Sequence[str]]) -> tuple[list[Triage], float]:
    """Triage batches; returns the answers and the milliseconds a message took."""
    begun = time.perf_counter()
    found = [each for batch in batches for each in classifier.triage(batch)]
    return found, (time.perf_counter() - begun) * 1000 / max(1, len(found))


def _share(cases: Sequence[bool]) -> float | None:
    return sum(cases) / len(cases) if cases else None

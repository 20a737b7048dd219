"""Learn a model from examples; the same examples and seed give the same model to the last byte.

`python -m classifiers.training` makes the model that ships from the starting examples.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.model_selection import StratifiedKFold

from classifiers import bands, concepts, evaluation
from classifiers.encoder import Encoder, NoEncoder
from classifiers.examples import Example, fingerprint, starting_examples, texts_of
from classifiers.features import Features, Floats, Matrix
from classifiers.labels import Queue, queue_of
from classifiers.linear import Head, softmax
from classifiers.store import StoredModel, save

SHIPPED = Path(__file__).parent / "models" / "default.skops"
NO_EMERGENCY = "none"
FOLDS = 5
FALSE_ALARMS = 0.005
"""Share of calm messages that the model, besides the rules, may take for an emergency."""
_QUEUES = tuple(Queue)
_STRENGTH = {"topic": 10.0, "priority": 10.0, "emergency": 30.0, "task": 10.0}
_ANSWERS: dict[str, Callable[[Example], str]] = {
    "topic": lambda example: example.topic,
    "priority": lambda example: "normal" if example.priority == "urgent" else str(example.priority),
    "emergency": lambda example: example.emergency or NO_EMERGENCY,
    "task": lambda example: "yes" if example.needs_task else "no",
}


class TooFewExamples(ValueError):
    """Not enough examples to learn from, with what is missing."""


def rows_of(features: Features, encoder: Encoder, texts: Sequence[str]) -> Matrix:
    """Turn texts into the columns a model is trained on: words, letters, concepts, the encoder's if there is one."""
    parts = [features.of(texts), sparse.csr_matrix(concepts.of(texts))]
    if encoder.width:
        parts.append(sparse.csr_matrix(encoder.encode(texts)))
    return sparse.hstack(parts, format="csr", dtype=np.float32)


def train(examples: Sequence[Example], *, encoder: Encoder | None = None, seed: int = 0) -> StoredModel:
    """Learn a model and judge it on folds it had not seen; raise TooFewExamples.

    Order of the examples does not matter.
    """
    encoder = encoder or NoEncoder()
    examples = sorted(set(examples), key=lambda e: (e.text, e.topic, e.emergency, e.priority, e.language))
    _check(examples)
    unseen = _unseen_scores(examples, encoder, seed)
    features = Features.learn(texts_of(examples))
    rows = rows_of(features, encoder, texts_of(examples))
    arrays: dict[str, Any] = features.arrays()
    thresholds: dict[str, Any] = {}
    for name, answer in _ANSWERS.items():
        head = Head.learn(rows, [answer(example) for example in examples], strength=_STRENGTH[name])
        head.temperature = _temperature(name, head.labels, unseen[name], examples)
        arrays |= head.arrays(name)
        unseen[name] = np.asarray(unseen[name] / np.float32(head.temperature))
        thresholds |= _thresholds(name, head.labels, unseen[name], examples)
    facts = {
        "encoder": encoder.name,
        "encoder_sha256": encoder.sha256,
        "concepts_sha256": concepts.sha256(),
        "data_sha256": fingerprint(examples),
        "examples": len(examples),
        "seed": seed,
        "thresholds": thresholds,
        "scores": _scores(examples, arrays["topic_labels"].split("\n"), unseen["topic"]),
    }
    return StoredModel(arrays, facts)


def _check(examples: Sequence[Example]) -> None:
    queues = {example.queue for example in examples}
    if len(examples) < 50 or len(queues) < 2:
        raise TooFewExamples(
            f"{len(examples)} examples of {len(queues)} queues are too few; at least 50 of 2 are needed."
        )


def _folds(examples: Sequence[Example], seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    strata = [f"{example.queue}/{bool(example.emergency)}" for example in examples]
    counts = {stratum: strata.count(stratum) for stratum in set(strata)}
    strata = [stratum if counts[stratum] >= FOLDS else "rare" for stratum in strata]
    splitter = StratifiedKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(examples)), strata))


def _unseen_scores(examples: Sequence[Example], encoder: Encoder, seed: int) -> dict[str, Floats]:
    """Score every example by heads trained without it; a label a fold never saw scores very low."""
    answers = {name: [answer(example) for example in examples] for name, answer in _ANSWERS.items()}
    labels = {name: sorted(set(given)) for name, given in answers.items()}
    scores = {name: np.full((len(examples), len(labels[name])), -30.0, dtype=np.float32) for name in answers}
    texts = texts_of(examples)
    for seen, held in _folds(examples, seed):
        features = Features.learn([texts[at] for at in seen])
        learned = rows_of(features, encoder, [texts[at] for at in seen])
        judged = rows_of(features, encoder, [texts[at] for at in held])
        for name, given in answers.items():
            head = Head.learn(learned, [given[at] for at in seen], strength=_STRENGTH[name])
            columns = np.array([labels[name].index(label) for label in head.labels])
            scores[name][np.ix_(held, columns)] = head.scores(judged)
    return scores


def _temperature(name: str, labels: Sequence[str], scores: Floats, examples: Sequence[Example]) -> float:
    if name == "topic":
        groups = np.array([_QUEUES.index(queue_of(label)) for label in labels])
        right = np.array([_QUEUES.index(example.queue) for example in examples])
        return bands.fit_temperature(scores, right, groups)
    return bands.fit_temperature(scores, np.array([labels.index(_ANSWERS[name](example)) for example in examples]))


def _thresholds(name: str, labels: Sequence[str], scores: Floats, examples: Sequence[Example]) -> dict[str, Any]:
    chances = softmax(scores)
    if name == "topic":
        groups = np.array([_QUEUES.index(queue_of(label)) for label in labels])
        right = np.array([_QUEUES.index(example.queue) for example in examples])
        summed = bands.sum_groups(chances, groups)
        names = [str(queue) for queue in _QUEUES]
        return {
            "silent": bands.silent_thresholds(names, summed, right),
            "suggest": bands.suggest_threshold(summed, right),
        }
    if name == "emergency" and NO_EMERGENCY in labels:
        danger = 1 - chances[:, labels.index(NO_EMERGENCY)]
        is_emergency = np.array([bool(example.emergency) for example in examples])
        return {"emergency": bands.alarm_threshold(danger, is_emergency, FALSE_ALARMS)}
    return {}


def _scores(examples: Sequence[Example], labels: Sequence[str], scores: Floats) -> dict[str, float]:
    chances = softmax(scores)
    groups = np.array([_QUEUES.index(queue_of(label)) for label in labels])
    summed = bands.sum_groups(chances, groups)
    names = [str(queue) for queue in _QUEUES]
    judged = evaluation.judge(
        [str(example.queue) for example in examples],
        [names[at] for at in summed.argmax(axis=1)],
        [float(value) for value in summed.max(axis=1)],
    )
    topics = np.mean(
        [labels[at] == example.topic for at, example in zip(chances.argmax(axis=1), examples, strict=True)]
    )
    return {
        "queue_accuracy": round(judged.accuracy, 4),
        "queue_macro_f1": round(judged.macro_f1, 4),
        "queue_ece": round(judged.calibration_error, 4),
        "coverage": round(judged.coverage, 4),
        "topic_accuracy": round(float(topics), 4),
    }


def main(arguments: Sequence[str]) -> None:
    """Train on the starting examples and write the model that ships, or the path given."""
    path = Path(arguments[0]) if arguments else SHIPPED
    model = train(starting_examples())
    save(path, model)
    scores = ", ".join(f"{name} {value}" for name, value in model.facts["scores"].items())
    sys.stdout.write(f"{path}: {path.stat().st_size // 1024} KiB, {model.facts['examples']} examples, {scores}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

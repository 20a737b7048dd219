"""Learn a model from examples; the same examples and seed give the same model to the last byte.

`python -m classifiers.training` makes the models that ship, one for each encoder, from the starting examples.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from classifiers import bands, emergencies, evaluation
from classifiers.columns import DANGER, Columns, Rows
from classifiers.concepts import Concepts, known_names
from classifiers.encoder import ENCODERS, Encoder, open_encoder
from classifiers.examples import Example, fingerprint, starting_examples, texts_of
from classifiers.features import Features, Floats
from classifiers.labels import Queue, queue_of
from classifiers.linear import Head, softmax
from classifiers.meanings import Meanings
from classifiers.store import StoredModel, save

_MODELS = Path(__file__).parent / "models"
FOLDS = 5
FALSE_ALARMS = 0.025
"""Share of our calm messages without a word of danger that the model may take for an emergency.

Most of ours were composed to look like one; of other people's it takes far fewer (`docs/triage.md`).
"""
FALSE_TOLD = 0.28
"""Share of our calm messages in which the rules hear a danger that the model may take for one as well."""
_QUEUES = tuple(Queue)
KIND = "emergency"
"""The head that names the kind of an emergency, learned from emergencies alone."""
YES, NO = "yes", "no"
_STRENGTH = {"topic": 10.0, "priority": 10.0, DANGER: 10.0, KIND: 30.0, "task": 10.0}
_ANSWERS: dict[str, Callable[[Example], str]] = {
    "topic": lambda example: example.topic,
    "priority": lambda example: "normal" if example.priority == "urgent" else str(example.priority),
    DANGER: lambda example: YES if example.emergency else NO,
    "task": lambda example: YES if example.needs_task else NO,
}


class TooFewExamples(ValueError):
    """Not enough examples to learn from, with what is missing."""


def shipped_for(encoder: str) -> Path:
    """Name the model that ships for an encoder."""
    return _MODELS / f"{encoder}.skops"


def train(
    examples: Sequence[Example], *, encoder: Encoder | None = None, seed: int = 0, frozen: Sequence[Example] = ()
) -> StoredModel:
    """Learn a model and judge it on folds it had not seen; raise TooFewExamples.

    Order of the examples does not matter; without an encoder the best that is installed is used. What was right among the
    `frozen` ones is kept in the facts, so that models learned from different examples can be compared.
    """
    encoder = encoder or open_encoder()
    examples = _in_order(examples)
    lasting = Columns(Concepts(known_names()), Meanings.learn(texts_of(examples)), encoder).of(texts_of(examples))
    unseen = _unseen_scores(examples, lasting, seed)
    arrays, heads = learn(examples, encoder=encoder)
    thresholds: dict[str, Any] = {}
    for name in _ANSWERS:
        head = heads[name]
        head.temperature = _temperature(name, head.labels, unseen[name], examples)
        arrays |= head.arrays(name)
        unseen[name] = np.asarray(unseen[name] / np.float32(head.temperature))
        thresholds |= _thresholds(name, head.labels, unseen[name], examples)
    facts = {
        "encoder": encoder.name,
        "encoder_sha256": encoder.sha256,
        "data_sha256": fingerprint(examples),
        "examples": len(examples),
        "seed": seed,
        "thresholds": thresholds,
        "scores": _scores(examples, arrays["topic_labels"].split("\n"), unseen["topic"]),
        "frozen": _frozen_scores(examples, frozen, arrays, unseen, bands.Alarm.read(thresholds)),
    }
    return StoredModel(arrays, facts)


def learn(examples: Sequence[Example], *, encoder: Encoder | None = None) -> tuple[dict[str, Any], dict[str, Head]]:
    """Learn features and heads from examples without judging them; raise TooFewExamples."""
    examples = _in_order(examples)
    texts = texts_of(examples)
    columns = Columns(Concepts(known_names()), Meanings.learn(texts), encoder or open_encoder())
    features = Features.learn(texts)
    rows = columns.with_words(features, texts)
    heads: dict[str, Head] = {}
    for name, answer in _ANSWERS.items():
        taught = _teaching(name, examples, range(len(examples)))
        given = [answer(examples[at]) for at in taught]
        heads[name] = Head.learn(rows.of(name)[taught], given, strength=_STRENGTH[name])
    heads[KIND] = _kinds(examples, rows)
    arrays: dict[str, Any] = features.arrays()
    arrays |= {"concepts": "\n".join(columns.concepts.names), "meanings": "\n".join(columns.meanings.names)}
    for name, head in heads.items():
        arrays |= head.arrays(name)
    return arrays, heads


def _teaching(name: str, examples: Sequence[Example], among: Iterable[int]) -> list[int]:
    """Choose the examples a head learns from: those of danger tell too little of what messages are about."""
    return [at for at in among if name in (DANGER, "task") or not examples[at].of_danger]


def _kinds(examples: Sequence[Example], rows: Rows) -> Head:
    """Learn to tell kinds of emergencies apart; without any of them each is taken for the mildest."""
    told = [at for at, example in enumerate(examples) if example.emergency]
    kinds = [examples[at].emergency for at in told] or [emergencies.EmergencyKind.NO_HEAT.value]
    return Head.learn(rows.matter[told or [0]], kinds, strength=_STRENGTH[KIND])


def _in_order(examples: Sequence[Example]) -> list[Example]:
    """Put examples in one order, each once; raise TooFewExamples."""
    _check(examples)
    return sorted(set(examples), key=lambda e: (e.text, e.topic, e.emergency, e.priority, e.language, e.needs_task))


def _check(examples: Sequence[Example]) -> None:
    queues = {example.queue for example in examples}
    if len(examples) < 50 or len(queues) < 2:
        raise TooFewExamples(
            f"{len(examples)} examples of {len(queues)} queues are too few; at least 50 of 2 are needed."
        )


def _folds(examples: Sequence[Example], seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    strata = [f"{example.queue}/{bool(example.emergency)}" for example in examples]
    counts = Counter(strata)
    commonest = counts.most_common(1)[0][0]
    strata = [stratum if counts[stratum] >= FOLDS else commonest for stratum in strata]
    splitter = StratifiedKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(examples)), strata))


def _unseen_scores(examples: Sequence[Example], lasting: Rows, seed: int) -> dict[str, Floats]:
    """Score every example by heads trained without it; a label a fold never saw scores very low."""
    answers = {name: [answer(example) for example in examples] for name, answer in _ANSWERS.items()}
    labels = {
        name: sorted({given[at] for at in _teaching(name, examples, range(len(examples)))})
        for name, given in answers.items()
    }
    scores = {name: np.full((len(examples), len(labels[name])), -30.0, dtype=np.float32) for name in answers}
    texts = texts_of(examples)
    for seen, held in _folds(examples, seed):
        features = Features.learn([texts[at] for at in seen])
        learned = lasting.chosen(seen).beside(features.of([texts[at] for at in seen]))
        judged = lasting.chosen(held).beside(features.of([texts[at] for at in held]))
        for name, given in answers.items():
            taught = _teaching(name, examples, seen)
            mine = np.isin(seen, taught).nonzero()[0]
            head = Head.learn(learned.of(name)[mine], [given[at] for at in taught], strength=_STRENGTH[name])
            columns = np.array([labels[name].index(label) for label in head.labels])
            scores[name][np.ix_(held, columns)] = head.scores(judged.of(name))
    return scores


def _ordinary(examples: Sequence[Example]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the examples that the emergency gate leaves to the model, and the column of the queue of each."""
    rows = [at for at, example in enumerate(examples) if not example.emergency and not example.of_danger]
    return np.array(rows), np.array([_QUEUES.index(examples[at].queue) for at in rows])


def _groups(topics: Sequence[str]) -> NDArray[np.int64]:
    return np.array([_QUEUES.index(queue_of(topic)) for topic in topics])


def _temperature(name: str, labels: Sequence[str], scores: Floats, examples: Sequence[Example]) -> float:
    if name == "topic":
        ordinary, right = _ordinary(examples)
        return bands.fit_temperature(scores[ordinary], right, _groups(labels))
    answers = [_ANSWERS[name](example) for example in examples]
    known = [at for at, answer in enumerate(answers) if answer in labels]
    return bands.fit_temperature(scores[known], np.array([labels.index(answers[at]) for at in known]))


def _thresholds(name: str, labels: Sequence[str], scores: Floats, examples: Sequence[Example]) -> dict[str, Any]:
    chances = softmax(scores)
    if name == "topic":
        ordinary, right = _ordinary(examples)
        summed = bands.sum_groups(chances[ordinary], _groups(labels))
        names = [str(queue) for queue in _QUEUES]
        return {
            "silent": bands.silent_thresholds(names, summed, right),
            "suggest": bands.suggest_threshold(summed, right),
        }
    if name == DANGER and YES in labels:
        told = np.array([bool(emergencies.find_all(example.text)) for example in examples])
        calm = np.array([not example.emergency for example in examples])
        danger = chances[:, labels.index(YES)]
        return bands.Alarm.learn(danger[calm & ~told], danger[calm & told], FALSE_ALARMS, FALSE_TOLD).facts()
    return {}


def _scores(examples: Sequence[Example], labels: Sequence[str], scores: Floats) -> dict[str, float]:
    ordinary, right = _ordinary(examples)
    chances = softmax(scores[ordinary])
    summed = bands.sum_groups(chances, _groups(labels))
    judged = evaluation.judge(
        [_QUEUES[at] for at in right],
        [_QUEUES[at] for at in summed.argmax(axis=1)],
        [float(value) for value in summed.max(axis=1)],
    )
    said = [labels[at] for at in chances.argmax(axis=1)]
    topics = np.mean([examples[at].topic == topic for at, topic in zip(ordinary, said, strict=True)])
    return {
        "queue_accuracy": round(judged.accuracy, 4),
        "queue_macro_f1": round(judged.macro_f1, 4),
        "queue_ece": round(judged.calibration_error, 4),
        "coverage": round(judged.coverage, 4),
        "topic_accuracy": round(float(topics), 4),
    }


def _frozen_scores(
    examples: Sequence[Example],
    frozen: Sequence[Example],
    arrays: dict[str, Any],
    unseen: dict[str, Floats],
    alarm: bands.Alarm,
) -> dict[str, Any]:
    """Count what was right among the frozen examples, each judged by heads trained without it."""
    listed = set(frozen)
    rows = [at for at, example in enumerate(examples) if example in listed]
    queues = bands.sum_groups(softmax(unseen["topic"]), _groups(arrays["topic_labels"].split("\n"))).argmax(axis=1)
    answers = arrays[f"{DANGER}_labels"].split("\n")
    danger = softmax(unseen[DANGER])[:, answers.index(YES)] if YES in answers else np.zeros(len(examples))
    found = [
        alarm.rings(emergencies.find_all(examples[at].text), float(danger[at])) for at in rows if examples[at].emergency
    ]
    return {
        "data_sha256": fingerprint(listed),
        "count": len(rows),
        "queue_right": sum(_QUEUES[queues[at]] is examples[at].queue for at in rows),
        "emergencies": len(found),
        "emergencies_found": sum(found),
    }


def main(arguments: Sequence[str]) -> None:
    """Train on the starting examples and write the models that ship, or those for the encoders given."""
    examples = starting_examples()
    for name in arguments or ENCODERS:
        path, model = shipped_for(name), train(examples, encoder=open_encoder(name), frozen=examples)
        save(path, model)
        scores = ", ".join(f"{score} {value}" for score, value in model.facts["scores"].items())
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KiB, {len(examples)} examples, {scores}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""How right triage is, and how fast: `python bench/triage.py [--seeds N] [--full] [--only PART ...]`.

Judged by texts nobody trained on: banking77 and CLINC150, real messages of tenants and real spam, and a fifth of our own
examples kept from training. `--full` learns banking77 and CLINC150 from all their texts too. Exits with 1 where a goal is
missed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from _triage_texts import DATA, Labelled, Real, banking77, clinc150, draw, real_messages, with_noise
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold

from classifiers import bands, emergencies, evaluation
from classifiers.cascade import load
from classifiers.concepts import Concepts, known_names
from classifiers.encoder import NoEncoder
from classifiers.examples import Example, starting_examples, texts_of
from classifiers.features import Features, Floats
from classifiers.labels import TOPICS, Queue, queue_of
from classifiers.linear import Head
from classifiers.training import rows_of

QUEUES = tuple(str(queue) for queue in Queue)
FIRST_TOPIC = {str(queue): next(slug for slug in TOPICS if queue_of(slug) is queue) for queue in Queue}
CORRECTIONS = (0, 20, 80, 320)
_missed: list[str] = []


def tell(
    what: str, value: float, goal: float | None = None, *, at_most: bool = False, unit: str = "%", n: int = 0
) -> None:
    """Print one figure beside its goal and remember a miss."""
    kept = goal is None or (value <= goal if at_most else value >= goal)
    beside = "" if goal is None else f"   goal {'<=' if at_most else '>='} {goal:g}   {'kept' if kept else 'MISSED'}"
    counted = f"   n={n}" if n else ""
    sys.stdout.write(f"{what:<64}{value:8.2f} {unit}{counted}{beside}\n")
    sys.stdout.flush()
    if not kept:
        _missed.append(what)


def spread(values: Sequence[float]) -> str:
    half = 2.776 * np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return f"+-{half:.1f}"


@dataclass
class Model:
    """Features and a topic head, with the queues' probabilities on top."""

    features: Features
    concepts: Concepts
    head: Head

    @classmethod
    def learn(cls, examples: Sequence[Example]) -> Model:
        """Learn the topics of examples."""
        features, concepts = Features.learn(texts_of(examples)), Concepts(known_names())
        rows = rows_of(features, concepts, NoEncoder(), texts_of(examples))
        return cls(features, concepts, Head.learn(rows, [example.topic for example in examples]))

    def scores(self, texts: Sequence[str]) -> Floats:
        """Score the topics of texts."""
        return self.head.scores(rows_of(self.features, self.concepts, NoEncoder(), texts))

    def queues(self, texts: Sequence[str]) -> Floats:
        """Give texts the probabilities of their queues."""
        rows = rows_of(self.features, self.concepts, NoEncoder(), texts)
        return bands.sum_groups(self.head.probabilities(rows), self.groups)

    @property
    def groups(self) -> NDArray[np.int64]:
        """Name the queue of each topic by its number."""
        return np.array([QUEUES.index(str(queue_of(label))) for label in self.head.labels])


def judged(chances: Floats, real: Sequence[Real]) -> evaluation.Scores:
    said = [QUEUES[at] for at in chances.argmax(axis=1)]
    confidence = [float(value) for value in chances.max(axis=1)]
    return evaluation.judge([each.queues[0] for each in real], said, confidence, [each.queues for each in real])


def part_of(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """Keep a fifth of the examples from training."""
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    learned, kept = next(iter(folds.split(np.zeros(len(examples)), [str(example.queue) for example in examples])))
    return [examples[at] for at in learned], [examples[at] for at in kept]


def own_alone(seeds: int) -> None:
    """Real texts, and a fifth of our own, by models that saw four fifths of our own examples."""
    examples, real = sorted(set(starting_examples()), key=lambda e: (e.text, e.topic)), real_messages()
    tenants, spam = [each for each in real if each.is_tenant], [each for each in real if each.source == "sms_spam"]
    of_tenants, of_spam, noisy = [], [], []
    languages: dict[str, list[bool]] = {}
    for seed in range(seeds):
        learned, kept = part_of(examples, seed)
        model = Model.learn(learned)
        of_tenants.append(judged(model.queues([each.text for each in tenants]), tenants))
        of_spam.append(judged(model.queues([each.text for each in spam]), spam).accuracy * 100)
        rough = judged(model.queues([with_noise(each.text, seed) for each in tenants]), tenants)
        noisy.append(rough.accuracy * 100)
        calm = [example for example in kept if not example.emergency]
        for example, row in zip(calm, model.queues(texts_of(calm)), strict=True):
            languages.setdefault(example.language, []).append(QUEUES[int(row.argmax())] == str(example.queue))
    right = [each.accuracy * 100 for each in of_tenants]
    tell(f"tenants: right queue, own examples alone ({spread(right)})", float(np.mean(right)), 80, n=len(tenants))
    tell("tenants: with typos and SMS spelling, own examples alone", float(np.mean(noisy)), n=len(tenants))
    tell(f"spam rows in their queue ({spread(of_spam)})", float(np.mean(of_spam)), 95, n=len(spam))
    for language, hits in sorted(languages.items()):
        tell(f"own examples kept from training: {language}", 100 * float(np.mean(hits)), n=len(hits))


def with_tenants(seeds: int) -> None:
    """Tenants' texts by models that saw our examples and the other groups of tenants."""
    own, tenants = starting_examples(), [each for each in real_messages() if each.is_tenant]
    kinds: dict[str, list[evaluation.Scores]] = {"plain": [], "noise": [], "tfidf": []}
    for seed in range(seeds):
        rows: dict[str, Floats] = {kind: np.zeros((len(tenants), len(QUEUES)), dtype=np.float32) for kind in kinds}
        folds = GroupKFold(5, shuffle=True, random_state=seed)
        for learned, held in folds.split(tenants, groups=[each.group for each in tenants]):
            others, asked = [tenants[at] for at in learned], [tenants[at].text for at in held]
            model = Model.learn([*own, *corrections(others)])
            model.head.temperature = temperature(own, others)
            rows["plain"][held] = model.queues(asked)
            rows["noise"][held] = model.queues([with_noise(text, seed) for text in asked])
            rows["tfidf"][held] = by_tfidf(others, asked)
        for kind, chances in rows.items():
            kinds[kind].append(judged(chances, tenants))
    for kind, what, goal in (
        ("plain", "", 88.0),
        ("noise", ", with typos and SMS spelling", 80.0),
        ("tfidf", ", TF-IDF alone", None),
    ):
        right = [each.accuracy * 100 for each in kinds[kind]]
        tell(f"tenants: other groups added{what} ({spread(right)})", float(np.mean(right)), goal, n=len(tenants))
    silent = 100 * float(np.mean([each.coverage for each in kinds["plain"]]))
    tell("tenants: routed silently with 95 % of them right", silent, 70)
    tell(
        "tenants: expected calibration error",
        float(np.mean([e.calibration_error for e in kinds["plain"]])),
        0.10,
        at_most=True,
        unit=" ",
    )


def temperature(own: Sequence[Example], others: Sequence[Real]) -> float:
    """Calibrate on one half of the tenants by a model that saw the other half."""
    model, unseen = Model.learn([*own, *corrections(others[::2])]), others[1::2]
    right = np.array([QUEUES.index(each.queues[0]) for each in unseen])
    return bands.fit_temperature(model.scores([each.text for each in unseen]), right, model.groups)


def corrections(real: Sequence[Real]) -> list[Example]:
    """Turn messages whose queue a person set into examples."""
    return [Example(each.text, FIRST_TOPIC[each.queues[0]]) for each in real]


def by_tfidf(learned: Sequence[Real], asked: Sequence[str]) -> Floats:
    vectorizer = TfidfVectorizer(sublinear_tf=True)
    model = LogisticRegression(C=10.0, max_iter=400, class_weight="balanced")
    model.fit(vectorizer.fit_transform([each.text for each in learned]), [each.queues[0] for each in learned])
    found = np.zeros((len(asked), len(QUEUES)), dtype=np.float32)
    found[:, [QUEUES.index(str(label)) for label in model.classes_]] = model.predict_proba(vectorizer.transform(asked))
    return found


def learning(seeds: int) -> None:
    """How much corrections of an unseen company teach: the half of the groups that corrects, judged on the other half."""
    own, real = starting_examples(), [each for each in real_messages() if each.source != "sms_spam"]
    gained: dict[int, list[float]] = {count: [] for count in CORRECTIONS}
    for seed in range(seeds):
        folds = GroupKFold(2, shuffle=True, random_state=seed)
        learned, held = next(iter(folds.split(real, groups=[each.group for each in real])))
        order = np.random.default_rng(seed).permutation(learned)
        asked = [real[at] for at in held]
        for count in CORRECTIONS:
            model = Model.learn([*own, *corrections([real[at] for at in order[:count]])])
            gained[count].append(100 * judged(model.queues([each.text for each in asked]), asked).accuracy)
    for count, right in gained.items():
        tell(f"after {count} corrections of an unseen company ({spread(right)})", float(np.mean(right)))
    tell("points gained by 80 corrections", float(np.mean(gained[80])) - float(np.mean(gained[0])), 6, unit=" ")


def public_sets(seeds: int, *, full: bool) -> None:
    """Features of words and letters on public sets, beside what the same features reached elsewhere."""
    for name, read, few, whole in (("banking77", banking77, 75.9, 90.8), ("CLINC150", clinc150, 79.6, 90.6)):
        train, test = read()
        right = [intents_right(draw(train, 10, seed), test) for seed in range(seeds)]
        tell(f"{name}: 10 of each intent ({spread(right)})", float(np.mean(right)), few - 1, n=len(test))
        if full:
            tell(f"{name}: all training texts", intents_right(train, test), whole - 1, n=len(test))


def intents_right(train: Labelled, test: Labelled) -> float:
    texts = [text for text, _ in train]
    features = Features.learn(texts)
    head = Head.learn(features.of(texts), [intent for _, intent in train])
    said = head.scores(features.of([text for text, _ in test])).argmax(axis=1)
    return 100 * float(np.mean([head.labels[at] == intent for at, (_, intent) in zip(said, test, strict=True)]))


def alarms_and_tasks() -> None:
    """Count false alarms on ordinary texts, and tasks on a fifth of our own examples kept from training."""
    ordinary = [each.text for each in real_messages() if not each.is_emergency]
    by_rules = [emergencies.check(text) is not None for text in ordinary]
    by_both = [triage.emergency is not None for triage in load().triage(ordinary)]
    tell(
        "ordinary texts flagged as emergencies: rules", 100 * float(np.mean(by_rules)), 1, at_most=True, n=len(ordinary)
    )
    tell("ordinary texts flagged: rules and model", 100 * float(np.mean(by_both)), 1, at_most=True, n=len(ordinary))
    learned, kept = part_of(sorted(set(starting_examples()), key=lambda e: (e.text, e.topic)), 0)
    asked = [replace(example, topic="work" if example.needs_task else "none") for example in learned]
    features, concepts = Features.learn(texts_of(asked)), Concepts(known_names())
    head = Head.learn(rows_of(features, concepts, NoEncoder(), texts_of(asked)), [each.topic for each in asked])
    rows = rows_of(features, concepts, NoEncoder(), texts_of(kept))
    made = head.probabilities(rows)[:, head.labels.index("work")] >= 0.5
    needed = np.array([example.needs_task for example in kept])
    tell("tasks made that nobody needs", 100 * float((made & ~needed).sum() / made.sum()), 5, at_most=True, n=len(kept))
    tell(
        "needed tasks that are missing",
        100 * float((~made & needed).sum() / needed.sum()),
        5,
        at_most=True,
        n=len(kept),
    )


def speed() -> None:
    """Tell milliseconds of processor a message, memory and time to load, on real messages no cache has seen."""
    began = time.process_time()
    classifier = load()
    tell("loading the classifier", 1000 * (time.process_time() - began), unit="ms")
    texts = [each.text for each in real_messages()]
    half = len(texts) // 2
    tell(
        "rules alone, a message",
        each_takes(lambda: [emergencies.check(text) for text in texts[:half]], half),
        2,
        at_most=True,
        unit="ms",
    )
    tell(
        "triage, one by one, a message",
        each_takes(lambda: [classifier.triage([text]) for text in texts[:half]], half),
        unit="ms",
    )
    tell(
        "triage, batches of 64, a message",
        each_takes(lambda: classifier.triage(texts[half : half + 64]), 64),
        unit="ms",
    )
    tell("memory at its highest", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, unit="MB")


def each_takes(work: Callable[[], object], count: int) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began) / count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--full", action="store_true", help="learn banking77 and CLINC150 from all their texts too")
    parser.add_argument(
        "--only", nargs="*", default=[], help="parts to run: speed, alarms, own, tenants, learning, public"
    )
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.stdout.write(f"Nothing to judge by: {DATA} is not there.\n")
        return 0
    parts: dict[str, Callable[[], None]] = {
        "speed": speed,
        "alarms": alarms_and_tasks,
        "own": lambda: own_alone(options.seeds),
        "tenants": lambda: with_tenants(options.seeds),
        "learning": lambda: learning(options.seeds),
        "public": lambda: public_sets(options.seeds, full=options.full),
    }
    for name in options.only or parts:
        parts[name]()
    sys.stdout.write(f"{len(_missed)} goals missed{': ' + '; '.join(_missed) if _missed else ''}\n")
    return 1 if _missed else 0


if __name__ == "__main__":
    sys.exit(main())

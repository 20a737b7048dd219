"""How right triage is, and how fast: `python bench/triage.py [--full] [--seeds N] [--only PART ...]`.

Judged by texts nobody trained on: banking77 and CLINC150, real messages of tenants and real spam, and a fifth of our own
examples kept from training. Without more it takes one seed and some three minutes; `--full` takes five seeds and learns
the public sets from all their texts too. Exits with 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from bench._triage_models import QUEUES, Columns, Counts, Lesson, by_tfidf
from bench._triage_speed import flow, speed
from bench._triage_tables import Table
from bench._triage_texts import DATA, Labelled, Real, banking77, clinc150, draw, real_messages, with_noise
from classifiers import bands, emergencies, evaluation
from classifiers.cascade import load
from classifiers.classifier import Band
from classifiers.encoder import Encoder, NoEncoder, open_encoder
from classifiers.examples import Example, starting_examples, texts_of
from classifiers.features import Floats
from classifiers.labels import TOPICS, queue_of
from classifiers.linear import softmax

RESULTS = Path(__file__).with_name("results")
FIRST_TOPIC = {queue: next(slug for slug in TOPICS if queue_of(slug) == queue) for queue in QUEUES}
CORRECTIONS = (0, 20, 80, 320)
TARGET = bands.SILENT_TARGET
PUBLISHED = {  # logistic regression on the same kinds of columns, ten of each intent and all texts
    ("banking77", "none"): (75.9, 90.8),
    ("CLINC150", "none"): (79.6, 90.6),
    ("banking77", "wordllama"): (80.6, 91.6),
    ("CLINC150", "wordllama"): (84.8, 92.7),
}


def judged(chances: Floats, real: Sequence[Real]) -> evaluation.Scores:
    said = [QUEUES[at] for at in chances.argmax(axis=1)]
    confidence = [float(value) for value in chances.max(axis=1)]
    return evaluation.judge([each.queues[0] for each in real], said, confidence, [each.queues for each in real])


def accuracy(chances: Floats, real: Sequence[Real]) -> float:
    return 100 * judged(chances, real).accuracy


def words_of(real: Sequence[Real]) -> list[str]:
    return [each.text for each in real]


def corrections(real: Sequence[Real]) -> list[Example]:
    """Turn messages whose queue a person set into examples."""
    return [Example(each.text, FIRST_TOPIC[each.queues[0]]) for each in real]


def own_examples() -> list[Example]:
    return sorted(set(starting_examples()), key=lambda example: (example.text, example.topic))


def count_all(seeds: int) -> Counts:
    """Count the words of everything that is learned from or judged by."""
    real = real_messages()
    noisy = [with_noise(each.text, seed) for seed in range(seeds) for each in real if each.is_tenant]
    return Counts.of([*texts_of(own_examples()), *words_of(real), *noisy])


def part_of(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """Keep a fifth of the examples from training."""
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    learned, kept = next(iter(folds.split(np.zeros(len(examples)), [str(example.queue) for example in examples])))
    return [examples[at] for at in learned], [examples[at] for at in kept]


def own_alone(table: Table, counts: Counts, columns: Columns, seeds: int) -> None:
    """Real texts, and a fifth of our own, by models that saw four fifths of our own examples."""
    examples, real = own_examples(), real_messages()
    tenants, spam = [each for each in real if each.is_tenant], [each for each in real if each.source == "sms_spam"]
    of_tenants, of_spam, rough = [], [], []
    languages: dict[str, list[bool]] = {}
    for seed in range(seeds):
        learned, kept = part_of(examples, seed)
        calm = [example for example in kept if not example.emergency]
        noisy = [with_noise(each.text, seed) for each in tenants]
        asked = [*words_of(tenants), *words_of(spam), *noisy, *texts_of(calm)]
        queues = Lesson.of_examples(counts, columns, learned, asked).queues
        ends = np.cumsum([len(tenants), len(spam), len(noisy)])
        plain, unwanted, mistyped, held = np.split(queues, ends)
        of_tenants.append(accuracy(plain, tenants))
        of_spam.append(accuracy(unwanted, spam))
        rough.append(accuracy(mistyped, tenants))
        for example, row in zip(calm, held, strict=True):
            languages.setdefault(example.language, []).append(QUEUES[int(row.argmax())] == str(example.queue))
    table.tell("tenants: right queue, own examples alone", of_tenants, 80, n=len(tenants))
    table.tell("tenants: the same with typos and SMS spelling", rough, n=len(tenants))
    table.tell("spam rows in their queue", of_spam, 95, n=len(spam))
    for language, hits in sorted(languages.items()):
        table.tell(f"own examples kept from training: {language}", 100 * float(np.mean(hits)), n=len(hits))


def what_ships(table: Table) -> None:
    """Real texts by the classifier that ships, gate and all: it saw all of our own examples and nothing else."""
    real = real_messages()
    for what, chosen, goal in (
        ("tenants", [each for each in real if each.is_tenant], 80),
        ("spam rows", [each for each in real if each.source == "sms_spam"], 95),
    ):
        found = load().triage(words_of(chosen))
        right = [str(each.queue) in asked.queues for each, asked in zip(found, chosen, strict=True)]
        silent = [ok for each, ok in zip(found, right, strict=True) if each.band is Band.SILENT]
        table.tell(f"what ships: {what} in their queue", 100 * float(np.mean(right)), goal, n=len(chosen))
        table.tell(f"what ships: {what} routed silently", 100 * len(silent) / len(chosen))
        table.tell("  and right of those", 100 * float(np.mean(silent)) if silent else 0.0, n=len(silent))


def with_tenants(table: Table, counts: Counts, columns: Columns, seeds: int) -> None:
    """Tenants' texts by models that saw our examples and the other groups of tenants.

    The temperature of a fold comes from the scores of the other folds, each by the model that had not seen them.
    """
    own, tenants = own_examples(), [each for each in real_messages() if each.is_tenant]
    right = np.array([QUEUES.index(each.queues[0]) for each in tenants])
    plain, rough, tfidf, silent_right = [], [], [], []
    for seed in range(seeds):
        folds = list(
            GroupKFold(5, shuffle=True, random_state=seed).split(tenants, groups=[each.group for each in tenants])
        )
        asked, noisy = words_of(tenants), [with_noise(each.text, seed) for each in tenants]
        chances = {
            kind: np.zeros((len(tenants), len(QUEUES)), dtype=np.float32) for kind in ("plain", "noise", "tfidf")
        }
        for learned, held in folds:
            others = [tenants[at] for at in learned]
            held_texts = [*(asked[at] for at in held), *(noisy[at] for at in held)]
            queues = Lesson.of_examples(counts, columns, [*own, *corrections(others)], held_texts).queues
            chances["plain"][held], chances["noise"][held] = np.split(queues, 2)
            first = [each.queues[0] for each in others]
            chances["tfidf"][held] = by_tfidf(words_of(others), first, [asked[at] for at in held])
        calibrated, sure = calibrate(chances["plain"], right, [held for _, held in folds], tenants)
        plain.append(judged(calibrated, tenants))
        silent_right.append(sure)
        rough.append(accuracy(chances["noise"], tenants))
        tfidf.append(accuracy(chances["tfidf"], tenants))
    table.tell("tenants: other groups added", [100 * each.accuracy for each in plain], 88, n=len(tenants))
    table.tell("tenants: routed silently with 95 % of them right", [100 * each.coverage for each in plain], 70)
    table.tell("  with a threshold from the other folds: routed", [100 * each for each, _ in silent_right])
    table.tell("  and right of those", [100 * each for _, each in silent_right])
    error = [each.calibration_error for each in plain]
    table.tell("tenants: expected calibration error", error, 0.10, at_most=True, unit=" ")
    table.tell("tenants: with typos and SMS spelling", rough, 80)
    table.tell("tenants: TF-IDF and logistic regression, without our examples", tfidf)


def calibrate(
    chances: Floats, right: np.ndarray, folds: Sequence[np.ndarray], tenants: Sequence[Real]
) -> tuple[Floats, tuple[float, float]]:
    """Calibrate each fold by the others; returns what came of it, and the share routed silently and right of it."""
    scores = np.log(np.maximum(chances, 1e-9))
    found = np.zeros_like(chances)
    routed: list[bool] = []
    for held in folds:
        rest = np.setdiff1d(np.arange(len(right)), held)
        temperature = np.float32(bands.fit_temperature(scores[rest], right[rest]))
        found[held] = softmax(scores[held] / temperature)
        known = softmax(scores[rest] / temperature)
        threshold = bands.lowest_for(known.max(axis=1), hits(known, [tenants[at] for at in rest]), TARGET)
        sure = found[held].max(axis=1) >= threshold
        routed += hits(found[held], [tenants[at] for at in held])[sure].tolist()
    return found, (len(routed) / len(right), float(np.mean(routed)) if routed else 0.0)


def hits(chances: Floats, real: Sequence[Real]) -> np.ndarray:
    return np.array([QUEUES[at] in each.queues for at, each in zip(chances.argmax(axis=1), real, strict=True)])


def learning(table: Table, counts: Counts, columns: Columns, seeds: int) -> None:
    """How much corrections of an unseen company teach: the half of the groups that corrects, judged on the other half."""
    own, real = own_examples(), [each for each in real_messages() if each.source != "sms_spam"]
    gained: dict[int, list[float]] = {count: [] for count in CORRECTIONS}
    for seed in range(seeds):
        folds = GroupKFold(2, shuffle=True, random_state=seed)
        learned, held = next(iter(folds.split(real, groups=[each.group for each in real])))
        order = np.random.default_rng(seed).permutation(learned)
        asked = [real[at] for at in held]
        for count in CORRECTIONS:
            taught = corrections([real[at] for at in order[:count]])
            lesson = Lesson.of_examples(counts, columns, [*own, *taught], words_of(asked))
            gained[count].append(accuracy(lesson.queues, asked))
    for count, right in gained.items():
        table.tell(f"after {count} corrections of an unseen company", right)
    table.tell(
        "points gained by 80 corrections", [b - a for a, b in zip(gained[0], gained[80], strict=True)], 6, unit=" "
    )


def public_sets(table: Table, encoder: Encoder, seeds: int, *, full: bool) -> None:
    """Words and letters, alone and with the encoder, on public sets beside what the same columns reached elsewhere."""
    encoders = [NoEncoder(), encoder] if encoder.width else [NoEncoder()]
    for name, read in (("banking77", banking77), ("CLINC150", clinc150)):
        train, test = read()
        counts = Counts.of([text for text, _ in (*train, *test)])
        for each in encoders:
            columns = Columns(each, concepts=None)
            few, whole = PUBLISHED[name, each.name]
            kind = "words, letters" + (f", {each.name}" if each.width else "")
            right = [intents_right(counts, columns, draw(train, 10, seed), test) for seed in range(seeds)]
            table.tell(f"{name}, 10 of each intent: {kind}", right, few - 1, n=len(test))
            if full:
                right = [intents_right(counts, columns, train, test)]
                table.tell(f"{name}, all texts: {kind}", right, whole - 1, n=len(test))


def intents_right(counts: Counts, columns: Columns, train: Labelled, test: Labelled) -> float:
    texts, intents = [text for text, _ in train], [intent for _, intent in train]
    said = Lesson.learn(counts, columns, texts, intents, [text for text, _ in test]).said
    return 100 * float(np.mean([one == intent for one, (_, intent) in zip(said, test, strict=True)]))


def alarms(table: Table) -> None:
    """Count false alarms on ordinary texts of others."""
    ordinary = [each.text for each in real_messages() if not each.is_emergency]
    by_rules = [emergencies.check(text) is not None for text in ordinary]
    by_both = [triage.emergency is not None for triage in load().triage(ordinary)]
    for what, rung in (("rules", by_rules), ("rules and model", by_both)):
        table.tell(f"ordinary texts flagged: {what}", 100 * float(np.mean(rung)), 1, at_most=True, n=len(ordinary))


def tasks(table: Table, counts: Counts, columns: Columns) -> None:
    """Count tasks on a fifth of our own examples kept from training: what a model alone can know."""
    learned, kept = part_of(own_examples(), 0)
    answers = ["work" if each.needs_task else "none" for each in learned]
    said = Lesson.learn(counts, columns, texts_of(learned), answers, texts_of(kept)).said
    made, needed = np.array([each == "work" for each in said]), np.array([example.needs_task for example in kept])
    table.tell(
        "own examples: tasks made that nobody needs", 100 * float((made & ~needed).sum() / made.sum()), n=len(kept)
    )
    table.tell("own examples: needed tasks missing", 100 * float((~made & needed).sum() / needed.sum()), n=len(kept))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=0, help="how often to draw: 1, with --full 5")
    parser.add_argument("--full", action="store_true", help="learn banking77 and CLINC150 from all their texts too")
    parser.add_argument("--encoder", default="", help="another encoder than the best that is installed")
    parser.add_argument(
        "--only", nargs="*", default=[], help="parts: speed flow ships alarms tasks own tenants learning public"
    )
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.stdout.write("Nothing to judge by: the shared data are not beside the checkout.\n")
        return 0
    seeds = options.seeds or (5 if options.full else 1)
    table, columns = Table(), Columns(open_encoder(options.encoder))
    counts = count_all(seeds)
    parts: dict[str, Callable[[], None]] = {
        "speed": lambda: speed(table, words_of(real_messages())),
        "flow": lambda: flow(table, texts_of([each for each in own_examples() if not each.emergency])),
        "ships": lambda: what_ships(table),
        "alarms": lambda: alarms(table),
        "tasks": lambda: tasks(table, counts, columns),
        "own": lambda: own_alone(table, counts, columns, seeds),
        "tenants": lambda: with_tenants(table, counts, columns, seeds),
        "learning": lambda: learning(table, counts, columns, seeds),
        "public": lambda: public_sets(table, columns.encoder, seeds, full=options.full),
    }
    table.say(f"{seeds} seeds, encoder {columns.encoder.name}, load {os.getloadavg()[0]:.1f}")
    for name in options.only or parts:
        began = time.monotonic()
        with threadpool_limits(1):  # as a worker learns: threads would wait for one another, and for others
            parts[name]()
        table.say(f"-- {name}: {time.monotonic() - began:.0f} s")
    if options.full and not options.only:
        table.write(RESULTS / f"{datetime.now(UTC):%Y-%m-%d}-triage.json", seeds=seeds, encoder=columns.encoder.name)
    table.say(f"{len(table.missed)} goals missed{': ' + '; '.join(table.missed) if table.missed else ''}")
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""`hub triage`: what the classifier thinks, how good it is, and teaching it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.command import open_desk

if TYPE_CHECKING:
    from classifiers.classifier import Classifier, Triage
    from hub.domain.learning import FrozenScore
    from hub.services.triage.judging import Judgement

BATCH = 64
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def triage() -> None:
    """Ask, judge and teach the classifier."""


@triage.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def predict(as_json: bool) -> None:
    """Say where messages belong: one text a line from standard input."""
    classifier = _open_classifier()
    patient = not sys.stdin.isatty()
    for batch in _batches(_lines(), BATCH if patient else 1):
        for text, thought in zip(batch, classifier.triage(batch), strict=True):
            told = describe(thought)
            click.echo(json.dumps(told, ensure_ascii=False) if as_json else _sentence(told, text))


@triage.command()
@click.argument("file", type=READABLE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def evaluate(file: Path, as_json: bool) -> None:
    """Judge the classifier by a file with the columns text,queue[,topic][,priority]."""
    from hub.services.triage.judging import judge_classifier
    from hub.services.triage.labelled import read_labelled

    known = read_labelled(file)
    judgement = judge_classifier(_open_classifier(), known.rows)
    if as_json:
        click.echo(json.dumps(describe_judgement(judgement) | {"left_out": known.left_out}))
        return
    click.echo("\n".join(_report(judgement)))
    if known.left_out:
        click.echo(f"{known.left_out} rows marked uncertain were left out.")


@triage.command()
@click.argument("files", nargs=-1, type=READABLE)
@click.option("--company", default="", help="Learn from this company's corrections only; from all by default.")
@click.pass_context
def train(ctx: click.Context, files: tuple[Path, ...], company: str) -> None:
    """Learn from the starting examples, files (text,queue[,topic][,priority]) and what agents corrected.

    The candidate takes over only if it is no worse than the present classifier and misses no emergency that one finds.
    """
    from classifiers.examples import starting_examples
    from hub.services.settings.setup import company_named
    from hub.services.triage.classifier_files import ClassifierFiles
    from hub.services.triage.labelled import read_corrections, read_labelled
    from hub.services.triage.learning import learn
    from hub.services.triage.teaching import note_taught

    given = [row for file in files for row in read_labelled(file).rows]
    slug = company or ctx.obj
    with open_desk() as desk:
        corrections = read_corrections(desk, company_named(desk, slug).id if slug else None)
        note_taught(desk, ClassifierFiles(desk.settings.home))
        desk.session.rollback()
        starting = starting_examples()
        click.echo(
            f"Learning from {len(starting)} starting examples, {len(given)} from files and {len(corrections)} "
            "corrections: this takes a minute or two.",
            err=True,
        )
        lesson = learn(
            ClassifierFiles(desk.settings.home),
            desk.open_classifier(),
            starting,
            [*given, *corrections],
            encoder=desk.settings.encoder,
        )
    click.echo(_score("candidate", lesson.candidate))
    click.echo(_score("present", lesson.present))
    if lesson.refusal:
        click.echo(f"Refused: {lesson.refusal}. The present classifier stays.", err=True)
        ctx.exit(1)
    click.echo(f"The candidate, learned from {lesson.examples} examples, has taken over.")


@triage.command("roll-back")
def roll_back() -> None:
    """Go back to the classifier before the present one."""
    from hub.services.triage.classifier_files import ClassifierFiles
    from hub.settings import read_settings

    path = ClassifierFiles(read_settings(os.environ).home).roll_back()
    click.echo(f"{path.name} is the present classifier." if path else "The classifier that ships is the present one.")


def describe(thought: Triage) -> dict[str, Any]:
    """Return what triage made of a text under the names of the contract."""
    return {
        "topic": thought.topic,
        "queue": str(thought.queue),
        "priority": str(thought.priority),
        "confidence": round(thought.confidence, 4),
        "emergency": thought.emergency is not None,
        "alternatives": [
            {"queue": str(each.label), "confidence": round(each.confidence, 4)} for each in thought.alternatives
        ],
    }


def describe_judgement(found: Judgement) -> dict[str, Any]:
    """Return a judgement as plain numbers, shares rounded to four decimals."""
    from dataclasses import asdict

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rounded(each) for name, each in value.items()}
        return round(value, 4) if isinstance(value, float) else value

    told: dict[str, Any] = rounded(asdict(found))
    return told


def _open_classifier() -> Classifier:
    """Open the desk's classifier without any server; trouble with it is told on standard error."""
    from hub.services.triage.classifier_files import ClassifierFiles, open_classifier
    from hub.settings import read_settings

    settings = read_settings(os.environ)
    classifier = open_classifier(ClassifierFiles(settings.home), settings.encoder)
    if classifier.trouble:
        click.echo(classifier.trouble, err=True)
    return classifier


def _lines() -> Iterator[str]:
    """Yield standard input line by line; only a line feed ends a line, and bytes that are no UTF-8 are replaced."""
    for at, line in enumerate(sys.stdin.buffer):
        text = line.decode("utf-8-sig" if at == 0 else "utf-8", errors="replace")
        yield text.removesuffix("\n").removesuffix("\r")


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _sentence(told: dict[str, Any], text: str) -> str:
    mark = "EMERGENCY " if told["emergency"] else ""
    return (
        f"{told['queue']:12} {told['topic']:15} {told['priority']:7} {told['confidence']:4.0%}  {mark}{shorten(text)}"
    )


def shorten(text: str, length: int = 60) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _report(found: Judgement) -> Sequence[str]:
    lines = [
        f"{found.count} messages",
        f"right queue             {found.accuracy:6.1%}",
        f"macro-F1                {found.macro_f1:6.3f}",
        f"calibration error (ECE) {found.ece:6.3f}",
        f"routed without a person {found.coverage:6.1%}{_of_those(found.coverage_accuracy)}",
        f"left to a person        {found.asked:6.1%}",
    ]
    if found.topic_accuracy is not None:
        lines.append(f"right topic             {found.topic_accuracy:6.1%}")
    if found.priority_accuracy is not None:
        lines.append(f"right priority          {found.priority_accuracy:6.1%}")
        lines.append(
            f"urgent                  {found.urgent_found} of {found.urgent} found, {found.urgent_wrongly} wrongly"
        )
    lines.append(
        f"milliseconds a message  {found.ms_per_message:6.2f} in batches, {found.ms_per_message_alone:.2f} alone"
    )
    lines += ["", f"{'queue':12} {'precision':>9} {'recall':>7} {'messages':>9}"]
    lines += [
        f"{name:12} {each.precision:9.1%} {each.recall:7.1%} {each.count:9}" for name, each in found.queues.items()
    ]
    return lines


def _of_those(accuracy: float | None) -> str:
    return "" if accuracy is None else f", {accuracy:.1%} of those right"


def _score(name: str, score: FrozenScore) -> str:
    return (
        f"{name:10} {score.accuracy:.1%} of {score.count} frozen examples in the right queue, "
        f"{score.emergencies_found} of {score.emergencies} emergencies found"
    )

"""Whatever has become of the classifier's file: every message becomes a ticket in time, nothing runs, and a banner says why."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from classifiers.cascade import Unclassified
from classifiers.encoder import open_encoder
from classifiers.store import facts_path
from classifiers.training import shipped_for
from hub.app import ClassifierOnDemand
from hub.models import Message, Task, Ticket
from hub.services.triage.classifier_files import ClassifierFiles
from hub.services.triage.classifier_trouble import select_trouble
from tests.services.steps import Office, mail, take_in, ticket_of, triage_all

NAME = "a" * 16
MESSAGES = 100


class Trap:
    """What a pickle may do to whoever loads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.path,))


def gone(model: Path, proof: Path) -> None:
    model.unlink()


def cut_off(model: Path, proof: Path) -> None:
    model.write_bytes(model.read_bytes()[:5_000])


def empty(model: Path, proof: Path) -> None:
    model.write_bytes(b"")


def one_byte_flipped(model: Path, proof: Path) -> None:
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)


def for_another_encoder(model: Path, proof: Path) -> None:
    facts = json.loads(facts_path(model).read_text(encoding="utf-8"))
    facts_path(model).write_text(json.dumps({**facts, "encoder": "another", "encoder_sha256": "0"}), encoding="utf-8")


def a_pickle(model: Path, proof: Path) -> None:
    model.write_bytes(pickle.dumps(Trap(proof)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (gone, "is missing"),
        (cut_off, "damaged or was exchanged"),
        (empty, "damaged or was exchanged"),
        (one_byte_flipped, "damaged or was exchanged"),
        (for_another_encoder, "trained with the encoder 'another'"),
        (a_pickle, "damaged or was exchanged"),
    ],
)
def test_a_hundred_messages_become_a_hundred_tickets_whatever_has_become_of_the_file(
    office: Office, tmp_path: Path, spoil: Callable[[Path, Path], None], said: str
) -> None:
    proof = tmp_path / "ran"
    files = ClassifierFiles(tmp_path)
    model = files.folder / f"{NAME}.skops"
    files.folder.mkdir()
    shipped = shipped_for(open_encoder().name)
    for source, target in ((shipped, model), (facts_path(shipped), facts_path(model))):
        shutil.copyfile(source, target)
    (files.folder / "current").write_text(f"{NAME}\n", encoding="ascii")
    spoil(model, proof)
    desk = replace(office.desk, open_classifier=ClassifierOnDemand(tmp_path))

    arrived = take_in(
        desk, *(mail(f"The tap in flat {number} drips", sender=f"p{number}@example.com") for number in range(MESSAGES))
    )
    triage_all(desk)

    tickets = desk.session.scalars(select(Ticket)).all()
    assert len(arrived) == len(tickets) == MESSAGES
    assert {(each.queue, each.band) for each in tickets} == {("front-desk", "ask")}
    waiting = select(Message.id).where(Message.triaged_at.is_(None), Message.direction == "in")
    assert desk.session.scalars(waiting).all() == []
    assert desk.session.scalar(select(func.count()).select_from(Task)) == 0
    assert said in (desk.session.scalar(select_trouble()) or "")
    assert not proof.exists()


def test_the_words_are_gone_once_a_classifier_looks_again(office: Office, tmp_path: Path) -> None:
    broken = replace(office.desk, open_classifier=lambda: Unclassified("The classifier file is missing."))
    take_in(broken, mail("The tap drips", sender="one@example.com"))
    triage_all(broken)
    before = office.desk.session.scalar(select_trouble())

    take_in(office.desk, mail("The tap drips", sender="two@example.com"))
    triage_all(office.desk)

    assert before == "The classifier file is missing."
    assert office.desk.session.scalar(select_trouble()) == ""


def test_an_emergency_is_heard_without_any_classifier(office: Office) -> None:
    broken = replace(office.desk, open_classifier=lambda: Unclassified("The classifier file is missing."))

    (message,) = take_in(broken, mail("There is a strong smell of gas in the kitchen"))
    triage_all(broken)

    assert ticket_of(broken, message).emergency
    assert broken.session.scalar(select_trouble()) == "The classifier file is missing."

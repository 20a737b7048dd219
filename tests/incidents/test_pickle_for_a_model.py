"""GLPI CVE-2026-22248: a file that somebody uploaded was loaded as objects, and ran as a program while it was.

Our rule: models are plain numbers under a pinned hash; nothing in the product unpickles. Without a model of ours every message
still gets to people.
"""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.cascade import load as load_classifier
from classifiers.store import ModelUnusable, facts_path, load
from tests.services.steps import Office, mail, take_in, ticket_of, triage_all

ROOT = Path(__file__).resolve().parents[2]
LOADERS = re.compile(r"^\s*(?:import|from)\s+(?:pickle|marshal|shelve|dill|cloudpickle|joblib)\b", re.MULTILINE)


def test_a_pickle_in_its_place_is_refused_and_nothing_runs(model: Path, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    model.write_bytes(pickle.dumps(Trap(proof)))

    with pytest.raises(ModelUnusable):
        load(model)

    assert not proof.exists()


def test_even_a_pickle_with_the_right_hash_runs_nothing(model: Path, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    model.write_bytes(pickle.dumps(Trap(proof)))
    facts = json.loads(facts_path(model).read_text(encoding="utf-8"))
    import hashlib  # noqa: PLC0415 - only a forger needs it

    facts["sha256"] = hashlib.sha256(model.read_bytes()).hexdigest()
    facts_path(model).write_text(json.dumps(facts), encoding="utf-8")

    with pytest.raises(ModelUnusable, match="no model of ours"):
        load(model)

    assert not proof.exists()


class Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.path,))


def test_no_part_of_the_product_unpickles() -> None:
    files = [
        path
        for package in ("hub", "channels", "classifiers", "knowledgebase")
        for path in (ROOT / package).rglob("*.py")
    ]

    found = [str(path.relative_to(ROOT)) for path in files if LOADERS.search(path.read_text(encoding="utf-8"))]

    assert found == []


def test_tickets_go_on_with_a_pickle_in_the_models_place(office: Office, model: Path, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    model.write_bytes(pickle.dumps(Trap(proof)))
    desk = replace(office.desk, open_classifier=lambda: load_classifier(model))

    (message,) = take_in(desk, mail("The tap drips"))
    triage_all(desk)

    assert ticket_of(desk, message).queue == "front-desk"
    assert not proof.exists()

"""Each import contract of pyproject.toml catches the mistake it is there for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each copies the code and reads all of it

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("hub", "channels", "classifiers", "knowledgebase")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# The contract, a file that may or may not exist, and the line that must not be in it.
VIOLATIONS = [
    ("Imports point down", "hub/domain/ticket.py", "import hub.services.triage.triage"),
    ("Imports point down", "hub/models/ticket.py", "import hub.web"),
    ("Imports point down", "hub/jobs/wake.py", "import hub.web"),
    ("Imports point down", "hub/helpers.py", "import hub.errors"),
    ("The libraries are strangers to each other", "classifiers/labels.py", "import channels.message"),
    ("The libraries are strangers to each other", "knowledgebase/__init__.py", "import classifiers.encoder"),
    ("The libraries know no application", "channels/registry.py", "import hub.settings"),
    ("The libraries know no application", "channels/portal.py", "import flask"),
    ("The libraries know no application", "knowledgebase/__init__.py", "import sqlalchemy"),
    ("Decisions are pure", "hub/domain/ticket.py", "import sqlalchemy"),
    ("Decisions are pure", "hub/domain/routing.py", "from hub.clock import SystemClock"),
    ("Pages never load scikit-learn", "hub/web/__init__.py", "import classifiers.training"),
    ("Pages never load scikit-learn", "hub/desk.py", "import classifiers.linear"),
    ("Faces do not know one another", "hub/web/ops/__init__.py", "import hub.web.inbox"),
    ("What starts processes knows no desk", "hub/supervisor/child.py", "import hub.settings"),
    ("What starts processes knows no desk", "hub/embedded/lease.py", "import redis"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code that a test may spoil; every face is there, be it empty."""
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, tmp_path / package, ignore=only_python)
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for face in ("inbox", "ops"):
        (tmp_path / "hub" / "web" / face).mkdir(exist_ok=True)
        (tmp_path / "hub" / "web" / face / "__init__.py").touch()
    if not (tmp_path / "hub" / "web" / "__init__.py").exists():
        (tmp_path / "hub" / "web" / "__init__.py").touch()
    return tmp_path


def only_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_code_keeps_every_contract(copy: Path) -> None:
    done = lint(copy)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_a_forbidden_import_is_caught(copy: Path, contract: str, file: str, line: str) -> None:
    with (copy / file).open("a") as spoiled:
        spoiled.write(f"\n{line}\n")

    done = lint(copy)

    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout, done.stdout


def test_every_contract_has_been_seen_to_catch_something() -> None:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    contracts = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}

    assert {contract for contract, _, _ in VIOLATIONS} == contracts

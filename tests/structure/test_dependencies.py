"""What is imported is asked for: nothing of ours leans on a package that another one happens to bring."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
OURS = ("hub", "channels", "classifiers", "knowledgebase", "migrations")
BROUGHT_BY_FLASK = {"werkzeug", "jinja2", "markupsafe"}  # Flask tells its users to import them
NAME = re.compile(r"[A-Za-z0-9._-]+")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["s3"]]
    return {plain(match.group()) for each in wanted if (match := NAME.match(each))}


def imported() -> dict[str, Path]:
    """The top-level names of other people's packages, each with a file of ours that imports it."""
    found: dict[str, Path] = {}
    for path in (each for folder in OURS for each in (CHECKOUT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            found |= {each.partition(".")[0]: path for each in names}
    return {
        name: path
        for name, path in found.items()
        if name not in sys.stdlib_module_names and name not in {*OURS, "_typeshed"}
    }


def test_every_package_that_is_imported_is_asked_for() -> None:
    makers = packages_distributions()
    wanted = asked_for() | BROUGHT_BY_FLASK

    missing = {
        name: str(path.relative_to(CHECKOUT))
        for name, path in imported().items()
        if not {plain(each) for each in makers.get(name, [name])} & wanted
    }

    assert missing == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_and_hashes_and_no_address(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")

    assert "://" not in text
    pinned = set(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==\S+ .*\\$", text, re.MULTILINE))
    assert asked_for() <= {plain(each) for each in pinned}
    assert all(f"\n{each}" not in text for each in ("--index-url", "--extra-index-url", "--find-links", "-e "))

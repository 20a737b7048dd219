"""Each process imports what it needs and no more: memory at rest, and the time a start takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

PAGES = {"hub.web", "apiflask", "marshmallow", "wtforms", "alembic"}
MODELS = {"sklearn", "scipy", "skops"}
PICTURES = {"PIL"}
NEVER = {
    "hub.up": PAGES | MODELS | PICTURES | {"flask", "sqlalchemy", "psycopg", "redis", "channels", "classifiers"},
    "hub.app, hub.fetcher": PAGES | MODELS | PICTURES | {"numpy"},
    "hub.app, hub.clockwork": PAGES | MODELS | PICTURES | {"numpy"},
    "hub.app, hub.worker": PAGES | MODELS | PICTURES,
    "hub.app, hub.web": MODELS | PICTURES,
}


@pytest.mark.parametrize("process", sorted(NEVER))
def test_a_process_does_not_import_what_only_others_need(process: str) -> None:
    program = f"import sys, {process}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert NEVER[process] & set(done.stdout.split()) == set()

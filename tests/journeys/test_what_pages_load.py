"""The processes that serve pages never load a model: what is mapped into them is looked at while the product runs."""

from __future__ import annotations

import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journeys.running import PATIENCE_SECONDS, Product, wait_for
from tests.journeys.visiting import Program

pytestmark = [pytest.mark.servers, pytest.mark.slow]

MODELS = ("/sklearn/", "/scipy/", "/tokenizers/", "/wordllama/")
PATHS = ("/login", "/help", "/health", "/api/v1/openapi.json")


def children_of(process: int) -> list[int]:
    """Return a process and all that descend from it; children that read a mail come and go meanwhile."""
    found = [process]
    for each in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text(encoding="ascii").split()]
    return found


def command_of(process: int) -> str:
    """Return what a process was started by, nothing for one that has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def models_in(process: int) -> set[str]:
    maps = Path(f"/proc/{process}/maps").read_text(encoding="utf-8", errors="replace")
    return {each.strip("/") for each in MODELS if each in maps}


def test_web_processes_have_no_model_while_the_worker_has_one(practice: Product, program: Program) -> None:
    assert practice.process is not None
    processes = {each: command_of(each) for each in children_of(practice.process.pid)}
    web = [each for each, command in processes.items() if "hub.wsgi" in command]
    (worker,) = [each for each, command in processes.items() if command.rstrip().endswith("hub worker")]
    program.mail("The tap", "The kitchen tap drips all night.")
    wait_for(lambda: models_in(worker), "The classifier in the worker")
    program.get("/tickets", q="tap")
    for path in PATHS:
        urllib.request.urlopen(f"{practice.url}{path}", timeout=PATIENCE_SECONDS).close()

    loaded = {each: models_in(each) for each in web}

    assert len(web) >= 2
    assert {"sklearn", "scipy"} <= models_in(worker)
    assert set().union(*loaded.values()) == set()

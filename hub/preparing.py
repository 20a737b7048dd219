"""What `hub up` needs done once before its processes start, in a process that ends: the supervisor stays small."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from hub.processes import dies_with_parent

if TYPE_CHECKING:
    from hub.desk import Desk


def run_preparation(environ: Mapping[str, str], *, demo: bool) -> list[str]:
    """Prepare the database in a process of its own; return the lines that say how to get in.

    Raises `PreparationFailed` when it failed, having said why itself.
    """
    command = [sys.executable, "-m", "hub", "prepare", *(["--demo"] if demo else [])]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - nobody has started a thread yet
    ) as child:
        assert child.stdout is not None
        said = child.stdout.read()
    if child.returncode != 0:
        raise PreparationFailed(child.returncode)
    lines: list[str] = json.loads(said)
    return lines


class PreparationFailed(Exception):
    """Raised when the database could not be prepared; `status` is what the process ended with."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The preparation ended with status {status}.")
        self.status = status if status > 0 else 128 - status


def prepare(*, demo: bool) -> None:
    """Migrate, make the first company, look after the demo; print, as JSON, a sign-in link per role."""
    from hub.app import create_core, desk_of  # noqa: PLC0415 - the supervisor imports this file and must stay small
    from hub.demo import load_demo  # noqa: PLC0415
    from hub.runtime import make_ready  # noqa: PLC0415
    from hub.schema import prepare_migrations, upgrade_schema  # noqa: PLC0415

    app = create_core()
    prepare_migrations(app)
    upgrade_schema(app)
    make_ready(app)
    with app.app_context():
        desk = desk_of(app)
        if demo:
            click.echo("Looking after the demo …", err=True)
            load_demo(desk)
        with desk.transaction():
            lines = _ways_in(desk, demo=demo)
    click.echo(json.dumps(lines))


def _ways_in(desk: Desk, *, demo: bool) -> list[str]:
    from hub.demo.staff import STAFF  # noqa: PLC0415
    from hub.services.settings.setup import setup_link  # noqa: PLC0415
    from hub.services.staff.accounts import make_agent_link  # noqa: PLC0415

    if demo:
        links = [f"  {person.title:22} {make_agent_link(desk, person.email)}" for person in STAFF]
        return [*links, "", f"  A resident's phone and mailbox: {desk.settings.base_url}/sandbox"]
    link = setup_link(desk)
    return ["  Nobody can sign in yet. Make the first administrator here, once:", f"  {link}"] if link else []

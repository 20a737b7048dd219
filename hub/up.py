"""`hub up`: servers, pages, worker, fetcher and clock on one machine, supervised, until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence

import click

from hub.knocking import Visitor
from hub.preparing import PreparationFailed, run_preparation
from hub.runtime import Served, servers_for
from hub.serving import take_port, web_command
from hub.settings import Settings, read_settings
from hub.supervisor import Process, Supervisor

log = logging.getLogger(__name__)

INTERRUPTED = 130  # what shells expect of a command that Ctrl-C ended


def run_everything(*, port: int | None, demo: bool) -> None:
    """Start everything, print where it is and how to get in, and stay until asked to stop."""
    environ = dict(os.environ)
    if port is not None:
        environ["PORT"] = str(port)
    if demo:
        environ.setdefault("HUB_DEMO", "1")
    settings = read_settings(environ)
    begun = time.monotonic()
    taken = take_port(settings.port)  # before anything is started
    click.echo("Starting PostgreSQL and Valkey …" if not settings.database_url else "Connecting …")
    try:
        with taken, servers_for(settings) as served:
            status = _run_on(served, taken, environ, demo=demo, begun=begun)
    except KeyboardInterrupt:  # before the servers had started
        status = INTERRUPTED
    with contextlib.suppress(OSError):
        click.echo(_farewell(settings))
    sys.exit(status)


def _run_on(served: Served, taken: socket.socket, environ: dict[str, str], *, demo: bool, begun: float) -> int:
    """Prepare the database, then keep the processes running until asked to stop; returns the exit status."""
    ready = served.settings
    told = _told(ready, environ)
    try:
        ways_in = run_preparation(told, demo=demo)
    except PreparationFailed as failure:
        return failure.status
    except KeyboardInterrupt:
        _say_stopping()
        return INTERRUPTED
    supervisor = Supervisor(
        _processes(ready, taken.fileno(), told),
        is_ready=Visitor(ready.port).is_answered,
        on_ready=lambda: _greet(ready, ways_in, seconds=time.monotonic() - begun),
        every_second=served.ensure,
        on_stop=_say_stopping,
    )
    return supervisor.run()


def _say_stopping() -> None:
    """Say at once that Ctrl-C was heard: the rest takes a few seconds."""
    with contextlib.suppress(OSError):  # the terminal may be what went away
        click.echo("\nStopping …")


def _farewell(settings: Settings) -> str:
    """Return what is left behind: in our folder, and in a database of somebody else's where one was named."""
    elsewhere = " and in the database of HUB_DATABASE_URL" if settings.database_url else ""
    return f"Stopped; the data is kept in {settings.home}{elsewhere}."


def _told(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what every process is told: the servers' addresses above all."""
    told = {
        "HUB_HOME": str(settings.home),
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_REDIS_URL": settings.redis_url,
        "HUB_SECRET_KEY": settings.secret_key,
        "HUB_BASE_URL": settings.base_url,
        "HUB_DEMO": "1" if settings.demo else "0",
        "PORT": str(settings.port),
        "PYTHONUNBUFFERED": "1",
    }
    return {name: value for name, value in told.items() if value} | {
        name: value for name, value in environ.items() if name.startswith(("TWILIO_", "SLACK_"))
    }


def _processes(settings: Settings, taken: int, told: Mapping[str, str]) -> list[Process]:
    """Return the processes of the Procfile with the servers' addresses in their environment."""
    hub = [sys.executable, "-m", "hub"]
    return [
        Process("web", web_command(settings.port, lent=taken), env=told, lent=(taken,)),
        Process("worker", [*hub, "worker"], env=told),
        Process("fetch", [*hub, "fetch"], env=told),
        Process("clock", [*hub, "clock"], env=told),
    ]


def _greet(settings: Settings, ways_in: Sequence[str], *, seconds: float) -> None:
    """Print the address and how to get in."""
    click.echo(
        f"\nFrontdesk is at {settings.base_url}   (ready in {seconds:.1f} s; Ctrl-C ends it and keeps the data)\n"
    )
    click.echo("\n".join([*ways_in, ""]))
    sys.stdout.flush()

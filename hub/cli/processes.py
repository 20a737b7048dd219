"""`hub up`, `hub web`, `hub worker`, `hub fetch`, `hub clock`, `hub db`: what runs."""

from __future__ import annotations

import click


@click.command()
@click.option("--port", type=int, default=None, help="Where pages are served (8000).")
@click.option("--no-demo", is_flag=True, help="Without the demo portfolio.")
def up(port: int | None, no_demo: bool) -> None:
    """Run everything on this machine: servers, pages, worker, fetcher and clock."""
    from hub.up import run_everything

    run_everything(port=port, demo=not no_demo)


@click.command(hidden=True)
@click.option("--demo", is_flag=True, help="With the demo portfolio.")
def prepare(demo: bool) -> None:
    """Prepare the database for `hub up`, and say how to get in."""
    from hub.preparing import prepare as prepare_all

    prepare_all(demo=demo)


@click.command()
def web() -> None:
    """Serve pages, hooks and live events."""
    from hub.serving import run_web

    run_web()


@click.command()
def worker() -> None:
    """File, triage and send what waits."""
    from hub.app import create_core
    from hub.worker import run_worker

    run_worker(create_core())


@click.command()
def fetch() -> None:
    """Fetch mailboxes and listen for SMTP."""
    from hub.app import create_core
    from hub.fetcher import run_fetcher

    run_fetcher(create_core())


@click.command()
def clock() -> None:
    """Run what is due: exactly one a desk."""
    from hub.app import create_core
    from hub.clockwork import run_alone

    run_alone(create_core())


@click.group("db")
def database() -> None:
    """Keep the database's schema."""


@database.command("upgrade")
def upgrade() -> None:
    """Run the migrations the database has not seen."""
    from hub.runtime import bare_app
    from hub.schema import schema_version, upgrade_schema

    with bare_app() as app:
        upgrade_schema(app)
        click.echo(f"The schema is at {schema_version(app)}.")

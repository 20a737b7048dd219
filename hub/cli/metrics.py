"""`hub metrics`: the figures, made again from the events."""

from __future__ import annotations

import click

from hub.cli.command import open_desk


@click.group()
def metrics() -> None:
    """Figures of response, promises and NPS."""


@metrics.command()
def rebuild() -> None:
    """Make every measurement and every sum by day again from the events."""
    from hub.services.metrics.measuring import rebuild_measurements

    with open_desk() as desk:
        with desk.transaction():
            measured = rebuild_measurements(desk)
        click.echo(f"Measured {measured} tickets from their events.")

"""`hub demo`: what is on the desk."""

from __future__ import annotations

import click

from hub.cli.command import open_desk


@click.command()
@click.option("--reset", is_flag=True, help="Begin the demo anew.")
@click.option("--remove", is_flag=True, help="Take the demo out; real rows stay.")
def demo(reset: bool, remove: bool) -> None:
    """Load the demo: three companies with people, leases, articles and tickets."""
    from hub.demo import load_demo, remove_demo

    with open_desk() as desk:
        if reset or remove:
            remove_demo(desk)
        if not remove:
            load_demo(desk)
        click.echo("The demo is out." if remove else "The demo is in.")

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
            tell("taking the demo out")
            remove_demo(desk)
        if remove:
            click.echo("The demo is out.")
        elif load_demo(desk, tell):
            click.echo("The demo is in: three companies, their people and homes, 200 tickets.")
        else:
            click.echo("The demo is in already: 'hub demo --reset' begins it anew.")


def tell(words: str) -> None:
    """Say what is being done, beside the answer."""
    click.echo(f"  {words} …", err=True)

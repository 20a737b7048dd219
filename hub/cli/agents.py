"""`hub agent`, `hub token`: who may sign in, and programs that act for them."""

from __future__ import annotations

import click

from hub.cli.command import for_company, open_desk


@click.group()
def agent() -> None:
    """Keep staff accounts."""


@agent.command()
@click.argument("email")
@click.option(
    "--role", type=click.Choice(["agent", "operations", "manager", "admin"]), required=True, help="What they may do."
)
@click.option("--name", default="", help="Their name; the address stands in without one.")
@for_company
def invite(company: str, email: str, role: str, name: str) -> None:
    """Make a colleague's account and print their sign-in link."""
    from hub.services.settings.setup import company_named
    from hub.services.staff.accounts import invite_agent

    with open_desk() as desk:
        with desk.transaction():
            link = invite_agent(desk, company_named(desk, company), email=email, name=name, role=role)
        click.echo(link)


@agent.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new sign-in link of an account."""
    from hub.services.staff.accounts import make_agent_link

    with open_desk() as desk:
        with desk.transaction():
            made = make_agent_link(desk, email)
        click.echo(made)


@click.group()
def token() -> None:
    """Make API tokens."""


@token.command()
@click.option("--agent", "email", required=True, help="Whose token: it may do what they may.")
@click.option("--name", default="", help="What it is for.")
def create(email: str, name: str) -> None:
    """Make an API token and print it, alone on the last line: it is shown only now."""
    from hub.services.staff.accounts import create_api_token

    with open_desk() as desk:
        with desk.transaction():
            made = create_api_token(desk, email, name=name)
        click.echo(made)

"""The `hub` command."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click

from hub.errors import HubError


class Command(click.Group):
    """A group whose refusals are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what the hub refuses on purpose is printed and ends with status 1."""
        try:
            return super().invoke(ctx)
        except HubError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--company", default="", help="The company's short name; the first one by default.")
@click.pass_context
def main(ctx: click.Context, company: str) -> None:
    """Frontdesk: the customer-service hub for residential property management."""
    ctx.obj = company
    logging.basicConfig(
        level=os.environ.get("HUB_LOG", "WARNING"), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


@main.command()
@click.option("--port", type=int, default=None, help="Where pages are served (8000).")
@click.option("--no-demo", is_flag=True, help="Without the demo portfolio.")
def up(port: int | None, no_demo: bool) -> None:
    """Run everything on this machine: servers, pages, worker, fetcher and clock."""
    from hub.up import run_everything

    run_everything(port=port, demo=not no_demo)


@main.command()
def web() -> None:
    """Serve pages, hooks and live events."""
    from hub.serving import run_web

    run_web()


@main.command()
def worker() -> None:
    """File, triage and send what waits."""
    from hub.app import create_app
    from hub.worker import run_worker

    run_worker(create_app())


@main.command()
def fetch() -> None:
    """Fetch mailboxes and listen for SMTP."""
    from hub.app import create_app
    from hub.fetcher import run_fetcher

    run_fetcher(create_app())


@main.command()
def clock() -> None:
    """Run what is due: exactly one a desk."""
    from hub.app import create_app
    from hub.clockwork import run_alone

    run_alone(create_app())


@main.group("db")
def database() -> None:
    """Keep the database's schema."""


@database.command("upgrade")
def database_upgrade() -> None:
    """Run the migrations the database has not seen."""
    from hub.app import create_app
    from hub.runtime import servers_for
    from hub.schema import schema_version, upgrade_schema
    from hub.settings import read_settings

    with servers_for(read_settings(os.environ)) as served:
        app = create_app(served.settings)
        upgrade_schema(app)
        click.echo(f"The schema is at {schema_version(app)}.")


@main.group()
def agent() -> None:
    """Keep staff accounts."""


@agent.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice(["agent", "operations", "manager", "admin"]), required=True)
@click.option("--name", default="", help="Their name; the address stands in without one.")
@click.pass_obj
def agent_invite(company: str, email: str, role: str, name: str) -> None:
    """Make a colleague's account and print their sign-in link."""
    from hub.app import desk_of
    from hub.runtime import working_app
    from hub.services.accounts import invite_agent
    from hub.services.setup import company_named

    with working_app() as app, app.app_context():
        desk = desk_of(app)
        with desk.transaction():
            link = invite_agent(desk, company_named(desk, company), email=email, name=name, role=role)
        click.echo(link)


@agent.command("link")
@click.argument("email")
def agent_link(email: str) -> None:
    """Print a new sign-in link of an account."""
    from hub.app import desk_of
    from hub.runtime import working_app
    from hub.services.accounts import make_agent_link

    with working_app() as app, app.app_context():
        desk = desk_of(app)
        with desk.transaction():
            link = make_agent_link(desk, email)
        click.echo(link)


@main.group()
def token() -> None:
    """Make API tokens."""


@token.command("create")
@click.option("--agent", "email", required=True, help="Whose token: it may do what they may.")
@click.option("--name", default="", help="What it is for.")
def token_create(email: str, name: str) -> None:
    """Make an API token and print it, alone on the last line: it is shown only now."""
    from hub.app import desk_of
    from hub.runtime import working_app
    from hub.services.accounts import create_api_token

    with working_app() as app, app.app_context():
        desk = desk_of(app)
        with desk.transaction():
            made = create_api_token(desk, email, name=name)
        click.echo(made)


@main.group()
def accept() -> None:
    """Take messages in by hand."""


@accept.command("email")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--history", is_flag=True, help="File only: never answered, never counted.")
@click.pass_obj
def accept_email(company: str, paths: tuple[Path, ...], as_json: bool, history: bool) -> None:
    """Put raw messages (files, folders, mbox, or `-`) through intake and triage in this process."""
    from hub.accepting import accept_files
    from hub.app import desk_of
    from hub.runtime import working_app

    with working_app() as app, app.app_context():
        lost = accept_files(desk_of(app), company, list(paths) or [Path("-")], as_json=as_json, history=history)
    sys.exit(1 if lost else 0)


@main.command()
@click.option("--reset", is_flag=True, help="Begin the demo anew.")
@click.option("--remove", is_flag=True, help="Take the demo out; real rows stay.")
def demo(reset: bool, remove: bool) -> None:
    """Load the demo: three companies with people, leases, articles and tickets."""
    from hub.app import desk_of
    from hub.demo import load_demo, remove_demo
    from hub.runtime import working_app

    with working_app() as app, app.app_context():
        desk = desk_of(app)
        if reset or remove:
            remove_demo(desk)
        if not remove:
            load_demo(desk)
        click.echo("The demo is out." if remove else "The demo is in.")


@main.command()
def doctor() -> None:
    """Check configuration, connections and the promises of the core; exit 0 only if all hold."""
    from hub.doctor import examine
    from hub.runtime import working_app

    with working_app() as app, app.app_context():
        findings = examine(app)
        for each in findings:
            click.echo(f"{'ok  ' if each.good else 'FAIL'} {each.name}: {each.words}")
    sys.exit(0 if all(each.good for each in findings) else 1)


if __name__ == "__main__":
    main()

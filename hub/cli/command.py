"""What all commands share: a desk to work on, a company, and mistakes told in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import click

from hub.errors import HubError

if TYPE_CHECKING:
    from hub.desk import Desk


class HubGroup(click.Group):
    """A group whose refusals are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what the hub refuses on purpose is printed and ends with status 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = sentence_of(error)
            if not sentence:
                raise
            click.echo(sentence, err=True)
            ctx.exit(1)


def sentence_of(error: Exception) -> str:
    """Say in a sentence what a person at a terminal can mend; nothing for a mistake of ours."""
    if isinstance(error, HubError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    import psycopg
    from sqlalchemy.exc import OperationalError

    lost = error.orig if isinstance(error, OperationalError) else error
    if isinstance(lost, psycopg.OperationalError):
        return f"The database does not answer: {str(lost).strip()}. Check HUB_DATABASE_URL."
    return ""


@contextmanager
def open_desk() -> Iterator[Desk]:
    """Lend a desk inside its application, on servers that run, migrated, with a first company."""
    from hub.app import desk_of
    from hub.runtime import working_app

    with working_app() as app, app.app_context():
        yield desk_of(app)


def for_company(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the company it works for as `company`: its own option, else the one before the command's name."""

    def run(ctx: click.Context, /, company: str, **given: Any) -> Any:
        return ctx.invoke(command, company=company or ctx.obj or "", **given)

    option = click.option("--company", default="", help="The company's short name; the first one by default.")
    return option(update_wrapper(click.pass_context(run), command))

"""`hub setup`: a desk without data becomes a company's own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from hub.cli.command import open_desk

if TYPE_CHECKING:
    from hub.desk import Desk


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to know: its option, the words that ask for it on a terminal, and what is taken where nobody says."""

    field: str
    option: str
    words: str
    default: str | None = ""
    secret: bool = False


QUESTIONS = (
    Question("company", "--name", "Company", default=None),
    Question("name", "--admin-name", "Your name", default=None),
    Question("email", "--admin-email", "Your email", default=None),
    Question("password", "--password", "Password, 12 characters or more (empty: a sign-in link)", secret=True),
    Question("time_zone", "--time-zone", "Time zone", default="Europe/Berlin"),
    Question("region", "--country", "Country, two letters", default="DE"),
    Question("imap_url", "--mailbox", "Mailbox, imaps://user:password@host (empty: later)", secret=True),
    Question("smtp_url", "--sending-server", "Sending server, smtps://user:password@host (empty: later)", secret=True),
    Question("number", "--number", "Number for texts (empty: later)"),
    Question("account_sid", "--account-sid", "Twilio Account SID"),
    Question("auth_token", "--auth-token", "Twilio auth token", secret=True),
)
TWILIO = frozenset({"account_sid", "auth_token"})


@click.command("setup")
@click.option("--name", "company", help="The company's name.")
@click.option("--admin-name", "name", help="The first administrator's name.")
@click.option("--admin-email", "email", help="The address they sign in with.")
@click.option("--password", help="Their password; without one a sign-in link is printed.")
@click.option("--time-zone", help="Such as Europe/Berlin.")
@click.option("--country", "region", help="Two letters: phone numbers are read as of there.")
@click.option("--mailbox", "imap_url", help="imaps://user:password@host:993/INBOX")
@click.option("--sending-server", "smtp_url", help="smtps://user:password@host:465")
@click.option("--number", help="The number texts come to and go from.")
@click.option("--account-sid", help="Twilio's Account SID.")
@click.option("--auth-token", help="Twilio's auth token.")
@click.option("--ask/--no-ask", default=None, help="Ask for what is missing; by default on a terminal only.")
def setup(ask: bool | None, **given: str | None) -> None:
    """Make this desk a company's own: its name, its first administrator, mailbox and number."""
    asking = sys.stdin.isatty() if ask is None else ask
    with open_desk() as desk:
        _refuse_twice(desk)
        known = {each.field: given[each.field] for each in QUESTIONS}
        answers = _ask_all(known) if asking else _take(known)
        link = _set_up(desk, answers, asking=asking)
        click.echo(f"{answers['company']} is set up. {link}")


def _refuse_twice(desk: Desk) -> None:
    """Say so before anybody answers ten questions for nothing."""
    from hub.services.settings.beginning import SET_UP_ALREADY
    from hub.services.settings.setup import somebody_can_sign_in

    if somebody_can_sign_in(desk):
        raise click.ClickException(SET_UP_ALREADY)


def _take(given: dict[str, str | None]) -> dict[str, str]:
    """Return the options with their defaults; raises `click.UsageError` naming what is missing."""
    missing = [each.option for each in QUESTIONS if each.default is None and given[each.field] is None]
    if missing:
        raise click.UsageError(f"Missing: {', '.join(missing)}.")
    return {each.field: given[each.field] or each.default or "" for each in QUESTIONS}


def _ask_all(given: dict[str, str | None]) -> dict[str, str]:
    """Return the options, asking for each that was left out; nobody without a number is asked about Twilio."""
    answers: dict[str, str] = {}
    for each in QUESTIONS:
        known = given[each.field]
        needless = each.field in TWILIO and not answers.get("number")
        answers[each.field] = known if known is not None else "" if needless else _ask(each)
    return answers


def _ask(question: Question) -> str:
    answer: str = click.prompt(
        question.words,
        default=question.default,
        hide_input=question.secret,
        confirmation_prompt=question.field == "password",
        show_default=bool(question.default),
    )
    return answer


def _set_up(desk: Desk, answers: dict[str, str], *, asking: bool) -> str:
    """Set the desk up and return how to get in; a wrong answer is asked for again, or ends a script."""
    from hub.errors import Invalid
    from hub.services.settings.beginning import Beginning, set_up

    while True:
        try:
            with desk.transaction():
                agent, link = set_up(desk, Beginning(**answers))
        except Invalid as error:
            question = next(each for each in QUESTIONS if each.field == error.field)
            if not asking:
                raise click.BadParameter(str(error), param_hint=question.option) from error
            click.echo(str(error), err=True)
            answers[question.field] = _ask(question)
        else:
            base = desk.settings.base_url
            return (
                f"Sign in at {base}/login as {agent.email}." if answers["password"] else f"Sign in here, once:\n{link}"
            )

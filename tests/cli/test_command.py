"""What holds for every command: quick help, sentences instead of tracebacks, one company or another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import text

from hub.cli import main
from hub.desk import Desk
from tests.cli.conftest import Hub
from tests.factories import make_company

HEAVY = ("sqlalchemy", "flask", "sklearn", "numpy", "psycopg", "redis", "openpyxl")
COMMANDS = {
    "accept",
    "agent",
    "backup",
    "bench",
    "clock",
    "db",
    "demo",
    "doctor",
    "fetch",
    "import",
    "kb",
    "metrics",
    "restore",
    "setup",
    "token",
    "triage",
    "up",
    "web",
    "worker",
}
LETTER = b"From: Aylin Demir <aylin@example.org>\r\nTo: desk@example.com\r\nSubject: Tap\r\n\r\nThe tap drips.\r\n"


def test_help_loads_none_of_the_heavy_parts() -> None:
    code = "import sys, hub.cli; print([each for each in sys.argv[1:] if each in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_help_names_every_command_with_a_sentence(hub: Hub) -> None:
    said = hub("--help").stdout

    commands = [line.split(maxsplit=1) for line in said.partition("Commands:\n")[2].splitlines()]
    assert {each[0] for each in commands} == COMMANDS
    assert all(len(each) == 2 for each in commands)


def leaves(command: click.Command) -> Iterator[click.Command]:
    """Every command below one."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from leaves(each)
    else:
        yield command


def test_every_command_and_option_explains_itself() -> None:
    silent = [
        (command.name, option.name)
        for command in leaves(main)
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert [command.name for command in leaves(main) if not command.help] == []
    assert silent == []


def test_a_refusal_is_a_sentence_and_status_1(hub: Hub) -> None:
    done = hub("agent", "link", "nobody@example.org", status=1)

    assert done.stderr == "Nobody here has the address nobody@example.org: invite them with 'hub agent invite'.\n"


def test_a_database_that_does_not_answer_is_a_sentence(hub: Hub) -> None:
    done = hub("doctor", status=1, HUB_DATABASE_URL="postgresql://127.0.0.1:1/hub")

    assert done.stderr.startswith("The database does not answer:")
    assert "Check HUB_DATABASE_URL." in done.stderr


def test_the_company_may_be_named_before_the_command_or_after_it(hub: Hub, desk: Desk) -> None:
    make_company(desk)
    second = make_company(desk, "Parkview Homes")

    hub("--company", second.slug, "accept", "email", "-", text=LETTER)
    hub("accept", "email", "-", "--company", second.slug, text=LETTER.replace(b"tap", b"bell"))

    assert desk.session.execute(text("SELECT company_id, count(*) FROM tickets GROUP BY 1")).all() == [(second.id, 2)]


def test_a_company_nobody_knows_is_told_with_those_there_are(hub: Hub, desk: Desk) -> None:
    known = make_company(desk)

    done = hub("accept", "email", "-", "--company", "nowhere", text=LETTER, status=1)

    assert f"There is no company 'nowhere' here. There are: {known.slug}." in done.stderr


def test_a_message_taken_in_is_one_json_object_a_line(hub: Hub) -> None:
    done = hub("accept", "email", "-", "--json", text=LETTER)

    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["outcome"], told["from"], told["subject"]) == ("created", ["aylin@example.org"], "Tap")


def test_an_invitation_is_a_link(hub: Hub) -> None:
    done = hub("agent", "invite", "ines@example.org", "--role", "manager")

    assert done.stdout.startswith("http://desk.example.org/login/link/")


def test_a_token_stands_alone_on_the_last_line(hub: Hub) -> None:
    hub("agent", "invite", "ines@example.org", "--role", "manager")

    done = hub("token", "create", "--agent", "ines@example.org")

    assert " " not in done.stdout.splitlines()[-1]


def test_the_schema_says_where_it_is(hub: Hub) -> None:
    assert hub("db", "upgrade").stdout.startswith("The schema is at 0")


@pytest.mark.slow
def test_a_cold_desk_warms_up_by_itself_and_leaves_nothing_running(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environ["HUB_HOME"] = str(tmp_path / "cold")

    done = subprocess.run(
        [sys.executable, "-m", "hub", "agent", "invite", "ines@example.org", "--role", "admin"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "/login/link/" in done.stdout
    assert (tmp_path / "cold" / "secret_key").stat().st_mode & 0o777 == 0o600

"""`hub setup` and `hub demo` as a person types them."""

from __future__ import annotations

from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import Agent, ChannelAccount, Company, Ticket
from tests.cli.conftest import Hub

GIVEN = ("--name", "Ahorn Verwaltung", "--admin-name", "Bettina Ahorn", "--admin-email", "bettina@example.com")


def test_setup_takes_options_and_prints_a_sign_in_link(hub: Hub, desk: Desk) -> None:
    done = hub("setup", *GIVEN, "--number", "030 23125 007", "--account-sid", "AC0", "--auth-token", "token")

    assert "Ahorn Verwaltung is set up." in done.stdout
    assert done.stdout.strip().splitlines()[-1].startswith("http://desk.example.org/login/link/")
    assert desk.session.scalars(select(Company.name)).all() == ["Ahorn Verwaltung"]
    assert desk.session.scalars(select(Agent.email)).all() == ["bettina@example.com"]
    assert desk.session.scalars(select(ChannelAccount.address)).all() == ["+493023125007"]


def test_setup_asks_for_what_is_missing_and_again_for_what_is_wrong(hub: Hub, desk: Desk) -> None:
    password = "three green bicycles"
    answers = [
        "Ahorn Verwaltung",
        "Bettina Ahorn",
        "bettina",
        password,
        password,
        "",
        "",
        "",
        "",
        "",
        "bettina@example.com",
    ]

    done = hub("setup", "--ask", text="\n".join(answers) + "\n")

    assert "name@example.org" in done.output
    assert "Sign in at http://desk.example.org/login as bettina@example.com." in done.stdout
    assert password not in done.output


def test_setup_in_a_script_names_what_is_missing(hub: Hub) -> None:
    done = hub("setup", "--name", "Ahorn", status=2)

    assert "--admin-name, --admin-email" in done.output


def test_setup_in_a_script_names_the_option_that_is_wrong(hub: Hub) -> None:
    done = hub("setup", *GIVEN[:4], "--admin-email", "bettina", status=2)

    assert "--admin-email" in done.output


def test_setup_refuses_a_desk_that_is_set_up(hub: Hub) -> None:
    hub("setup", *GIVEN)

    done = hub("setup", *GIVEN, status=1)

    assert "set up already" in done.output


def test_demo_goes_in_once_and_out_again_in_one_sentence_each(hub: Hub, desk: Desk) -> None:
    said = [hub("demo", *each).stdout.strip() for each in ((), (), ("--reset",), ("--remove",))]

    assert said == [
        "The demo is in: three companies, their people and homes, 200 tickets.",
        "The demo is in already: 'hub demo --reset' begins it anew.",
        "The demo is in: three companies, their people and homes, 200 tickets.",
        "The demo is out.",
    ]
    assert desk.session.scalar(select(func.count()).select_from(Ticket)) == 0
    assert desk.session.scalars(select(Company.name)).all() == ["My company"]

"""`hub doctor` and `hub bench`: whether everything holds, and how fast it is."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from hub.cli import checks
from hub.desk import Desk
from tests.cli.conftest import Hub
from tests.factories import make_company


def test_a_sound_desk_has_every_line_in_order(hub: Hub) -> None:
    said = hub("doctor", status=None).stdout

    lines = dict(line[5:].split(": ", 1) for line in said.splitlines())
    assert lines["classifier"] == "in order"
    assert lines["encoder"] == "wordllama"
    assert {"database", "redis", "attachments", "nothing is lost", "everything leaves"} <= set(lines)


def test_a_broken_promise_is_named_and_ends_with_status_1(hub: Hub, desk: Desk) -> None:
    company = make_company(desk)
    desk.session.execute(
        text(
            "INSERT INTO envelopes (company_id, channel, source, source_key, content_key, size, received_at) "
            "VALUES (:company, 'email', 'file', 'a', 'a', 1, now() - interval '1 hour')"
        ),
        {"company": company.id},
    )
    desk.session.commit()

    said = hub("doctor", status=1).stdout

    assert "FAIL nothing is stuck: 1 messages have waited longer than ten minutes: is the worker running?" in said


def test_the_encoder_that_was_chosen_is_the_one_that_is_live(hub: Hub) -> None:
    said = hub("doctor", status=None, HUB_ENCODER="none").stdout

    lines = dict(line[5:].split(": ", 1) for line in said.splitlines())
    assert (lines["classifier"], lines["encoder"]) == ("in order", "none")


def test_benchmarks_are_listed_without_their_parts(hub: Hub) -> None:
    listed = hub("bench").stdout.split()

    assert listed == sorted(listed)
    assert "mail_cases" in listed
    assert not any(each.startswith("_") for each in listed)


def test_a_benchmark_gets_its_arguments_and_gives_its_status(hub: Hub) -> None:
    path = checks.BENCH / f"of_a_test_{uuid4().hex}.py"
    path.write_text("import sys\nsys.exit(int(sys.argv[2]))\n")
    try:
        hub("bench", path.stem, "--seed", "3", status=3)
    finally:
        path.unlink()


def test_an_unknown_benchmark_is_told_with_those_there_are(hub: Hub) -> None:
    done = hub("bench", "luck", status=1)

    assert done.stderr.startswith("There is no benchmark 'luck'. There are: ")
    assert "mail_cases" in done.stderr


def test_benchmarks_stay_in_their_folder(hub: Hub) -> None:
    assert "There is no benchmark" in hub("bench", str(Path("..") / "tools" / "vendor"), status=1).stderr

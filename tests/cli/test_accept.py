"""`hub accept email`: one line a message, whoever files it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from apiflask import APIFlask

from hub.accepting import accept_files
from hub.desk import Desk
from hub.services.intake import receive
from tests.factories import make_company
from tests.letters import make_mail


def write_mails(folder: Path, count: int) -> Path:
    for number in range(count):
        (folder / f"{number:02}.eml").write_bytes(make_mail(f"Tap {number}", sender=f"p{number}@example.com"))
    return folder


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_message_is_told_with_its_ticket(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company = make_company(desk, mail="desk@example.org")

    lost = accept_files(desk, company.slug, [write_mails(tmp_path, 2)], as_json=True, history=False)

    first, second = told(capsys)
    assert lost == 0
    assert (first["outcome"], second["outcome"]) == ("created", "created")
    assert first["ticket"] != second["ticket"]


def test_a_message_that_a_worker_took_first_is_told_as_what_it_became(
    app: APIFlask, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    company = make_company(desk, mail="desk@example.org")
    folder = write_mails(tmp_path, 12)
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            with app.app_context():
                receive(app.extensions["desk"])

    worker = threading.Thread(target=work)
    worker.start()
    try:
        lost = accept_files(desk, company.slug, [folder], as_json=True, history=False)
    finally:
        over.set()
        worker.join()

    assert lost == 0
    reports = told(capsys)
    assert [each["outcome"] for each in reports] == ["created"] * 12
    assert len({each["ticket"] for each in reports}) == 12

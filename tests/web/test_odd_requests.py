"""Requests no page of ours makes: every one is answered with words, none with a failure."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company, Task
from tests.factories import make_agent, make_company, save
from tests.web.visitors import sign_in, token_on, visit


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk)


@pytest.fixture
def tom(app: APIFlask, desk: Desk, company: Company) -> FlaskClient:
    """Return the browser of somebody of operations."""
    return sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS))


@pytest.fixture
def task(desk: Desk, company: Company) -> Task:
    return save(
        desk, Task(kind="repair", title="Tap drips", team="maintenance", state="in_progress", company_id=company.id)
    )


def block(browser: FlaskClient, task: Task, **form: str) -> tuple[int, str]:
    token = token_on(browser.get(f"/tasks/{task.id}").text)
    answer = browser.post(
        f"/tasks/{task.id}", data={"csrf_token": token, "_method": "PATCH", "status": "blocked", **form}
    )
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", ["queue", "channel", "tag", "company", "property", "cursor", "open", "part"])
@pytest.mark.parametrize("value", ["%00", "a%00b", "nowhere", "%ff", "9" * 18, "9999-99-99~1", "0001-01-01~1"])
def test_a_filter_that_is_none_shows_a_list(app: APIFlask, desk: Desk, company: Company, name: str, value: str) -> None:
    browser = sign_in(app, desk, make_agent(desk, company))

    assert browser.get(f"/inbox/all?{name}={value}").status_code == 200


@pytest.mark.parametrize("address", ["/search?q=%00", "/search?q=a%00b", "/search?q=tap&cursor=%00", "/board?team=%00"])
def test_a_question_with_a_zero_byte_finds_nothing(app: APIFlask, desk: Desk, company: Company, address: str) -> None:
    browser = sign_in(app, desk, make_agent(desk, company))

    assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2020-01-01", "Until: 2020-01-01 is past. Give today or a later date."),
        ("2026-11-15", "Until: 2026-11-15 is past."),
        ("soon", "Until: write the date like 2026-11-30."),
        ("2026-02-31", "Until: write the date like 2026-11-30."),
        ("", "Say until when"),
    ],
)
def test_a_block_ends_on_a_day_to_come(desk: Desk, tom: FlaskClient, task: Task, until: str, words: str) -> None:
    status, page = block(tom, task, reason="No parts", until=until)

    assert status == 422
    assert words in page
    desk.session.refresh(task)
    assert task.state == "in_progress"


def test_a_block_may_end_today(desk: Desk, tom: FlaskClient, task: Task) -> None:
    status, _ = block(tom, task, reason="No parts", until="2026-11-16")

    assert status == 302
    desk.session.refresh(task)
    assert task.state == "blocked"


def test_an_endless_reason_is_too_large_and_says_so(desk: Desk, tom: FlaskClient, task: Task) -> None:
    status, page = block(tom, task, reason="x" * 200_000, until="2026-11-17")

    assert status == 413
    assert "shorten it" in page


def test_a_short_form_at_a_wrong_address_is_still_the_wrong_kind(tom: FlaskClient, task: Task) -> None:
    token = token_on(tom.get(f"/tasks/{task.id}").text)

    assert tom.post(f"/tasks/{task.id}", data={"csrf_token": token}).status_code == 405


def test_a_form_that_is_too_old_asks_to_load_the_page_again(app: APIFlask, company: Company, tom: FlaskClient) -> None:
    for browser in (visit(app), tom):
        page = browser.post("/report", data={"csrf_token": "old"})

        assert page.status_code == 403
        assert "Load the page again</h1>" in page.text
        assert "Not for your role" not in page.text


@pytest.mark.parametrize(
    "body", [b"a=&" * 1_001, b"&" * 1_000_000, b"text=" + b"%C3%BC" * 300_000], ids=["fields", "signs", "text"]
)
def test_a_form_of_endless_fields_or_text_is_too_large_and_says_so(
    app: APIFlask, company: Company, body: bytes
) -> None:
    page = visit(app).post("/report", data=body, content_type="application/x-www-form-urlencoded")

    assert page.status_code == 413
    assert "1,000 parts" in page.text

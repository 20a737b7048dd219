"""Mistakes keep their visitor where they are: the frame and the way around stay, and the words say what to do."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from hub.desk import Desk
from hub.domain.access import Role
from hub.models import Company
from hub.settings import MAXIMUM_BYTES
from tests.factories import make_agent, make_company
from tests.web.visitors import sign_in, token_on, visit


@pytest.fixture
def company(desk: Desk) -> Company:
    return make_company(desk, emergency_phone="+49 30 23125 000")


def test_a_colleague_keeps_the_way_around_on_a_page_that_is_not_there(
    app: APIFlask, desk: Desk, company: Company
) -> None:
    page = sign_in(app, desk, make_agent(desk, company)).get("/nowhere")

    assert page.status_code == 404
    assert 'aria-label="Main"' in page.text
    assert 'href="/inbox"' in page.text
    assert "Sign out" in page.text


def test_who_is_refused_reads_who_may_and_whom_to_ask(app: APIFlask, desk: Desk, company: Company) -> None:
    make_agent(desk, company, "Robin Sander", Role.ADMIN)
    make_agent(desk, make_company(desk, "Elsewhere"), "Somebody Else", Role.ADMIN)

    page = sign_in(app, desk, make_agent(desk, company)).get("/metrics")

    assert page.status_code == 403
    assert 'aria-label="Main"' in page.text
    assert "This page is for managers and administrators" in page.text
    assert "Ask Robin Sander if you need it." in page.text
    assert "Somebody Else" not in page.text


def test_operations_are_led_back_to_their_board(app: APIFlask, desk: Desk, company: Company) -> None:
    page = sign_in(app, desk, make_agent(desk, company, "Tom Ritter", Role.OPERATIONS)).get("/held")

    assert page.status_code == 403
    assert 'href="/board"' in page.text
    assert 'href="/inbox"' not in page.text
    assert "customer service, managers and administrators" in page.text


def test_more_than_the_limit_names_it_and_what_to_do(app: APIFlask, desk: Desk, company: Company) -> None:
    client = visit(app)
    token = token_on(client.get("/report").text)

    page = client.post(
        "/report", data={"csrf_token": token}, environ_overrides={"CONTENT_LENGTH": str(MAXIMUM_BYTES * 2)}
    )

    assert page.status_code == 413
    assert "larger than 50 MB" in page.text
    assert "leave out or shrink some files" in page.text
    assert company.name in page.text
    assert "tel:+49 30 23125 000" in page.text


def test_one_endless_field_is_not_called_a_large_upload(app: APIFlask, desk: Desk, company: Company) -> None:
    client = visit(app)
    token = token_on(client.get("/report").text)

    parts = [("csrf_token", token), ("text", "x" * 600_000)]
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts)
    page = client.post("/report", data=f"{body}--b--\r\n".encode(), content_type="multipart/form-data; boundary=b")

    assert page.status_code == 413
    assert "500,000 characters" in page.text


def test_a_stranger_keeps_the_companys_frame(app: APIFlask, company: Company) -> None:
    page = visit(app).get("/help/nowhere/at-all")

    assert page.status_code == 404
    assert company.name in page.text
    assert 'aria-label="Main"' not in page.text


def test_what_a_closed_page_still_sends_puts_nobody_out_who_has_signed_in_since(app: APIFlask) -> None:
    late = visit(app).post("/tickets/1/presence", data={"state": "left"})

    assert late.status_code == 403
    assert "Set-Cookie" not in late.headers


@pytest.mark.parametrize(
    ("path", "headers"), [("/events", {}), ("/events/poll", {}), ("/inbox/all", {"X-Live": "true"})]
)
def test_what_an_open_page_asks_by_itself_after_signing_out_brings_no_form(
    app: APIFlask, path: str, headers: dict[str, str]
) -> None:
    answer = visit(app).get(path, headers=headers)

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers

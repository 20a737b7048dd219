"""Headers on every answer (FreeScout GHSA-2g42: fragments came without a policy, and scripts in them ran).

Our rule: one place sets them, for pages, fragments, files and errors alike; scripts are our own files or none.
"""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask import Flask
from werkzeug.datastructures import Headers

from hub.domain.access import Role
from hub.settings import Settings
from hub.web.security import install_headers
from tests.factories import make_agent
from tests.incidents.doors import doors
from tests.services.steps import Office, mail, take_in
from tests.web.visitors import sign_in, visit

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_FILES = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
FORBIDDEN = ("unsafe-inline", "unsafe-eval", "http:", "https:", "*")
BROKEN = [
    "/no-such-page",
    "/inbox/all/999999",
    "/tickets/99999999999999999999",
    "/attachments/x",
    "/%00",
    "/api/v1/none",
    "/hooks/none",
    "/static/none.js",
]


def test_every_answer_to_everybody_has_them(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    admin = sign_in(app, office.desk, make_agent(office.desk, office.company, role=Role.ADMIN))
    pages = [*doors(app, "GET", message.ticket_id, {"public_id": message.public_id}), *BROKEN]
    pages += [f"/tickets/{message.ticket_id}?part={part}&view=all" for part in ("header", "messages", "composer")]

    for browser in (visit(app), admin):
        for path in pages:
            with browser.get(path, headers={"HX-Request": "true"} if "part=" in path else {}) as answer:
                assert answer.status_code < 500, path
                check_headers(answer.headers, path)


def check_headers(headers: Headers, path: str) -> None:
    """See that an answer has them all; our own styles and scripts, which are no pages, have those that count for files."""
    file = path.startswith("/static/") and not path.endswith("none.js")
    wanted = FOR_FILES if file else EVERYWHERE
    assert {name: headers.get(name) for name in wanted} == wanted, path
    if not file:
        check_policy(headers.get("Content-Security-Policy", ""), path)


def check_policy(policy: str, path: str) -> None:
    """See that a policy lets no script run but our own files'."""
    rules = {name: values for name, *values in (each.split() for each in policy.split(";") if each.strip())}
    assert set(rules.get("default-src", ["*"])) <= {"'self'", "'none'"}, path
    assert set(rules.get("script-src", rules["default-src"])) <= {"'self'", "'none'"}, path
    assert "frame-ancestors" in rules or "sandbox" in rules, path
    if "script-src" in rules:
        assert rules["object-src"] == rules["base-uri"] == ["'none'"], path
        assert rules["form-action"] == ["'self'"], path
        assert not any(bad in each for each in rules["style-src"] for bad in FORBIDDEN), path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/inbox", "/no-such-page", "/api/v1/tickets", "/hooks/sms"])
def test_a_refused_method_has_them_too(app: APIFlask, office: Office, path: str, method: str) -> None:
    answer = visit(app).open(path, method=method)

    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "Content-Security-Policy" in answer.headers


def test_what_is_read_is_kept_by_no_cache(app: APIFlask, office: Office) -> None:
    (message,) = take_in(office.desk, mail())
    browser = sign_in(app, office.desk, office.maria)

    for path in (f"/inbox/all/{message.ticket_id}", "/inbox", "/me", f"/tickets/{message.ticket_id}/x.css", "/portal"):
        assert "no-store" in browser.get(path).headers["Cache-Control"], path


def test_a_page_that_failed_has_them(settings: Settings, office: Office) -> None:
    broken = Flask("broken")
    broken.extensions["desk"] = office.desk
    broken.config["SESSION_COOKIE_SECURE"] = True
    install_headers(broken)

    answer = broken.test_client().get("/no-such-page")

    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "max-age=" in answer.headers["Strict-Transport-Security"]

"""Forwarded headers (Zammad CVE-2026-34720, GLPI CVE-2026-23624): who connected directly said by a header who they were, and from where.

Our rule: links are built from the configured address, an address of a visitor is taken from a header only as many hops up as
`HUB_PROXIES` says, and no header signs anybody in.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask import Flask, request
from flask.testing import FlaskClient

from hub.errors import Misconfigured
from hub.settings import read_settings
from hub.web.register import trust_proxies
from tests.cli.conftest import Hub
from tests.factories import make_contact
from tests.incidents.letters import AYLIN
from tests.services.steps import Office, outbox
from tests.web.visitors import token_on, visit

CLAIMS = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Original-Host": "evil.example",
    "Forwarded": "for=127.0.0.1;host=evil.example;proto=https",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Remote-User": "admin@example.org",
    "Remote-User": "admin@example.org",
    "X-Forwarded-User": "admin@example.org",
    "X-Original-URL": "/inbox",
    "X-Rewrite-URL": "/inbox",
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
}


def ask_for_a_link(browser: FlaskClient, address: str, host: str) -> int:
    token = token_on(browser.get("/portal/sign-in", base_url=f"http://{host}").text)
    form = {"csrf_token": token, "address": address}
    return browser.post("/portal/sign-in", data=form, headers=CLAIMS, base_url=f"http://{host}").status_code


@pytest.mark.parametrize("host", ["localhost", "evil.example", "evil.example:443", "desk.example.org.evil.example"])
def test_the_link_in_a_mail_has_the_configured_address_whatever_the_request_claims(
    app: APIFlask, office: Office, host: str
) -> None:
    make_contact(office.desk, office.company, email=AYLIN)

    ask_for_a_link(visit(app), AYLIN, host)

    (row,) = outbox(office.desk, "sign_in")
    assert re.findall(r"https?://[^/\s]+", row.payload["text"]) == ["http://desk.example.org"]
    assert "evil" not in json.dumps(row.payload)


def test_no_header_signs_anybody_in(app: APIFlask, office: Office) -> None:
    browser = visit(app)

    statuses = {
        each: browser.get(each, headers=CLAIMS).status_code
        for each in ("/inbox", "/portal", "/board", "/metrics", "/me")
    }

    assert set(statuses.values()) == {302}
    assert browser.get("/api/v1/tickets", headers=CLAIMS).status_code == 401


def test_no_page_repeats_a_claimed_host(app: APIFlask, office: Office) -> None:
    browser = visit(app)

    for each in (
        "/",
        "/login",
        "/help",
        "/report",
        "/portal/sign-in",
        "/inbox",
        "/no-such-page",
        "/api/v1/openapi.json",
    ):
        answer = browser.get(each, headers=CLAIMS)
        assert "evil.example" not in answer.text + str(answer.headers), each


def visitors_seen(proxies: int, *hops: str) -> str:
    """Return the address that a desk behind some proxies takes a visitor for."""
    app = Flask("seen")
    app.add_url_rule("/", "seen", lambda: request.remote_addr or "")
    trust_proxies(app, proxies)
    return (
        app.test_client()
        .get("/", headers={"X-Forwarded-For": ", ".join(hops)}, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
        .text
    )


def test_a_visitors_address_is_taken_from_our_own_proxies_alone() -> None:
    assert visitors_seen(0, "198.51.100.7") == "192.0.2.1"
    assert visitors_seen(1, "198.51.100.7") == "198.51.100.7"
    assert visitors_seen(1, "127.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert visitors_seen(2, "203.0.113.9", "198.51.100.7", "198.51.100.8") == "198.51.100.7"


@pytest.mark.parametrize("value", ["-1", "all", "1.5", "99", "*"])
def test_a_number_of_proxies_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(Misconfigured, match="HUB_PROXIES"):
        read_settings({"HUB_HOME": str(tmp_path), "HUB_PROXIES": value})


def test_a_desk_behind_a_proxy_is_told_to_say_so(hub: Hub, office: Office) -> None:
    behind = {"HUB_BASE_URL": "https://desk.example.org", "HUB_OUTSIDE": "real", "HUB_DEMO": "0"}

    unsaid = hub("doctor", status=None, **behind).output
    said = hub("doctor", status=None, HUB_PROXIES="1", **behind).output

    assert "HUB_PROXIES is 0" in unsaid
    assert "HUB_PROXIES" not in said

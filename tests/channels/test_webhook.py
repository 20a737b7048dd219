"""Telling other programs: signed, tried again, and never into our own network."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

import pytest

from channels.channel import Account
from channels.egress import Policy, RefusedError, check_address
from channels.message import Address, Envelope, IdentityKind, OutboundMessage, Outcome, Unreadable
from channels.registry import find_channels
from channels.webhook import Webhook, make_secret, sign
from tests.channels.pictures_elsewhere import Names
from tests.channels.scripted_server import Answer, ScriptedServer
from tests.channels.test_contract import NOW

MESSAGE_ID = UUID("6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30")
INSIDE = (
    "http://127.0.0.1/hook",
    "https://127.0.0.1/hook",
    "https://localhost/hook",
    "https://hub.localhost/hook",
    "https://db.internal/hook",
    "https://printer.local/hook",
    "https://2130706433/hook",
    "https://0x7f000001/hook",
    "https://0177.0.0.1/hook",
    "https://127.1/hook",
    "https://0.0.0.0/hook",
    "https://10.0.0.7/hook",
    "https://192.168.1.1/hook",
    "https://169.254.169.254/latest",
    "https://[::1]/hook",
    "https://[::ffff:127.0.0.1]/hook",
    "https://[fd00::1]/hook",
    "https://user:word@example.org/hook",
    "https://example.org:25/hook",
    "http://example.org/hook",
    "ftp://example.org/hook",
    "file:///etc/passwd",
    "gopher://example.org/",
    "https://",
    "not an address",
    "https://example.org\\@127.0.0.1/",
)


def message(text: str = '{"type":"test"}') -> OutboundMessage:
    to = Address(IdentityKind.PORTAL, "https://example.org/hook")
    return OutboundMessage(id=MESSAGE_ID, channel="webhook", sender=to, recipients=(to,), text=text)


def account(url: str, secret: str = "whsec_c2VjcmV0", **more: str) -> Account:
    return Account(1, "webhook", Address(IdentityKind.PORTAL, url), {"url": url, "secret": secret, **more})


@pytest.fixture
def hook(web: ScriptedServer) -> tuple[Webhook, str]:
    """Return a webhook that may reach a server of this test, and that server's address."""
    host = f"127.0.0.1:{web.port}"
    return Webhook(frozenset({host})), f"http://{host}/hook"


def test_what_is_posted_is_signed_and_named(hook: tuple[Webhook, str], web: ScriptedServer) -> None:
    web.answer = Answer(200, b"")

    receipt = hook[0].send(message(), account(hook[1]))

    asked = web.asked[-1]
    signed = f"{MESSAGE_ID}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    mark = base64.b64encode(hmac.new(b"secret", signed, hashlib.sha256).digest()).decode()
    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, "200")
    assert (asked.method, asked.body, asked.headers["Content-Type"]) == ("POST", b'{"type":"test"}', "application/json")
    assert asked.headers["webhook-id"] == str(MESSAGE_ID)
    assert asked.headers["webhook-signature"] == f"v1,{mark}"


def test_while_the_secret_is_changed_both_sign() -> None:
    marks = sign("id", 1, b"{}", [make_secret(), make_secret()])["webhook-signature"].split()

    assert len(set(marks)) == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, Outcome.ACCEPTED),
        (302, Outcome.RETRY),
        (400, Outcome.RETRY),
        (404, Outcome.RETRY),
        (410, Outcome.FAILED),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
    ],
)
def test_what_a_program_answers_decides(
    hook: tuple[Webhook, str], web: ScriptedServer, status: int, outcome: Outcome
) -> None:
    web.answer = Answer(status, b"", {"Location": "http://127.0.0.1:1/", "Retry-After": "7"})

    receipt = hook[0].send(message(), account(hook[1]))

    assert receipt.outcome is outcome
    assert len(web.asked) == 1
    assert receipt.retry_after == (7.0 if outcome is Outcome.RETRY else None)


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_inside_our_own_network_is_called(web: ScriptedServer, url: str) -> None:
    receipt = Webhook().send(message(), account(url))

    assert receipt.outcome is Outcome.FAILED
    assert web.asked == []
    with pytest.raises(RefusedError):
        check_address(url, Policy())


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "169.254.169.254", "::ffff:192.168.0.1"])
def test_a_name_that_leads_inwards_is_refused_when_it_is_called(web: ScriptedServer, address: str) -> None:
    receipt = Webhook(resolve=Names(address)).send(message(), account("https://hooks.example.org/frontdesk"))

    assert receipt.outcome is Outcome.FAILED
    assert "private network" in receipt.error
    assert web.asked == []


def test_a_public_name_with_https_may_be_entered() -> None:
    assert Webhook().address_refusal("https://hooks.example.org/frontdesk?token=1") == ""


def test_without_address_or_secret_nothing_is_posted(hook: tuple[Webhook, str]) -> None:
    for each in (account(""), account(hook[1], secret="")):
        assert hook[0].send(message(), each).outcome is Outcome.FAILED


def test_a_server_that_is_gone_is_tried_again() -> None:
    receipt = Webhook(frozenset({"127.0.0.1:1"})).send(message(), account("http://127.0.0.1:1/hook"))

    assert receipt.outcome is Outcome.RETRY


def test_it_is_no_channel_people_write_by() -> None:
    assert "webhook" not in find_channels()
    assert isinstance(Webhook().parse(Envelope("webhook", "x", "y", b"", NOW)), Unreadable)

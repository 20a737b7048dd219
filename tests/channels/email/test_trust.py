"""Who is believed to be the sender (RFC 8601; reliability.md 2.1, A06-A20, A61)."""

from __future__ import annotations

import pytest

from channels.message import Trust
from tests.channels.email.letters import a_letter, read

OURS = "mx.example.org"


@pytest.mark.parametrize(
    "results",
    [
        f"{OURS}; dmarc=pass header.from=example.com",
        f"{OURS} 1; spf=pass smtp.mailfrom=example.com; dmarc=pass (p=reject; sp=none) header.from=Example.com",
        f"{OURS.upper()}; dkim=pass header.d=example.com header.s=a",
        f'{OURS}; dkim=pass (2048 (rsa)) header.d="example.com"; spf=none smtp.mailfrom="a b"@example.com',
    ],
)
def test_our_own_servers_word_is_believed(results: str) -> None:
    assert read(a_letter(Authentication_Results=results), authserv_id=OURS).trust is Trust.VERIFIED


@pytest.mark.parametrize(
    "results",
    [
        "",
        f"{OURS}; none",
        f"{OURS}; dmarc=fail header.from=example.com",
        f"{OURS}; dmarc=none header.from=example.com; dkim=pass header.d=example.com",
        f"{OURS}; dmarc=pass header.from=example.net",
        f"{OURS}; dkim=pass header.d=example.net",
        f"{OURS}; dkim=fail header.d=example.com",
        f"{OURS}; spf=pass smtp.mailfrom=example.com",
        "mx.example.net; dmarc=pass header.from=example.com",
        f"x{OURS}; dmarc=pass header.from=example.com",
        f"{OURS}.example.net; dmarc=pass header.from=example.com",
        f"mx.example.net (; {OURS}; dmarc=pass header.from=example.com",
        "; dmarc=pass header.from=example.com",
        f'{OURS}; spf=fail smtp.mailfrom="a; dkim=pass header.d=example.com; b"@example.net',
        f'{OURS}; spf=fail smtp.mailfrom="a\\"; dmarc=pass header.from=example.com; b"@example.net; dkim=none',
        f"{OURS}; spf=pass (of a(b); dkim=pass header.d=example.com; c@example.net) smtp.mailfrom=example.net",
        f'{OURS}; spf=fail smtp.mailfrom="a; dkim=pass header.d=example.com',
    ],
)
def test_no_other_word_is_believed(results: str) -> None:
    assert read(a_letter(Authentication_Results=results), authserv_id=OURS).trust is Trust.UNVERIFIED


def test_only_the_topmost_results_count() -> None:
    forged = f"{OURS}; dmarc=pass header.from=example.com"
    below = (
        f"Authentication-Results: {OURS}; dmarc=fail header.from=example.com\n{a_letter(Authentication_Results=forged)}"
    )
    foreign = f"Authentication-Results: mx.example.net; dmarc=pass\n{a_letter(Authentication_Results=forged)}"

    assert read(below, authserv_id=OURS).trust is Trust.UNVERIFIED
    assert read(foreign, authserv_id=OURS).trust is Trust.UNVERIFIED


def test_without_a_server_of_ours_nobody_is_believed() -> None:
    message = read(a_letter(Authentication_Results="; dmarc=pass header.from=example.com"))

    assert message.trust is Trust.UNVERIFIED


@pytest.mark.parametrize(
    "sender",
    [
        "anna@example.com, omar@example.com",
        "anna@example.com)omar@example.net",
        "anna@example.com]<omar@example.com>",
        '"anna <anna@example.com>',
        "=?utf-8?q?anna=40example.com?=",
        "a\x00nna@example.com",
        "G: anna@example.com, omar@example.com;",
        "undisclosed",
        "",
        "(" * 5_000 + "anna@example.com",
    ],
)
def test_a_sender_that_is_not_one_certain_address_is_never_verified(sender: str) -> None:
    results = f"{OURS}; dmarc=pass header.from=example.com"

    message = read(a_letter(From=sender, Authentication_Results=results), authserv_id=OURS)

    assert message.trust is Trust.UNVERIFIED


def test_two_senders_are_both_shown_and_told() -> None:
    raw = a_letter().replace("To:", "From: omar@example.com\nTo:")

    message = read(raw)

    assert message.sender
    assert [message.sender.value, *(one.value for one in message.also_from)] == ["anna@example.com", "omar@example.com"]
    assert "The message names more than one sender." in message.defects


@pytest.mark.parametrize("name", ['"support@example.org"', "=?utf-8?q?support=40example.org?="])
def test_a_name_that_is_an_address_is_told(name: str) -> None:
    message = read(a_letter(From=f"{name} <anna@example.com>"))

    assert message.sender
    assert message.sender.value == "anna@example.com"
    assert "The sender's name shows another address than the sender's own: support@example.org." in message.defects


def test_answers_asked_to_go_elsewhere_are_told_and_our_own_address_ignored() -> None:
    elsewhere = read(a_letter(Reply_To="collect@example.net"))
    ours = read(a_letter(Reply_To="Desk@example.org"), own_addresses="desk@example.org")

    assert "Answers are asked to go to collect@example.net, not to the sender." in elsewhere.defects
    assert ours.reply_to == ()
    assert ours.defects == ()


def test_control_headers_from_outside_have_no_effect() -> None:
    plain = read(a_letter())
    steering = read(a_letter(X_Hub_Ticket_Id="4711", X_Hub_Internal="yes", X_Hub_Outbox="x", X_Priority="1"))

    assert steering == plain


def test_a_sender_that_our_server_found_forged_is_called_so() -> None:
    failed = f"{OURS}; dmarc=fail header.from=example.com"

    assert read(a_letter(Authentication_Results=failed), authserv_id=OURS).extra["authentication"] == "fail"
    assert "authentication" not in read(a_letter(Authentication_Results=failed), authserv_id="mx.example.net").extra
    assert "authentication" not in read(a_letter(Authentication_Results=f"{OURS}; none"), authserv_id=OURS).extra


@pytest.mark.parametrize("sender", ["anna@example.com, omar@example.com", "anna@example.com)omar@example.net", ""])
def test_a_sender_that_is_not_one_certain_address_is_called_unclear(sender: str) -> None:
    assert read(a_letter(From=sender)).extra["authentication"] == "unclear"

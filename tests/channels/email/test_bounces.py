"""Delivery reports: who could not be reached and why, and what only looks like one (mail.md 3.3, 4)."""

from __future__ import annotations

import pytest

from channels.message import Bounce, Kind
from tests.channels.email.letters import a_letter, read

OUTBOX_ID = "6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30"


def a_report(*groups: str, kind: str = "delivery-status", text: str = "See below.", **fields: str) -> str:
    body = "\n\n".join(("Reporting-MTA: dns; mx.example.com", *groups))
    head = {"From": "MAILER-DAEMON@mx.example.com", "Return_Path": "<>", "Subject": "Undelivered Mail", **fields}
    parts = (
        f"--r\n\n{text}\n--r\nContent-Type: message/{kind}\n\n{body}\n--r\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: <{OUTBOX_ID}.t4711@example.org>\nX-Hub-Outbox: {OUTBOX_ID}\nSubject: Your repair\n--r--\n"
    )
    return a_letter(parts, Content_Type=f"multipart/report; report-type={kind}; boundary=r", **head)


def a_group(action: str, status: str, recipient: str = "omar@example.com", diagnostic: str = "") -> str:
    lines = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    return "\n".join([*lines, *([f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else [])])


def test_a_failed_delivery_names_recipient_status_and_reason() -> None:
    message = read(a_report(a_group("failed", "5.1.1", diagnostic="550 5.1.1 User unknown")))

    assert message.kind is Kind.BOUNCE
    assert message.bounces == (Bounce("omar@example.com", "5.1.1", "550 5.1.1 User unknown", permanent=True),)
    assert not message.may_answer
    assert message.attachments == ()


def test_a_bounce_says_which_of_our_messages_it_is_about() -> None:
    message = read(a_report(a_group("failed", "5.1.1")))

    assert message.reference_ids == (f"{OUTBOX_ID}.t4711@example.org",)
    assert message.extra["outbox_id"] == OUTBOX_ID


def test_the_refusing_servers_own_code_is_believed() -> None:
    (bounce,) = read(a_report(a_group("failed", "5.0.0", diagnostic="552 5.2.2 Mailbox full"))).bounces

    assert bounce.status == "5.2.2"


def test_every_failed_recipient_is_named_once() -> None:
    groups = [a_group("failed", "5.1.1"), a_group("failed", "4.4.7", "rosa@example.com"), a_group("failed", "5.1.1")]

    message = read(a_report(*groups, a_group("delivered", "2.0.0", "ok@example.com")))

    assert [(one.recipient, one.status) for one in message.bounces] == [
        ("omar@example.com", "5.1.1"),
        ("rosa@example.com", "4.4.7"),
    ]


@pytest.mark.parametrize("action", ["delayed", "Delayed (still trying)"])
def test_a_delay_is_no_bounce_yet(action: str) -> None:
    message = read(a_report(a_group(action, "4.4.1")))

    assert message.kind is Kind.RECEIPT
    assert [(one.recipient, one.permanent) for one in message.bounces] == [("omar@example.com", False)]


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_success_is_a_receipt(action: str) -> None:
    message = read(a_report(a_group(action, "2.0.0")))

    assert (message.kind, message.bounces) == (Kind.RECEIPT, ())


def test_a_read_receipt_is_neither_reply_nor_bounce() -> None:
    message = read(a_report(kind="disposition-notification", Subject="Read: Your repair", From="anna@example.com"))

    assert message.kind is Kind.RECEIPT


def test_a_mailbox_rule_that_refuses_by_receipt_is_a_bounce() -> None:
    message = read(
        a_report(kind="disposition-notification", Subject="Automatically rejected mail", text="Quota exceeded")
    )

    assert message.kind is Kind.BOUNCE


def test_a_complaint_is_told() -> None:
    assert read(a_report("Feedback-Type: abuse", kind="feedback-report", From="fbl@example.com")).kind is Kind.COMPLAINT


@pytest.mark.parametrize(
    "letter",
    [
        a_letter("550 5.1.1 <omar@example.com>: user unknown", From="MAILER-DAEMON@mx.example.com", Subject="Hm"),
        a_letter("<omar@example.com>: unknown user", From="postmaster@example.com", Subject="Undeliverable: Tap"),
        a_letter(
            "Could not deliver to omar@example.com",
            From="System Administrator <x@example.com>",
            Subject="Delivery failure",
        ),
        a_letter("<omar@example.com>: mailbox full", Return_Path="<>", From="mx@example.com", Subject="Returned mail"),
        a_letter("It did not work", X_Failed_Recipients="omar@example.com", From="x@example.com"),
        a_letter(
            "Your message could not be delivered to omar@example.com", Subject="failure notice", From="x@example.com"
        ),
        a_letter("Sorry", From="<>", Subject="Sorry"),
    ],
)
def test_bounces_that_follow_no_standard_are_told_too(letter: str) -> None:
    message = read(letter)

    assert message.kind is Kind.BOUNCE
    assert not message.may_answer


def test_a_report_pasted_into_the_text_is_read() -> None:
    group = a_group("failed", "5.1.1", diagnostic="550 5.1.1 User unknown")
    message = read(a_letter(f"Technical report:\n\n{group}", From="MAILER-DAEMON@mx.example.com"))

    assert [(one.recipient, one.status) for one in message.bounces] == [("omar@example.com", "5.1.1")]


@pytest.mark.parametrize(
    "letter",
    [
        a_letter("> 550 5.1.1 user unknown\nWhat does that mean?", Subject="Re: Undelivered Mail"),
        a_letter("I got this: 550 5.1.1 user unknown", Subject="Fwd: Undelivered Mail Returned to Sender"),
        a_letter("Your letter was returned to sender by the post office", Subject="Returned letter"),
        a_letter("The parcel could not be delivered, is the door broken?", Subject="Parcel"),
        a_letter("I am away", Return_Path="<>", Subject="Automatic reply: Tap"),
        a_letter("I am the postmaster of our village", From="postmaster@example.com", Subject="Tap"),
    ],
)
def test_people_who_write_about_bounces_are_people(letter: str) -> None:
    assert read(letter).kind is not Kind.BOUNCE

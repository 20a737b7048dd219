"""Handing mail to a sending server: once an attempt, and the truth about how it ended (RFC 5321; C20)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from channels.channel import Account
from channels.email import EmailChannel
from channels.email.outbox import Outbox, read_smtp_settings
from channels.message import Address, IdentityKind, OutboundMessage, Outcome, Refusal
from tests.standins.smtp_sink import SmtpSink

DESK = Address(IdentityKind.EMAIL, "desk@example.org", "Desk")
ANNA = Address(IdentityKind.EMAIL, "anna@example.com")
OMAR = Address(IdentityKind.EMAIL, "omar@example.com")
MESSAGE = OutboundMessage(
    UUID("6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30"), "email", DESK, (ANNA,), "We come\n.\nat nine", subject="Tap"
)


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    made = Outbox()
    yield made
    made.close()


def an_account(url: str, **values: str) -> Account:
    return Account(1, "email", DESK, {"smtp_url": url, "smtp_timeout": "3", **values})


def test_an_accepted_message_is_with_the_server(sink: SmtpSink, outbox: Outbox) -> None:
    receipt = outbox.send(MESSAGE, an_account(sink.url))

    (received,) = sink.messages
    assert (receipt.outcome, receipt.error) == (Outcome.ACCEPTED, "")
    assert f"<{receipt.provider_id}>" == received.message_id
    assert (received.mail_from, received.rcpt_tos) == ("desk@example.org", ("anna@example.com",))
    plain = received.message.get_body(("plain",))
    assert plain
    assert plain.get_content().splitlines() == ["We come", ".", "at nine"]


def test_the_channel_sends(sink: SmtpSink) -> None:
    channel = EmailChannel()

    assert channel.send(MESSAGE, an_account(sink.url)).outcome is Outcome.ACCEPTED
    channel.close()


def test_a_connection_is_kept_for_the_next_message(sink: SmtpSink, outbox: Outbox) -> None:
    for _ in range(3):
        outbox.send(replace(MESSAGE, id=uuid4()), an_account(sink.url))

    assert len(sink.messages) == 3
    assert sum(event.stage == "connect" for event in sink.events) == 1


def test_a_kept_connection_that_died_is_replaced(sink: SmtpSink, outbox: Outbox) -> None:
    sink.script("dot", "cut_after")

    first = outbox.send(MESSAGE, an_account(sink.url))
    second = outbox.send(replace(MESSAGE, id=uuid4()), an_account(sink.url))

    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert len(sink.messages) == 2


def test_many_threads_share_the_pool(sink: SmtpSink, outbox: Outbox) -> None:
    messages = [replace(MESSAGE, id=uuid4()) for _ in range(30)]

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda message: outbox.send(message, an_account(sink.url)), messages))

    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED}
    assert len({received.message_id for received in sink.messages}) == 30


@pytest.mark.parametrize(
    ("stage", "reply", "outcome"),
    [
        ("connect", "421 4.3.2 Not now", Outcome.RETRY),
        ("connect", "554 5.7.1 Go away", Outcome.RETRY),
        ("mail", "451 4.3.0 Try later", Outcome.RETRY),
        ("mail", "550 5.7.1 Not this sender", Outcome.FAILED),
        ("rcpt", "450 4.2.1 Greylisted", Outcome.RETRY),
        ("rcpt", "550 5.1.1 No such user", Outcome.FAILED),
        ("data", "451 4.3.0 Try later", Outcome.RETRY),
        ("dot", "451 4.3.0 Try later", Outcome.RETRY),
        ("dot", "421 4.3.2 Closing", Outcome.RETRY),
        ("dot", "552 5.3.4 Too large", Outcome.FAILED),
        ("dot", "554 5.7.1 Spam", Outcome.FAILED),
    ],
)
def test_a_refusal_is_told_and_the_next_message_goes(
    sink: SmtpSink, outbox: Outbox, stage: str, reply: str, outcome: Outcome
) -> None:
    sink.script(stage, reply=reply)

    refused = outbox.send(MESSAGE, an_account(sink.url))
    later = outbox.send(MESSAGE, an_account(sink.url))

    assert refused.outcome is outcome
    assert refused.error.startswith("The sending server ")
    assert later.outcome is Outcome.ACCEPTED
    assert len(sink.messages) == 1


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data"])
@pytest.mark.parametrize("kind", ["cut", "silent"])
def test_a_connection_lost_before_the_final_dot_is_tried_again(
    sink: SmtpSink, outbox: Outbox, stage: str, kind: str
) -> None:
    sink.script(stage, kind)

    receipt = outbox.send(MESSAGE, an_account(sink.url, smtp_timeout="0.5"))

    assert receipt.outcome is Outcome.RETRY or (stage == "data" and receipt.outcome is Outcome.UNKNOWN)
    assert sink.messages == []


@pytest.mark.parametrize("kind", ["cut", "cut_accepted", "silent", "silent_accepted"])
def test_a_connection_lost_after_the_final_dot_is_unknown(sink: SmtpSink, outbox: Outbox, kind: str) -> None:
    sink.script("dot", kind)

    receipt = outbox.send(MESSAGE, an_account(sink.url, smtp_timeout="0.5"))
    again = outbox.send(MESSAGE, an_account(sink.url))

    assert receipt.outcome is Outcome.UNKNOWN
    assert again.provider_id == receipt.provider_id
    assert {received.message_id for received in sink.messages} == {f"<{receipt.provider_id}>"}


def test_one_refused_recipient_of_two_is_named(sink: SmtpSink, outbox: Outbox) -> None:
    sink.refuse_recipient("omar")

    receipt = outbox.send(replace(MESSAGE, recipients=(ANNA, OMAR)), an_account(sink.url))

    assert receipt.outcome is Outcome.ACCEPTED
    assert receipt.error == "omar@example.com was refused: 550 5.1.1 No such user"
    assert receipt.refused == (Refusal("omar@example.com", "550 5.1.1 No such user", permanent=True),)
    assert sink.messages[0].rcpt_tos == ("anna@example.com",)


def test_one_recipient_of_two_who_is_refused_for_now_is_handed_the_same_mail_alone(
    sink: SmtpSink, outbox: Outbox
) -> None:
    sink.refuse_recipient("omar", "450 4.2.0 Greylisted", times=1)
    message = replace(MESSAGE, recipients=(ANNA, OMAR))

    first = outbox.send(message, an_account(sink.url))
    second = outbox.send(replace(message, only=(OMAR.value,)), an_account(sink.url))

    assert [each.permanent for each in first.refused] == [False]
    assert (second.outcome, second.refused, second.error) == (Outcome.ACCEPTED, (), "")
    assert [each.rcpt_tos for each in sink.messages] == [("anna@example.com",), ("omar@example.com",)]
    assert len({(each.message_id, each.message["To"]) for each in sink.messages}) == 1


def test_a_temporary_refusal_of_all_recipients_goes_before_a_permanent_one(sink: SmtpSink, outbox: Outbox) -> None:
    sink.refuse_recipient("omar")
    sink.refuse_recipient("anna", "450 4.2.1 Try later")

    assert outbox.send(replace(MESSAGE, recipients=(OMAR, ANNA)), an_account(sink.url)).outcome is Outcome.RETRY


def test_nobody_there_is_tried_again(closed_port_url: str, outbox: Outbox) -> None:
    url = closed_port_url.replace("http", "smtp")

    assert outbox.send(MESSAGE, an_account(url)).outcome is Outcome.RETRY


def test_sign_in_and_encryption_on_either_kind_of_port(outbox: Outbox) -> None:
    for implicit in (True, False):
        with SmtpSink(tls="good", implicit_tls=implicit, login=("desk", "se cret")) as sink:
            host, port = sink.address
            url = f"smtp{'s' if implicit else ''}://desk:se%20cret@localhost:{port}"
            assert host

            receipt = outbox.send(MESSAGE, an_account(url, smtp_ca_file=str(sink.authority)))

            assert receipt.error == ""
            assert (sink.messages[0].tls, sink.messages[0].login) == (True, "desk")


@pytest.mark.parametrize("certificate", ["expired", "wrong-host", "untrusted"])
def test_a_bad_certificate_is_refused_and_said(outbox: Outbox, certificate: str) -> None:
    with SmtpSink(tls=certificate, implicit_tls=True) as sink:
        trusted = {} if certificate == "untrusted" else {"smtp_ca_file": str(sink.authority)}

        receipt = outbox.send(MESSAGE, an_account(f"smtps://localhost:{sink.address[1]}", **trusted))

        assert receipt.outcome is Outcome.RETRY
        assert "certificate" in receipt.error.lower()
        assert sink.messages == []


def test_a_wrong_password_is_tried_again_since_it_may_be_mended(outbox: Outbox) -> None:
    with SmtpSink(login=("desk", "right")) as sink:
        receipt = outbox.send(MESSAGE, an_account(f"smtp://desk:wrong@127.0.0.1:{sink.address[1]}"))

        assert receipt.outcome is Outcome.RETRY
        assert "refused the user name or password" in receipt.error
        assert "wrong" not in receipt.error.replace("wrong user", "")


def test_encryption_that_is_required_and_missing_is_said(sink: SmtpSink, outbox: Outbox) -> None:
    receipt = outbox.send(MESSAGE, an_account(f"{sink.url}?starttls=required"))

    assert receipt.outcome is Outcome.RETRY
    assert sink.messages == []


def test_bounces_may_come_to_the_signed_reply_address(sink: SmtpSink, outbox: Outbox) -> None:
    reply_to = Address(IdentityKind.EMAIL, "desk+3mv.1.abc@example.org")

    outbox.send(replace(MESSAGE, reply_to=reply_to), an_account(sink.url, smtp_return_path="reply"))

    assert sink.messages[0].mail_from == "desk+3mv.1.abc@example.org"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"smtp_url": "http://example.org"},
        {"smtp_url": "smtp://"},
        {"smtp_url": "smtp://example.org:port"},
        {"smtp_url": "smtp://["},
        {"smtp_url": "smtp://example.org?starttls=maybe"},
        {"smtp_url": "smtp://example.org", "smtp_timeout": "soon"},
        {"smtp_url": "smtp://example.org", "smtp_return_path": "null"},
    ],
)
def test_wrong_settings_are_named_and_nothing_is_tried(settings: dict[str, str], outbox: Outbox) -> None:
    receipt = outbox.send(MESSAGE, Account(1, "email", DESK, settings))

    assert receipt.outcome is Outcome.FAILED
    assert receipt.error.startswith("Sending server: ")


def test_passwords_stay_out_of_the_settings_description() -> None:
    settings = read_smtp_settings({"smtp_url": "smtp://desk:secret@example.org"})

    assert (settings.user, settings.password, settings.port) == ("desk", "secret", 587)
    assert "secret" not in repr(settings)


def test_a_message_that_may_not_leave_is_failed_with_the_reason(sink: SmtpSink, outbox: Outbox) -> None:
    receipt = outbox.send(
        replace(MESSAGE, recipients=(Address(IdentityKind.EMAIL, "a@[192.0.2.1]"),)), an_account(sink.url)
    )

    assert receipt.outcome is Outcome.FAILED
    assert receipt.error.startswith("Recipient: ")
    assert sink.events == []

"""The sink against smtplib: what it takes, what it refuses, and every way it can fail."""

import base64
import json
import smtplib
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import requests

from tests.standins.smtp_sink import SmtpSink

SENDER, TENANT, OTHER = "desk@example.org", "tenant@example.com", "owner@example.com"
MAIL = b"Message-ID: <one@example.org>\r\nSubject: Hello\r\n\r\n.A line with a dot\r\n\xc3\xa4\r\n"


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


def send(
    sink: SmtpSink, *recipients: str, sender: str = SENDER, mail: bytes = MAIL, timeout: float = 5
) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP(*sink.address, timeout=timeout) as connection:
        return connection.sendmail(sender, recipients or (TENANT,), mail)


def test_a_message_is_kept_with_its_envelope_and_its_bytes(sink: SmtpSink) -> None:
    send(sink, TENANT, OTHER)

    received = sink.wait_for(1)[0]
    assert (received.mail_from, received.rcpt_tos) == (SENDER, (TENANT, OTHER))
    assert received.content == MAIL
    assert received.message_id == "<one@example.org>"
    assert received.message["Subject"] == "Hello"


def test_the_null_sender_of_automatic_mail_is_kept_as_empty(sink: SmtpSink) -> None:
    send(sink, sender="")

    assert sink.messages[0].mail_from == ""


@pytest.mark.parametrize("reply", ["421 4.3.2 Not now", "554 5.7.1 Go away"])
def test_a_connection_can_be_refused_so_many_times(sink: SmtpSink, reply: str) -> None:
    sink.script("connect", reply=reply, times=2)

    for _ in range(2):
        with pytest.raises(smtplib.SMTPConnectError) as caught:
            send(sink)
        assert caught.value.smtp_code == int(reply[:3])
    send(sink)

    assert len(sink.messages) == 1
    assert [event.reply for event in sink.events] == [reply, reply, "220", "250"]


@pytest.mark.parametrize("reply", ["450 4.2.1 Mailbox busy", "550 5.1.1 No such user"])
def test_a_recipient_can_be_refused(sink: SmtpSink, reply: str) -> None:
    sink.script("rcpt", reply=reply)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(sink)

    assert caught.value.recipients[TENANT][0] == int(reply[:3])
    assert sink.messages == []


def test_some_recipients_can_be_refused_and_the_rest_served(sink: SmtpSink) -> None:
    sink.refuse_recipient("owner")

    refused = send(sink, TENANT, OTHER)

    assert {address: code for address, (code, _) in refused.items()} == {OTHER: 550}
    assert sink.messages[0].rcpt_tos == (TENANT,)


def test_the_sender_can_be_refused(sink: SmtpSink) -> None:
    sink.script("mail", reply="550 5.7.1 SPF fail", about="desk@")

    with pytest.raises(smtplib.SMTPSenderRefused):
        send(sink)


@pytest.mark.parametrize("reply", ["451 4.3.0 Later", "452 4.3.1 Full", "552 5.3.4 Too big", "554 5.7.1 Spam"])
@pytest.mark.parametrize("stage", ["dot"])
def test_the_final_dot_can_be_refused_and_nothing_is_kept(sink: SmtpSink, stage: str, reply: str) -> None:
    sink.script(stage, reply=reply)

    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(sink)

    assert caught.value.smtp_code == int(reply[:3])
    assert sink.messages == []


@pytest.mark.parametrize(("kind", "kept"), [("cut", 0), ("cut_accepted", 1)])
def test_a_cut_before_the_last_reply_may_or_may_not_have_lost_the_message(sink: SmtpSink, kind: str, kept: int) -> None:
    sink.script("dot", kind)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(sink)

    assert len(sink.messages) == kept


def test_a_cut_after_the_last_reply_has_kept_the_message(sink: SmtpSink) -> None:
    sink.script("dot", "cut_after")
    connection = smtplib.SMTP(*sink.address, timeout=5)

    refused = connection.sendmail(SENDER, [TENANT], MAIL)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        connection.noop()
    connection.close()

    assert refused == {}
    assert len(sink.messages) == 1


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data"])
def test_the_connection_can_be_cut_at_every_earlier_stage(sink: SmtpSink, stage: str) -> None:
    sink.script(stage, "cut")

    with pytest.raises((smtplib.SMTPException, ConnectionError)):
        send(sink, mail=b"Subject: long\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 200_000)
    send(sink)

    assert [message.content for message in sink.messages] == [MAIL]


@pytest.mark.parametrize(
    ("stage", "kind", "kept"), [("connect", "silent", 0), ("dot", "silent", 0), ("dot", "silent_accepted", 1)]
)
def test_a_black_hole_swallows_the_patience_of_the_client(sink: SmtpSink, stage: str, kind: str, kept: int) -> None:
    sink.script(stage, kind)

    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(sink, timeout=0.3)

    assert len(sink.messages) == kept


def test_greylisting_refuses_the_first_attempt_of_each_pair_only(sink: SmtpSink) -> None:
    sink.greylist(0)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(sink)
    send(sink)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(sink, OTHER)

    assert caught.value.recipients[TENANT][0] == 450
    assert len(sink.messages) == 1


def test_greylisting_lasts_as_long_as_it_was_told(sink: SmtpSink) -> None:
    sink.greylist(3600)

    for _ in range(3):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(sink)


def test_a_message_over_the_limit_is_refused_before_and_after_it_is_sent() -> None:
    big = b"Subject: big\r\n\r\n" + b"x" * 900 + b"\r\n"
    with SmtpSink(size_limit=500) as sink:
        with pytest.raises(smtplib.SMTPSenderRefused) as announced:
            send(sink, mail=big)
        with smtplib.SMTP(*sink.address, timeout=5) as connection:
            connection.helo()
            with pytest.raises(smtplib.SMTPDataError) as sent:
                connection.sendmail(SENDER, [TENANT], big)

    assert [announced.value.smtp_code, sent.value.smtp_code] == [552, 552]


def test_a_line_over_a_thousand_octets_is_refused(sink: SmtpSink) -> None:
    with pytest.raises(smtplib.SMTPDataError):
        send(sink, mail=b"Subject: long\r\n\r\n" + b"x" * 1200 + b"\r\n")


def test_starttls_with_a_good_certificate_is_trusted() -> None:
    with SmtpSink(tls="good") as sink:
        context = ssl.create_default_context(cafile=str(sink.authority))
        with smtplib.SMTP("localhost", sink.address[1], timeout=5) as connection:
            connection.starttls(context=context)
            connection.sendmail(SENDER, [TENANT], MAIL)

        assert sink.messages[0].tls


def test_implicit_tls_is_spoken_from_the_first_byte() -> None:
    with SmtpSink(tls="good", implicit_tls=True) as sink:
        context = ssl.create_default_context(cafile=str(sink.authority))
        with smtplib.SMTP_SSL(*sink.address, timeout=5, context=context) as connection:
            connection.sendmail(SENDER, [TENANT], MAIL)

        assert sink.messages[0].tls
        assert sink.url.startswith("smtps://")


@pytest.mark.parametrize("kind", ["expired", "wrong-host", "untrusted"])
def test_a_bad_certificate_is_not_trusted(kind: str) -> None:
    with SmtpSink(tls=kind) as sink:
        context = ssl.create_default_context(cafile=str(sink.authority))
        with smtplib.SMTP(*sink.address, timeout=5) as connection, pytest.raises(ssl.SSLCertVerificationError):
            connection.starttls(context=context)


def test_a_broken_handshake_is_an_error() -> None:
    with SmtpSink(tls="good") as sink:
        sink.script("tls", "cut")
        context = ssl.create_default_context(cafile=str(sink.authority))
        connection = smtplib.SMTP(*sink.address, timeout=5)
        with pytest.raises((OSError, smtplib.SMTPException)):
            connection.starttls(context=context)
        connection.close()


def test_a_login_is_demanded_and_checked() -> None:
    with SmtpSink(login=("desk", "secret")) as sink:
        with pytest.raises(smtplib.SMTPSenderRefused) as without:
            send(sink)
        with smtplib.SMTP(*sink.address, timeout=5) as connection:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                connection.login("desk", "wrong")
            connection.login("desk", "secret")
            connection.sendmail(SENDER, [TENANT], MAIL)

        assert without.value.smtp_code == 530
        assert sink.messages[0].login == "desk"


def test_waiting_ends_with_the_message_or_with_a_sentence(sink: SmtpSink) -> None:
    sender = threading.Thread(target=send, args=(sink,))
    sender.start()

    assert len(sink.wait_for(1)) == 1
    sender.join()
    with pytest.raises(TimeoutError, match="1 of 2 messages"):
        sink.wait_for(2, timeout=0.05)


def test_a_stopped_sink_comes_back_on_the_same_port(sink: SmtpSink) -> None:
    send(sink)
    sink.stop()

    with pytest.raises(ConnectionRefusedError):
        send(sink)
    sink.start()
    send(sink)

    assert len(sink.messages) == 2


def test_what_cannot_be_scripted_is_refused_in_words(sink: SmtpSink) -> None:
    with pytest.raises(ValueError, match="stages are connect"):
        sink.script("lunch", "cut")
    with pytest.raises(ValueError, match="only at the final dot"):
        sink.script("rcpt", "cut_accepted")
    with pytest.raises(ValueError, match="needs its line"):
        sink.script("rcpt")


def test_it_runs_as_a_process_and_is_steered_over_http() -> None:
    command = [sys.executable, "-m", "tests.standins.smtp_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        host, _, port = facts["url"].removeprefix("smtp://").partition(":")
        steering = f"{facts['control']}/_standin"

        requests.post(f"{steering}/script", json={"stage": "dot", "reply": "451 4.3.0 Later"}, timeout=5)
        with smtplib.SMTP(host, int(port), timeout=5) as connection:
            with pytest.raises(smtplib.SMTPDataError):
                connection.sendmail(SENDER, [TENANT], MAIL)
            connection.sendmail(SENDER, [TENANT], MAIL)
        received = requests.get(f"{steering}/messages", timeout=5).json()
        process.terminate()

    assert [base64.b64decode(message["content"]) for message in received] == [MAIL]
    assert process.returncode == 0

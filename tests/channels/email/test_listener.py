"""Mail by SMTP: stored before it is answered for, refused in words, never passed on."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.limits import MAX_MESSAGE_BYTES
from channels.email.listener import Listener, Taking
from channels.message import Envelope

LETTER = b"From: rosa@example.org\r\nTo: desk@example.org\r\nSubject: No heat\r\n\r\n.A dot, and Gr\xfc\xdfe.\r\n"


class Desk:
    """Stores what it is given, or fails when told to."""

    def __init__(self) -> None:
        self.stored: list[Envelope] = []
        self.failure: Exception | None = None

    def accept(self, envelope: Envelope) -> None:
        if self.failure:
            raise self.failure
        self.stored.append(envelope)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def listener(desk: Desk) -> Iterator[Listener]:
    taking = Taking(desk.accept, serves=lambda address: address.endswith("@example.org"), facts={"own": "yes"})
    with Listener(taking, host="127.0.0.1", port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def empty_desk(desk: Desk) -> None:
    desk.stored.clear()
    desk.failure = None


@contextlib.contextmanager
def client(listener: Listener) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", listener.port, local_hostname="sender.example.com", timeout=20) as connection:
        yield connection


def test_a_delivery_becomes_an_envelope_byte_for_byte(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection:
        connection.sendmail("rosa@example.com", ["desk@example.org", "info@example.org"], LETTER)

    (envelope,) = desk.stored
    assert envelope.raw == LETTER
    assert (envelope.channel, envelope.source) == ("email", "smtp")
    assert envelope.facts == {
        "mail_from": "rosa@example.com",
        "rcpt_to": "desk@example.org info@example.org",
        "peer": "127.0.0.1",
        "helo": "sender.example.com",
        "own": "yes",
    }


def test_the_message_is_stored_before_the_sender_hears_so(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection:
        connection.ehlo()
        connection.mail("rosa@example.com")
        connection.rcpt("desk@example.org")
        code, _ = connection.data(LETTER)

        stored_by_then = len(desk.stored)

    assert (code, stored_by_then) == (250, 1)


def test_each_delivery_has_a_key_of_its_own(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection:
        connection.sendmail("rosa@example.com", ["desk@example.org"], LETTER)
        connection.sendmail("rosa@example.com", ["desk@example.org"], LETTER)

    assert len({envelope.source_key for envelope in desk.stored}) == 2


def test_a_bounce_has_an_empty_sender(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection:
        connection.sendmail("", ["desk@example.org"], LETTER)

    assert desk.stored[0].facts["mail_from"] == ""


def test_a_failure_to_store_asks_the_sender_to_try_again(
    listener: Listener, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failure = ConnectionError("the database is away: password=secret")

    with client(listener) as connection:
        connection.ehlo()
        connection.mail("rosa@example.com")
        connection.rcpt("desk@example.org")
        code, words = connection.data(LETTER)

        desk.failure = None
        connection.sendmail("rosa@example.com", ["desk@example.org"], LETTER)

    assert (code, words) == (451, b"4.3.0 The message could not be stored: try again later")
    assert len(desk.stored) == 1
    assert "will try again" in caplog.text


def test_nothing_is_relayed(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        connection.sendmail("rosa@example.com", ["friend@example.net"], LETTER)

    code, words = refused.value.recipients["friend@example.net"]
    assert (code, words) == (550, b"5.7.1 No mail is taken for this address here, and none is relayed")
    assert desk.stored == []


def test_a_message_that_is_announced_as_too_large_is_refused_at_once(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection:
        connection.ehlo()

        code, _ = connection.mail("rosa@example.com", [f"SIZE={MAX_MESSAGE_BYTES + 1}"])

    assert code == 552
    assert desk.stored == []


@pytest.mark.slow
def test_a_message_that_turns_out_too_large_is_refused(listener: Listener, desk: Desk) -> None:
    with client(listener) as connection:
        connection.ehlo()
        connection.mail("rosa@example.com")
        connection.rcpt("desk@example.org")

        code, _ = connection.data((b"x" * 998 + b"\r\n") * (MAX_MESSAGE_BYTES // 1000 + 1))

    assert code == 552
    assert desk.stored == []


def test_a_line_longer_than_the_standard_is_taken_as_it_is(listener: Listener, desk: Desk) -> None:
    letter = b"Subject: All in one line\r\n\r\n" + b"<p>x</p>" * 100_000 + b"\r\n"

    with client(listener) as connection:
        connection.sendmail("rosa@example.com", ["desk@example.org"], letter)

    assert desk.stored[0].raw == letter


def test_more_recipients_than_a_hundred_are_sent_away_for_now(listener: Listener, desk: Desk) -> None:
    recipients = [f"desk+{number}@example.org" for number in range(101)]

    with client(listener) as connection:
        refused = connection.sendmail("rosa@example.com", recipients, LETTER)

    assert [code for code, _ in refused.values()] == [452]
    assert len(desk.stored[0].facts["rcpt_to"].split()) == 100


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=60))
def test_no_command_brings_the_listener_down(listener: Listener, desk: Desk, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), 20) as raw:
        raw.sendall(
            b"EHLO x\r\nMAIL FROM:<" + junk + b">\r\nRCPT TO:<" + junk + b"@example.org>\r\nDATA\r\n.\r\nQUIT\r\n"
        )
        while raw.recv(65536):
            pass

    with client(listener) as connection:
        assert connection.noop()[0] == 250
    for envelope in desk.stored:
        assert all(value.isprintable() for value in envelope.facts.values())
        assert "".join(envelope.facts.values()).encode()


def test_stopping_lets_a_delivery_under_way_finish() -> None:
    entered, go_on = threading.Event(), threading.Event()
    stored: list[Envelope] = []

    def accept(envelope: Envelope) -> None:
        entered.set()
        go_on.wait(20)
        stored.append(envelope)

    answers: SimpleQueue[object] = SimpleQueue()
    listener = Listener(Taking(accept), host="127.0.0.1", port=0).start()
    sender = in_thread(lambda: answers.put(send_one(listener)))
    entered.wait(20)
    stopper = in_thread(listener.stop)

    go_on.set()
    stopper.join(20)
    sender.join(20)

    assert answers.get(timeout=1) == {}
    assert len(stored) == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port), 5)


def test_stopping_hangs_up_on_a_client_that_only_waits() -> None:
    with Listener(Taking(Desk().accept), host="127.0.0.1", port=0) as listener:
        raw = socket.create_connection(("127.0.0.1", listener.port), 20)
        raw.recv(100)

    with raw:
        assert raw.recv(100) == b""


def test_an_address_that_is_taken_is_said_at_start(listener: Listener) -> None:
    with pytest.raises(OSError, match="address already in use"):
        Listener(Taking(Desk().accept), host="127.0.0.1", port=listener.port).start()


def send_one(listener: Listener) -> object:
    with client(listener) as connection:
        return connection.sendmail("rosa@example.com", ["desk@example.org"], LETTER)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread

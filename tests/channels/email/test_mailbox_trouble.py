"""A mailbox whose server or line misbehaves: one sentence that names the fault and the remedy, and nothing is lost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from threading import Event

import pytest

from channels.channel import Unreachable
from channels.email.limits import MAX_MESSAGE_BYTES
from tests.channels.email.following import connected, following, message, settings_of
from tests.channels.email.imap_servers import Proxy, Script, scripted_imap
from tests.ports import free_port
from tests.standins.dovecot import Dovecot

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({f"desk-{number}@example.org": "mailbox-secret" for number in range(50)}) as server:
        yield server


@pytest.fixture(scope="module")
def unused(dovecot: Dovecot) -> list[str]:
    return list(dovecot.users)


@pytest.fixture
def user(unused: list[str]) -> str:
    return unused.pop()


def sentence(settings: dict[str, str]) -> str:
    with following(settings) as mailbox:
        return mailbox.ends_with()


def test_a_wrong_password_is_said_without_the_password(dovecot: Dovecot, user: str) -> None:
    said = sentence(settings_of(dovecot, user, imap_password="guessed-wrongly"))

    assert said.startswith(f"127.0.0.1 refused the login of {user}: check imap_user and imap_password")
    assert "Authentication failed" in said
    assert "guessed-wrongly" not in said


def test_a_missing_folder_is_named(dovecot: Dovecot, user: str) -> None:
    said = sentence(settings_of(dovecot, user, imap_folder="Büro"))

    assert said.startswith(f"The folder 'Büro' of {user} cannot be opened at 127.0.0.1: check imap_folder.")


def test_a_name_that_dns_does_not_know_is_named() -> None:
    said = sentence({"imap_url": "imaps://desk:secret@imap.invalid"})

    assert said == "The name 'imap.invalid' of the mail server is unknown (DNS): check imap_host."


def test_a_port_where_nobody_listens_is_named() -> None:
    port = free_port()

    said = sentence({"imap_url": f"imap://desk:secret@127.0.0.1:{port}"})

    assert said == f"127.0.0.1:{port} refused the connection: check imap_port, and that IMAP is switched on there."


def test_a_server_without_tls_is_named(dovecot: Dovecot, user: str) -> None:
    said = sentence(settings_of(dovecot, user, imap_tls="tls"))

    assert said.startswith(f"127.0.0.1:{dovecot.port} does not speak TLS (")


def test_a_password_does_not_leave_where_starttls_is_asked_for_and_missing(dovecot: Dovecot, user: str) -> None:
    said = sentence(settings_of(dovecot, user, imap_tls="starttls"))

    assert said == (f"127.0.0.1:{dovecot.port} does not offer STARTTLS: check imap_tls (one of tls, starttls, none).")


def test_a_server_that_says_nothing_runs_into_the_time_out(dovecot: Dovecot) -> None:
    with Proxy(dovecot.port, lambda chunk: b"").running() as proxy:
        said = sentence({"imap_url": f"imap://desk:secret@127.0.0.1:{proxy.port}", "imap_timeout_seconds": "0.3"})

    assert said.startswith(f"127.0.0.1:{proxy.port} did not answer within 0.3 seconds")


def test_an_answer_that_trickles_in_byte_by_byte_is_cut_off(dovecot: Dovecot, user: str) -> None:
    connected(settings_of(dovecot, user))
    with Proxy(dovecot.port).running() as proxy:
        settings = settings_of(dovecot, user, imap_port=str(proxy.port), imap_timeout_seconds="0.5")
        with following(settings) as mailbox:
            mailbox.next_batch()
            proxy.alter = trickle
            dovecot.append(message(1), user)
            started = time.monotonic()

            said = mailbox.ends_with()

    assert said.startswith(f"127.0.0.1:{proxy.port} stopped answering while ")
    assert time.monotonic() - started < 5


def trickle(chunk: bytes) -> Iterator[bytes]:
    pause = Event()
    for byte in chunk:
        pause.wait(0.1)
        yield bytes([byte])


def test_a_connection_cut_in_the_middle_of_a_message_loses_nothing(dovecot: Dovecot, user: str) -> None:
    cursor = connected(settings_of(dovecot, user))
    letters = [message(number, "x" * 200_000) for number in range(3)]
    dovecot.append_all(letters, user)

    def cut(chunk: bytes) -> bytes | None:
        return None if b"x" * 1000 in chunk else chunk

    with Proxy(dovecot.port, cut).running() as proxy:
        settings = settings_of(dovecot, user, imap_port=str(proxy.port))
        with following(settings, cursor) as broken:
            said = broken.ends_with()
        proxy.alter = lambda chunk: chunk
        with following(settings, broken.cursor) as mended:
            envelopes = mended.next_envelopes(3)

    assert said.startswith(f"The connection to 127.0.0.1:{proxy.port} was lost while loading messages: ")
    assert [envelope.raw for envelope in envelopes] == letters


def test_a_line_that_is_cut_anywhere_again_and_again_loses_and_doubles_nothing(dovecot: Dovecot, user: str) -> None:
    old, new = [message(number, "o" * 3000) for number in range(30)], [message(100 + number) for number in range(30)]
    dovecot.deliver(old, user)
    cursor = connected(settings_of(dovecot, user))
    dovecot.append_all(new, user)
    bytes_left = 0

    def cut(chunk: bytes) -> bytes | None:
        nonlocal bytes_left
        bytes_left -= len(chunk)
        return None if bytes_left < 0 else chunk

    stored: dict[str, bytes] = {}
    with Proxy(dovecot.port, cut).running() as proxy:
        settings = settings_of(dovecot, user, imap_port=str(proxy.port))
        for allowance in range(500, 200_000, 4001):
            bytes_left = allowance
            with following(settings, cursor) as mailbox, contextlib.suppress(Unreachable):
                while len(stored) < 60:
                    stored |= {envelope.source_key: envelope.raw for envelope in mailbox.next_batch().envelopes}
            cursor = mailbox.cursor
            if len(stored) == 60:
                break

    assert sorted(stored.values()) == sorted(old + new)
    assert proxy.connections > 5


def test_a_link_that_dies_in_silence_is_noticed_when_idle_is_renewed(dovecot: Dovecot, user: str) -> None:
    said_last: list[bytes] = []

    def die_in_idle(chunk: bytes) -> bytes:
        if said_last:
            return b""
        if b"+ idling" in chunk:
            said_last.append(chunk)
        return chunk

    with Proxy(dovecot.port, die_in_idle).running() as proxy:
        settings = settings_of(
            dovecot, user, imap_port=str(proxy.port), imap_idle_seconds="0.5", imap_timeout_seconds="0.5"
        )
        with following(settings) as mailbox:
            said = mailbox.ends_with()

    assert said.startswith(f"127.0.0.1:{proxy.port} stopped answering while waiting for messages")


def test_a_server_without_idle_is_polled(dovecot: Dovecot, user: str) -> None:
    with Proxy(dovecot.port, lambda chunk: chunk.replace(b" IDLE", b" XDLE")).running() as proxy:
        settings = settings_of(dovecot, user, imap_port=str(proxy.port), imap_poll_seconds="0.2")
        with following(settings) as mailbox:
            mailbox.next_batch()
            for number in range(3):
                dovecot.append(message(number), user)

                (envelope,) = mailbox.next_envelopes(1)

                assert envelope.raw == message(number)


def test_a_server_without_idle_is_not_waited_for_when_it_has_announced_news() -> None:
    script: dict[str, Script] = {
        "EXAMINE": "* OK [UIDVALIDITY 9] valid\r\n* OK [UIDNEXT 5] next\r\nTAG OK [READ-ONLY] done\r\n",
        "UID_SEARCH": ["* SEARCH\r\n* 1 EXISTS\r\nTAG OK done\r\n", "* SEARCH 5\r\nTAG OK done\r\n"],
        "UID_FETCH_5_(BODY.PEEK[]": literal("BODY[]", b"Subject: News\r\n\r\n"),
    }
    with scripted_imap(**script) as port, following(scripted_settings(port, imap_poll_seconds="60")) as mailbox:
        (envelope,) = mailbox.next_envelopes(1, seconds=5)

    assert envelope.raw == b"Subject: News\r\n\r\n"


def test_a_good_token_opens_the_mailbox(dovecot: Dovecot, user: str) -> None:
    dovecot.add_token(user, "token-of-today")
    settings = settings_of(dovecot, user, imap_auth="xoauth2", imap_token="token-of-today")

    with following(settings) as mailbox:
        mailbox.next_batch()
        dovecot.append(message(1), user)
        (envelope,) = mailbox.next_envelopes(1)

    assert envelope.raw == message(1)


def test_a_bad_token_is_said_with_the_servers_reason_and_without_the_token(dovecot: Dovecot, user: str) -> None:
    said = sentence(settings_of(dovecot, user, imap_auth="xoauth2", imap_token="token-of-yesterday"))

    start = f"127.0.0.1 refused the login of {user}: the token is expired, revoked or for another service (status "
    assert said.startswith(start)
    assert "sign in again" in said
    assert "token-of-yesterday" not in said


def test_a_server_without_xoauth2_is_named() -> None:
    with scripted_imap() as port:
        said = sentence(scripted_settings(port, imap_auth="xoauth2", imap_token="token-of-today"))

    assert said == f"127.0.0.1:{port} does not offer XOAUTH2: check imap_auth."


def test_a_token_without_a_right_to_the_mailbox_is_told_from_a_bad_one() -> None:
    script = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\nTAG OK done\r\n",
        "AUTHENTICATE": "+ \r\n",
        "DATA": "TAG NO User is authenticated but not connected.\r\n",
    }
    with scripted_imap(**script) as port:
        said = sentence(scripted_settings(port, imap_auth="xoauth2", imap_token="token-of-today"))

    assert said == (
        "127.0.0.1 refused the login of desk: the token is good, but it gives no right to this mailbox. "
        "The server says: User is authenticated but not connected."
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("expired", "certificate has expired"),
        ("wrong-host", "not valid for '127.0.0.1'"),
        ("untrusted", "unable to get"),
    ],
)
def test_a_certificate_that_cannot_be_trusted_is_refused(kind: str, reason: str) -> None:
    with Dovecot(tls=kind) as server:
        url = f"imaps://desk%40example.org:secret@127.0.0.1:{server.tls_port}"

        said = sentence({"imap_url": url, "imap_ca_file": str(server.authority)})

    assert said.startswith(f"The certificate of 127.0.0.1:{server.tls_port} is not trusted (")
    assert reason in said


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_mail_comes_encrypted(encryption: str) -> None:
    with Dovecot(tls="good") as server:
        port = server.tls_port if encryption == "tls" else server.port
        settings = settings_of(server, "", imap_port=str(port), imap_tls=encryption, imap_ca_file=str(server.authority))
        with following(settings) as mailbox:
            mailbox.next_batch()
            for number in range(3):
                server.append(message(number))

                (envelope,) = mailbox.next_envelopes(1)

                assert envelope.raw == message(number)


def test_a_message_above_the_limit_comes_with_its_header_only() -> None:
    header = b"Subject: The whole film\r\n\r\n"
    size = MAX_MESSAGE_BYTES + 1
    script = {
        "UID_FETCH_5_(RFC822.SIZE": f"* 1 FETCH (UID 5 RFC822.SIZE {size})\r\nTAG OK done\r\n",
        "UID_FETCH_5_(BODY.PEEK[HEADER]": literal("BODY[HEADER]<0>", header),
        "UID_FETCH_5_(BODY.PEEK[]": "",
    }
    with scripted_imap(**script) as port, following(scripted_settings(port)) as mailbox:
        (envelope,) = mailbox.next_envelopes(1, history=True)

    assert envelope.raw == header
    assert envelope.facts["too_large"] == str(size)
    assert envelope.facts["internaldate"] == ""


def test_a_message_the_server_cannot_give_out_comes_with_its_words_and_stops_nothing() -> None:
    header = b"Subject: Broken on the server\r\n\r\n"
    script = {
        "UID_FETCH_5_(BODY.PEEK[HEADER]": literal("BODY[HEADER]<0>", header),
        "UID_FETCH_5_(BODY.PEEK[]": "TAG NO [SERVERBUG] Internal error occurred\r\n",
    }
    with scripted_imap(**script) as port, following(scripted_settings(port)) as mailbox:
        (envelope,) = mailbox.next_envelopes(1, history=True)

    assert envelope.raw == header
    assert "[SERVERBUG] Internal error occurred" in envelope.facts["unfetched"]


def test_a_message_listed_but_gone_when_it_is_loaded_is_left_out() -> None:
    script = {"UID_FETCH_5_(BODY.PEEK[]": "TAG OK nothing left\r\n"}
    with (
        scripted_imap(**script) as port,
        following(scripted_settings(port, imap_idle_seconds="0.2", imap_poll_seconds="0.1")) as mailbox,
    ):
        batches = [mailbox.next_batch() for _ in range(3)]

    assert [batch.envelopes for batch in batches] == [()] * 3
    assert '"walked_uid":5' in batches[-1].cursor.value


def test_news_before_the_server_agrees_to_idle_are_not_lost() -> None:
    script = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n",
        "EXAMINE": "* OK [UIDVALIDITY 9] valid\r\n* OK [UIDNEXT 5] next\r\nTAG OK [READ-ONLY] done\r\n",
        "IDLE": "* 1 EXISTS\r\n+ idling\r\n",
        "UID_FETCH_5_(BODY.PEEK[]": literal("BODY[]", b"Subject: News\r\n\r\n"),
        "UID_SEARCH": "* SEARCH 5\r\nTAG OK done\r\n",
    }
    with scripted_imap(**script) as port, following(scripted_settings(port)) as mailbox:
        (envelope,) = mailbox.next_envelopes(1)

    assert envelope.raw == b"Subject: News\r\n\r\n"


def test_news_in_one_packet_with_the_agreement_to_idle_are_not_lost() -> None:
    turns = ["* SEARCH\r\nTAG OK done\r\n", "* SEARCH 5\r\nTAG OK done\r\n"]
    script = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n",
        "EXAMINE": "* OK [UIDVALIDITY 9] valid\r\n* OK [UIDNEXT 5] next\r\nTAG OK [READ-ONLY] done\r\n",
        "UID_SEARCH": turns,
        "IDLE": "+ idling\r\n* 1 EXISTS\r\n",
        "UID_FETCH_5_(BODY.PEEK[]": literal("BODY[]", b"Subject: News\r\n\r\n"),
    }
    with scripted_imap(**script) as port, following(scripted_settings(port)) as mailbox:
        (envelope,) = mailbox.next_envelopes(1, seconds=5)

    assert envelope.raw == b"Subject: News\r\n\r\n"


def scripted_settings(port: int, **more: str) -> dict[str, str]:
    return {"imap_url": f"imap://desk:secret@127.0.0.1:{port}", "imap_timeout_seconds": "5", **more}


def literal(item: str, body: bytes) -> bytes:
    return f"* 1 FETCH (UID 5 {item} {{{len(body)}}}\r\n".encode() + body + b")\r\nTAG OK done\r\n"


@pytest.mark.slow
def test_a_message_larger_than_the_server_said_comes_with_its_header_only() -> None:
    header = b"Subject: More than was said\r\n\r\n"
    script: dict[str, Script] = {
        "UID_FETCH_5_(BODY.PEEK[HEADER]": literal("BODY[HEADER]<0>", header),
        "UID_FETCH_5_(BODY.PEEK[]": literal("BODY[]", header + b"x" * MAX_MESSAGE_BYTES),
    }
    with scripted_imap(**script) as port, following(scripted_settings(port)) as mailbox:
        (envelope,) = mailbox.next_envelopes(1, history=True)

    assert envelope.raw == header
    assert envelope.facts["too_large"] == str(MAX_MESSAGE_BYTES + len(header))


def test_a_server_that_says_goodbye_is_quoted() -> None:
    with scripted_imap(EXAMINE="* BYE Going down for maintenance\r\n") as port:
        said = sentence(scripted_settings(port, imap_timeout_seconds="0.5"))

    assert said.startswith(f"The connection to 127.0.0.1:{port} was lost while opening the folder: ")
    assert "Going down for maintenance" in said


def test_nonsense_from_the_server_is_an_error_in_words() -> None:
    with scripted_imap(UID_SEARCH="* SEARCH five\r\nTAG OK done\r\n") as port:
        said = sentence(scripted_settings(port))

    assert said.startswith(f"127.0.0.1:{port} answered with an error while looking for messages: ")


def test_a_folder_without_uidvalidity_is_not_followed() -> None:
    with scripted_imap(EXAMINE="* 1 EXISTS\r\n* OK [UIDNEXT 6] next\r\nTAG OK done\r\n") as port:
        said = sentence(scripted_settings(port))

    assert said == "127.0.0.1 gives no UIDVALIDITY: this mailbox cannot be followed safely."

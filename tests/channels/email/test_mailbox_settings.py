"""What a person writes to name a mailbox, and where a fetcher stands: read safely, refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Cursor, Unreachable
from channels.email.imap_errors import login_sentence
from channels.email.imap_position import Position, first_position, read_position
from channels.email.imap_settings import Encryption, SettingsError, SignIn, read_settings
from channels.email.mailbox import fetch
from tests.channels.email.following import account

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_url_gives_everything() -> None:
    settings = read_settings(
        {"imap_url": "imaps://desk%40example.org:p%2Fw%3A%40@imap.example.org:1993/Support%20Desk"}
    )

    assert (settings.host, settings.port) == ("imap.example.org", 1993)
    assert (settings.user, settings.password) == ("desk@example.org", "p/w:@")
    assert (settings.folder, settings.encryption) == ("Support Desk", Encryption.TLS)
    assert settings.sign_in is SignIn.PASSWORD


def test_single_settings_win_over_the_url() -> None:
    url = "imap://desk:secret@imap.example.org/Old"

    settings = read_settings({"imap_url": url, "imap_folder": "New", "imap_port": "1143", "imap_tls": "TLS"})

    assert (settings.folder, settings.port, settings.encryption) == ("New", 1143, Encryption.TLS)


@pytest.mark.parametrize(
    ("url", "encryption", "port"),
    [
        ("imaps://desk:secret@imap.example.org", Encryption.TLS, 993),
        ("imap://desk:secret@imap.example.org", Encryption.STARTTLS, 143),
        ("imap://desk:secret@127.0.0.1:1143", Encryption.NONE, 1143),
        ("imap://desk:secret@localhost", Encryption.NONE, 143),
        ("imap://desk:secret@[::1]:1143", Encryption.NONE, 1143),
    ],
)
def test_a_password_leaves_this_machine_encrypted_only(url: str, encryption: Encryption, port: int) -> None:
    settings = read_settings({"imap_url": url})

    assert (settings.encryption, settings.port, settings.folder) == (encryption, port, "INBOX")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({}, "imap_host is missing"),
        ({"imap_url": "pop3://desk:secret@imap.example.org"}, "imap_url cannot be read"),
        ({"imap_url": "imaps://desk:secret@imap.example.org:port"}, "imap_url cannot be read"),
        ({"imap_url": "imaps://[desk:secret@imap.example.org"}, "imap_url cannot be read"),
        ({"imap_url": "imaps://imap.example.org"}, "imap_user is missing"),
        ({"imap_url": "imaps://desk@imap.example.org"}, "imap_password is missing"),
        ({"imap_url": "imaps://desk@imap.example.org", "imap_auth": "xoauth2"}, "imap_token is missing"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_auth": "magic"}, "one of password, xoauth2"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_tls": "yes"}, "one of tls, starttls, none"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_port": "0"}, "imap_port is '0'"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_port": "²"}, "imap_port is '²'"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_poll_seconds": "-1"}, "imap_poll_seconds is '-1'"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_idle_seconds": "541"}, "up to 540"),
        ({"imap_url": "imaps://desk:secret@imap.example.org", "imap_timeout_seconds": "nan"}, "imap_timeout_seconds"),
        ({"imap_url": "imaps://desk:secret%0d%0a@imap.example.org"}, "imap_password contains a line break"),
    ],
)
def test_a_mistake_is_named_with_its_remedy_and_no_secret(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(wrong)

    assert named in str(caught.value)
    assert "secret" not in str(caught.value)


def test_secrets_are_not_in_the_representation() -> None:
    settings = read_settings({"imap_url": "imaps://desk:secret@imap.example.org", "imap_token": "token"})

    assert "secret" not in repr(settings)
    assert "token" not in repr(settings).replace("token=", "")


def test_wrong_settings_and_a_foreign_cursor_end_the_fetch_in_words() -> None:
    good = {"imap_url": "imaps://desk:secret@imap.invalid"}

    with pytest.raises(Unreachable, match="imap_host is missing"):
        next(fetch(account({}), Cursor(), stop=Event()))
    with pytest.raises(Unreachable, match="the stored position cannot be read; connect it anew"):
        next(fetch(account(good), Cursor("page=3"), stop=Event()))


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    settings = read_settings({"imap_url": "imaps://desk:secret@imap.example.org"})

    said = login_sentence(ValueError("no such\r\nlogin: desk/secret\x07"), settings)

    assert "no such login: desk/***" in said


@given(reason=st.binary(max_size=40) | st.sampled_from([b"[" * 5000, b'{"status": [1]}', b"null", b'"400"']))
def test_any_reason_of_a_refused_token_gives_a_sentence(reason: bytes) -> None:
    settings = read_settings(
        {"imap_host": "imap.example.org", "imap_user": "desk", "imap_token": "t", "imap_auth": "xoauth2"}
    )

    said = login_sentence(ValueError("refused"), settings, [b"", reason])

    assert "the token is expired, revoked or for another service" in said


def test_the_reason_of_a_refused_token_is_read() -> None:
    settings = read_settings(
        {"imap_host": "imap.example.org", "imap_user": "desk", "imap_token": "t", "imap_auth": "xoauth2"}
    )
    reason = b'{"status":"400","schemes":"bearer","scope":"https://mail.example.org/"}'

    said = login_sentence(ValueError("refused"), settings, [b"", reason])

    assert "(status 400, scope https://mail.example.org/): sign in again" in said


positions = st.builds(
    Position,
    folder=st.text(),
    uidvalidity=st.integers(1, 2**32 - 1),
    last_uid=st.integers(0, 2**32 - 1),
    connected_uid=st.integers(0, 2**32 - 1),
    walked_uid=st.integers(0, 2**32 - 1),
    connected_at=st.just(NOON.isoformat()),
    rescan=st.booleans(),
    generation=st.integers(0, 9),
    witness=st.sampled_from(["", NOON.isoformat()]),
)


@given(position=positions)
def test_a_position_comes_back_from_its_cursor(position: Position) -> None:
    assert read_position(position.cursor()) == position


@given(text=st.text(min_size=1))
def test_a_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_position(Cursor(text))


@given(position=positions, uidvalidity=st.integers(1, 2**32 - 1))
def test_source_keys_never_meet_again_after_a_rescan(position: Position, uidvalidity: int) -> None:
    again = position.restarted(uidvalidity, 10, "")

    assert again.epoch != position.epoch
    assert again.restarted(position.uidvalidity, 10, "").epoch != position.epoch


def test_in_a_rescan_the_date_tells_history_from_mail() -> None:
    first = first_position("INBOX", 1, 5, "", NOON)

    again = first.restarted(2, 9, "")

    assert first.is_history(NOON + timedelta(days=1))
    assert again.is_history(NOON - timedelta(seconds=1))
    assert not again.is_history(NOON)
    assert not again.is_history(None)

"""Parsing in a process that can be killed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.channel import Channel
from channels.child import TOO_MUCH, parse_apart
from channels.message import Envelope, Unreadable
from channels.registry import find_channel, find_channels
from tests.channels.email.letters import a_letter
from tests.channels.sms_values import an_envelope

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def a_mail(raw: bytes) -> Envelope:
    return Envelope("email", "file", "", raw, NOW, {"own_addresses": "desk@example.org"})


@pytest.mark.parametrize(
    "envelope",
    [a_mail(a_letter("Grüße\u2028", Subject="Tür").encode()), an_envelope(Body="No water"), a_mail(b"")],
    ids=["mail", "text", "nothing"],
)
def test_a_child_reads_what_its_parent_would(envelope: Envelope) -> None:
    assert parse_apart(envelope) == find_channel(envelope.channel).parse(envelope)


def test_a_child_that_uses_up_its_time_is_killed_and_the_message_unreadable() -> None:
    assert parse_apart(a_mail(a_letter().encode()), cpu_seconds=0) == Unreadable(TOO_MUCH)


def test_a_child_that_hangs_is_killed_and_the_message_unreadable() -> None:
    assert parse_apart(a_mail(a_letter().encode()), wall_seconds=0.001) == Unreadable(TOO_MUCH)


@pytest.mark.parametrize("kind", sorted(find_channels()))
def test_one_channel_is_found_by_its_kind(kind: str) -> None:
    channel = find_channel(kind)

    assert isinstance(channel, Channel)
    assert channel.kind == kind


def test_a_channel_that_nobody_wrote_is_not_found() -> None:
    with pytest.raises(KeyError):
        find_channel("pigeon")

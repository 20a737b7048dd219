"""What every channel promises, whoever wrote it: a new one is found by the registry and held to this.

`tests/samples/<kind>/` holds its envelopes as raw bytes, at least `text.*`, `attachment.*`, `duplicate.*`, `forged.*`
and `garbage.*`; further ones have names of their own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.channel import Account, Channel, Forged, HookedChannel, HookRequest
from channels.message import (
    Address,
    Attachment,
    Envelope,
    IdentityKind,
    InboundMessage,
    OutboundMessage,
    Receipt,
    Trust,
    Unreadable,
)
from channels.registry import find_channels

SAMPLES = Path(__file__).parent.parent / "samples"
REQUIRED = ("text", "attachment", "duplicate", "forged", "garbage")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DESK = Address(IdentityKind.EMAIL, "desk@example.org")
ANNA = Address(IdentityKind.EMAIL, "anna@example.org")
PHONE = Address(IdentityKind.PHONE, "+12025550123")
MESSAGE_ID = UUID("6f0f9a52-5d1b-4f3c-9d8e-2b7c6a5e4f30")

CHANNELS = find_channels()
every_channel = pytest.mark.parametrize("channel", [pytest.param(each, id=kind) for kind, each in CHANNELS.items()])


def samples_of(kind: str) -> dict[str, bytes]:
    folder = SAMPLES / kind
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def sample(channel: Channel, stem: str) -> Envelope:
    name, raw = next((name, raw) for name, raw in samples_of(channel.kind).items() if Path(name).stem == stem)
    return an_envelope(channel, raw, name)


def an_envelope(channel: Channel, raw: bytes, key: str = "key") -> Envelope:
    return Envelope(channel.kind, "file", key, raw, NOW)


def an_account(channel: Channel, **values: str) -> Account:
    return Account(1, channel.kind, DESK, values)


EVERY_SAMPLE = [
    pytest.param(channel, raw, id=f"{kind}/{name}")
    for kind, channel in CHANNELS.items()
    for name, raw in samples_of(kind).items()
]


@every_channel
def test_a_channel_is_found_under_its_kind(channel: Channel) -> None:
    assert CHANNELS[channel.kind] is channel
    assert channel.kind.isidentifier()
    assert channel.kind == channel.kind.lower()
    assert type(channel).__module__.split(".")[:2] == ["channels", channel.kind]


@every_channel
@pytest.mark.parametrize("stem", REQUIRED)
def test_a_channel_shows_what_it_reads(channel: Channel, stem: str) -> None:
    stems = {Path(name).stem for name in samples_of(channel.kind)}

    assert stem in stems, f"tests/samples/{channel.kind}/{stem}.* is missing"


@pytest.mark.parametrize(("channel", "raw"), EVERY_SAMPLE)
def test_every_sample_is_a_message_or_unreadable(channel: Channel, raw: bytes) -> None:
    found = channel.parse(an_envelope(channel, raw))

    assert isinstance(found, InboundMessage | Unreadable)
    if isinstance(found, InboundMessage):
        assert found.channel == channel.kind
    else:
        assert found.reason.strip()


@pytest.mark.parametrize(("channel", "raw"), EVERY_SAMPLE)
def test_reading_twice_gives_the_same(channel: Channel, raw: bytes) -> None:
    envelope = an_envelope(channel, raw)

    assert channel.parse(envelope) == channel.parse(envelope)


@every_channel
def test_a_text_has_a_sender_and_words(channel: Channel) -> None:
    message = channel.parse(sample(channel, "text"))

    assert isinstance(message, InboundMessage)
    assert message.sender is not None
    assert message.text.strip()


@every_channel
def test_an_attachment_comes_along_or_is_linked(channel: Channel) -> None:
    message = channel.parse(sample(channel, "attachment"))

    assert isinstance(message, InboundMessage)
    assert message.attachments or message.media


@every_channel
def test_a_duplicate_is_known_by_the_message_it_repeats(channel: Channel) -> None:
    first, again = channel.parse(sample(channel, "text")), channel.parse(sample(channel, "duplicate"))

    assert isinstance(first, InboundMessage)
    assert isinstance(again, InboundMessage)
    assert replace(first, message_id="") == replace(again, message_id="")


@every_channel
def test_what_is_forged_is_not_believed(channel: Channel) -> None:
    envelope = sample(channel, "forged")

    if isinstance(channel, HookedChannel):
        call = HookRequest("https://desk.example.org/hooks/x", "POST", {}, envelope.raw, {}, NOW)
        with pytest.raises(Forged):
            channel.verify(call, an_account(channel, account_sid="AC1", auth_token="t", signing_secret="s"))
    else:
        message = channel.parse(envelope)
        assert isinstance(message, Unreadable) or message.trust is Trust.UNVERIFIED


@every_channel
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_bytes_are_a_message_or_unreadable(channel: Channel, data: st.DataObject) -> None:
    raw = data.draw(mutated(list(samples_of(channel.kind).values())) | st.binary(max_size=2_000))

    assert isinstance(channel.parse(an_envelope(channel, raw)), InboundMessage | Unreadable)


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """A sample with a few bytes cut out, put in, or doubled."""
    raw = draw(st.sampled_from(originals or [b""]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 40)))
        raw = (
            raw[:start] + draw(st.sampled_from([b"", b"\x00", raw[start:end] * 3]) | st.binary(max_size=20)) + raw[end:]
        )
    return raw


MESSAGES = [
    OutboundMessage(MESSAGE_ID, "x", DESK, (ANNA,), "We come at nine"),
    OutboundMessage(MESSAGE_ID, "x", DESK, (PHONE,), "We come at nine"),
    OutboundMessage(MESSAGE_ID, "x", DESK, (), ""),
    OutboundMessage(MESSAGE_ID, "x", DESK, (Address(IdentityKind.PHONE, "\x00\ud800" * 99),), "\x00\ud800\r\n" * 999),
    OutboundMessage(
        MESSAGE_ID,
        "x",
        Address(IdentityKind.EMAIL, ""),
        (ANNA, PHONE),
        "text",
        subject="a\r\nBcc: v@example.org",
        html="<p>text</p>",
        attachments=(Attachment("a\r\nb", "x", b""),),
        card={"blocks": 5, "channel": []},
        update_of=":",
        in_reply_to=":",
        status_callback="http://[",
    ),
]


@every_channel
@pytest.mark.parametrize("message", [pytest.param(each, id=str(number)) for number, each in enumerate(MESSAGES)])
def test_sending_never_raises(channel: Channel, message: OutboundMessage, closed_port_url: str) -> None:
    nobody_there = {
        "api_base": closed_port_url,
        "account_sid": "AC1",
        "auth_token": "t",
        "bot_token": "b",
        "number": PHONE.value,
    }

    for account in (an_account(channel), an_account(channel, **nobody_there)):
        receipt = channel.send(replace(message, channel=channel.kind), account)

        assert isinstance(receipt, Receipt)

"""Practice mode: nothing leaves, and what would fail still fails."""

from __future__ import annotations

import itertools
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Account, Channel, HookedChannel, MediaChannel, ReconcilingChannel
from channels.console import ConsoleChannel, practise, read_lines
from channels.egress import RefusedError
from channels.message import Address, Envelope, IdentityKind, InboundMessage, MediaLink, Outcome, Trust, Unreadable
from channels.registry import find_channels
from channels.sms import SmsChannel
from channels.voice import VoiceLine
from tests.channels import slack_values
from tests.channels.scripted_server import ScriptedServer
from tests.channels.sms_values import ANNA, NOW, OUTBOX_ID, a_call, a_form, a_text, an_account, an_envelope

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def test_a_twin_takes_a_text_and_nobody_is_called(web: ScriptedServer) -> None:
    receipt = practise(SmsChannel()).send(a_text(), an_account(api_base=web.url))

    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, f"console-{OUTBOX_ID}")
    assert web.asked == []


@pytest.mark.parametrize("message", [a_text(to="12345"), a_text(""), a_text("a" * 1_601), a_text(to="+19005550123")])
def test_a_twin_refuses_what_the_real_channel_would_refuse(message: object) -> None:
    receipt = practise(SmsChannel()).send(message, an_account())

    assert receipt.outcome is Outcome.FAILED
    assert receipt == SmsChannel().send(message, an_account())


def test_a_twin_works_before_the_provider_is_connected() -> None:
    unconnected = an_account(account_sid="", auth_token="")
    slack = practise(find_channels()["slack"])

    assert practise(SmsChannel()).send(a_text(), unconnected).outcome is Outcome.ACCEPTED
    assert slack.send(slack_values.a_message(), slack_values.an_account(bot_token="")).outcome is Outcome.ACCEPTED


def test_a_twin_reads_and_verifies_like_the_real_channel() -> None:
    twin = practise(SmsChannel())

    assert isinstance(twin, HookedChannel)
    assert isinstance(twin, MediaChannel)
    assert (twin.kind, twin.parse(an_envelope())) == ("sms", SmsChannel().parse(an_envelope()))
    assert twin.verify(a_call(a_form()), an_account()).envelopes


@pytest.mark.parametrize("kind", sorted(find_channels()))
def test_no_twin_fetches_a_file_from_a_provider(web: ScriptedServer, kind: str) -> None:
    twin = practise(find_channels()[kind])
    link = MediaLink(f"{web.url}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", "image/png")

    if isinstance(twin, MediaChannel):
        with pytest.raises(RefusedError, match="practice mode"):
            twin.fetch_media(link, an_account(api_base=web.url))

    assert web.asked == []


def test_a_twin_asks_the_provider_nothing(web: ScriptedServer) -> None:
    twin, account = practise(SmsChannel()), an_account(api_base=web.url)

    assert twin.recent(account, since=NOW) == []
    found = twin.find_sent(a_text(), account, since=NOW)
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED
    assert web.asked == []


def test_the_real_channel_stays_as_it_was(closed_port_url: str) -> None:
    real = SmsChannel()

    practise(real)

    assert real.send(a_text(), an_account(api_base=closed_port_url)).outcome is Outcome.RETRY


@pytest.mark.parametrize("kind", sorted(find_channels()))
def test_every_channel_has_a_twin(kind: str) -> None:
    twin = practise(find_channels()[kind])

    assert isinstance(twin, Channel)
    assert twin.kind == kind


def test_no_phone_rings_in_practice_and_a_number_that_cannot_ring_is_refused() -> None:
    line = practise(VoiceLine())

    rung, refused = (line.send(a_text("Fire", to=to), an_account()) for to in (ANNA, "2025550123"))

    assert (rung.outcome, refused.outcome) == (Outcome.ACCEPTED, Outcome.FAILED)


def typed(text: str) -> InboundMessage:
    message = ConsoleChannel().parse(Envelope("console", "console", "s:1", text.encode(), NOW))
    assert isinstance(message, InboundMessage)
    return message


@pytest.mark.parametrize(
    ("line", "kind", "value", "text"),
    [
        ("anna@example.org: The tap drips", IdentityKind.EMAIL, "anna@example.org", "The tap drips"),
        ("+1 202 555 0123: Hello: again", IdentityKind.PHONE, "+12025550123", "Hello: again"),
    ],
)
def test_a_typed_line_says_who_and_what(line: str, kind: IdentityKind, value: str, text: str) -> None:
    message = typed(line)

    assert message.sender == Address(kind, value)
    assert (message.text, message.trust) == (text, Trust.UNVERIFIED)


@pytest.mark.parametrize("line", ["The tap drips", "Hello: there", ": nobody", "a" * 400 + ": x"])
def test_a_line_that_names_nobody_is_from_nobody(line: str) -> None:
    message = typed(line)

    assert (message.sender, message.text, message.may_answer) == (None, line, False)


def test_files_follow_their_line() -> None:
    encoded = b64encode(PNG).decode()

    message = typed(f"anna@example.org: look\n+file tap.png {encoded}\n+file broken.png %%%")

    assert [(file.name, file.content_type) for file in message.attachments] == [("tap.png", "image/png")]
    assert message.text == "look\n+file broken.png %%%"


def test_nothing_typed_is_unreadable() -> None:
    assert isinstance(ConsoleChannel().parse(Envelope("console", "console", "s:1", b" \n\x00", NOW)), Unreadable)


def test_lines_become_envelopes_with_keys_of_their_session() -> None:
    clock = itertools.repeat(datetime(2026, 11, 22, tzinfo=UTC))

    envelopes = list(read_lines(["a: b\n", "\n", "c: d\n"], session="s1", clock=clock))

    assert [(each.source_key, each.raw) for each in envelopes] == [("s1:1", b"a: b"), ("s1:3", b"c: d")]


def test_the_console_takes_everything() -> None:
    account = Account(0, "console", Address(IdentityKind.EMAIL, "desk@example.org"))

    receipt = ConsoleChannel().send(replace(a_text(), channel="console"), account)

    assert receipt.provider_id == f"console-{OUTBOX_ID}"


@given(st.binary(max_size=500))
def test_any_typed_bytes_are_a_message_or_unreadable(raw: bytes) -> None:
    found = ConsoleChannel().parse(Envelope("console", "console", "k", raw, NOW))

    assert isinstance(found, InboundMessage | Unreadable)


@pytest.mark.parametrize("kind", sorted(find_channels()))
def test_a_twin_keeps_lists_exactly_where_its_channel_does(kind: str) -> None:
    channel = find_channels()[kind]

    assert isinstance(practise(channel), ReconcilingChannel) == isinstance(channel, ReconcilingChannel)

"""Forms: read whatever they hold, believed only as far as somebody signed in (reliability.md 4 G)."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Account
from channels.message import (
    Address,
    Attachment,
    Envelope,
    IdentityKind,
    InboundMessage,
    OutboundMessage,
    Outcome,
    Trust,
    Unreadable,
)
from channels.portal import MAX_FILES, MAX_TEXT, PortalChannel, make_envelope

FORM_ID = UUID("7d7cf2a5-96f5-4c9e-8d2f-0f1f6f0d1c11")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ANNA = Address(IdentityKind.EMAIL, "anna@example.org", "Anna Berg")
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def a_form(**fields: Any) -> Envelope:
    return make_envelope(**{"form_id": FORM_ID, "received_at": NOW, "text": "The tap drips", **fields})


def parse(envelope: Envelope) -> InboundMessage:
    message = PortalChannel().parse(envelope)
    assert isinstance(message, InboundMessage)
    return message


def test_a_form_of_somebody_signed_in_is_theirs() -> None:
    message = parse(a_form(signed_in=ANNA, subject="Tap", unit="3B", ticket="0c1d", name="Anna", language="de"))

    assert message.sender == Address(IdentityKind.EMAIL, "anna@example.org", "Anna")
    assert (message.trust, message.text, message.subject) == (Trust.VERIFIED, "The tap drips", "Tap")
    assert message.extra == {"unit": "3B", "ticket": "0c1d"}
    assert (message.language, message.message_id) == ("de", str(FORM_ID))


def test_who_is_signed_in_counts_whatever_the_form_says() -> None:
    assert parse(a_form(signed_in=ANNA, email="eve@example.org")).sender == Address(IdentityKind.EMAIL, ANNA.value)


def test_a_public_form_is_from_whom_it_says_and_unproved() -> None:
    message = parse(a_form(email="Eve@Example.org", name="Eve", phone="202 555 0123", ticket="0c1d"))

    assert message.sender == Address(IdentityKind.EMAIL, "eve@example.org", "Eve")
    assert message.trust is Trust.UNVERIFIED
    assert "ticket" not in message.extra
    assert message.extra["claimed_ticket"] == "0c1d"
    assert message.extra["phone"] == "202 555 0123"


def test_a_phone_is_enough_and_read_as_of_the_companys_country() -> None:
    envelope = a_form(phone="030 23125 001")
    german = Envelope(
        envelope.channel, envelope.source, envelope.source_key, envelope.raw, NOW, {**envelope.facts, "region": "DE"}
    )

    sender = parse(german).sender

    assert sender is not None
    assert (sender.kind, sender.value) == (IdentityKind.PHONE, "+493023125001")


@pytest.mark.parametrize(
    ("email", "phone"),
    [
        ("no address", ""),
        ("", "call me"),
        ("a@b, c@d", ""),
        ("a@example.org\r\nBcc: v@example.org", ""),
        ("a\ud800@example.org", ""),
        ("", ""),
    ],
)
def test_an_address_that_is_none_leaves_the_sender_open(email: str, phone: str) -> None:
    message = parse(a_form(email=email, phone=phone))

    assert (message.sender, message.may_answer) == (None, False)
    assert bool(message.defects) is bool(email or phone)


def test_a_form_cannot_claim_to_be_signed_in() -> None:
    tree = json.loads(a_form(email="eve@example.org").raw)
    tree |= {"signed_in_identity": "email:anna@example.org", "trust": "verified"}

    message = parse(Envelope("portal", "portal", "k", json.dumps(tree).encode(), NOW))

    assert message.trust is Trust.UNVERIFIED
    assert message.sender is not None
    assert message.sender.value == "eve@example.org"


@pytest.mark.parametrize("fact", ["", "email:", "nonsense:anna@example.org", "anna@example.org"])
def test_a_signed_in_identity_that_is_none_proves_nothing(fact: str) -> None:
    envelope = Envelope("portal", "portal", "k", a_form().raw, NOW, {"signed_in_identity": fact})

    assert parse(envelope).trust is Trust.UNVERIFIED


def test_files_come_as_they_were_and_are_called_what_they_are() -> None:
    file = Attachment("../../tap.exe", "application/x-msdownload", PNG)

    (attachment,) = parse(a_form(files=[file])).attachments

    assert (attachment.data, attachment.content_type) == (PNG, "image/png")
    assert attachment.declared_type == "application/x-msdownload"
    assert "/" not in attachment.name


def test_files_alone_are_a_message() -> None:
    assert parse(a_form(text="", files=[Attachment("a.png", "image/png", PNG)])).text == ""


def test_a_damaged_file_is_noted_and_the_rest_is_kept() -> None:
    tree = json.loads(a_form().raw)
    good = {"name": "a.png", "type": "image/png", "data": b64encode(PNG).decode()}
    tree["files"] = [{"name": "b", "data": "%%%"}, good, 5, {"name": "c", "data": 7}]

    message = parse(Envelope("portal", "portal", "k", json.dumps(tree).encode(), NOW))

    assert [attachment.name for attachment in message.attachments] == ["a.png"]
    assert len(message.defects) == 3


def test_a_hundred_files_are_cut_and_it_is_said() -> None:
    files = [Attachment(f"{number}.png", "image/png", PNG) for number in range(100)]

    message = parse(a_form(files=files))

    assert len(message.attachments) == MAX_FILES
    assert "first 30 of 100" in message.defects[0]


def test_a_very_long_text_is_cut_and_it_is_said() -> None:
    message = parse(a_form(text="a" * (MAX_TEXT + 1)))

    assert len(message.text) == MAX_TEXT
    assert "cut" in message.defects[0]


def test_an_empty_form_is_parked() -> None:
    assert isinstance(PortalChannel().parse(a_form(text=" \n ")), Unreadable)


@pytest.mark.parametrize("raw", [b"", b"5", b"[]", b"null", b"{}", b'{"version":2}', b'{"version":"1"}', b"[" * 99_999])
def test_what_is_no_form_is_unreadable(raw: bytes) -> None:
    assert isinstance(PortalChannel().parse(Envelope("portal", "portal", "k", raw, NOW)), Unreadable)


def test_the_same_form_sent_twice_has_one_key() -> None:
    assert a_form(text="once").source_key == a_form(text="twice").source_key == str(FORM_ID)


def test_an_answer_is_accepted_at_once() -> None:
    message = OutboundMessage(FORM_ID, "portal", ANNA, (ANNA,), "We come at nine")

    receipt = PortalChannel().send(message, Account(0, "portal", ANNA))

    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, f"portal-{FORM_ID}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
FIELDS = ("form_id", "name", "email", "phone", "subject", "text", "unit", "ticket", "language", "files", "topic")


@given(field=st.sampled_from(FIELDS), tree=JSON)
def test_a_form_of_any_shape_is_a_message_or_unreadable(field: str, tree: object) -> None:
    form = json.loads(a_form().raw) | {field: tree}

    found = PortalChannel().parse(Envelope("portal", "portal", "k", json.dumps(form).encode(), NOW))

    assert isinstance(found, InboundMessage | Unreadable)


@given(fields=st.dictionaries(st.sampled_from(("text", "subject", "name", "unit", "email")), st.text(), max_size=5))
def test_whatever_is_typed_arrives_as_a_text_a_database_takes(fields: dict[str, str]) -> None:
    message = parse(a_form(**{"text": "x", **{name: f"{value}x" for name, value in fields.items()}}))

    for text in (message.text, message.subject, *message.extra.values(), *message.defects):
        assert "\x00" not in text
        text.encode("utf-8")

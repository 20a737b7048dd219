"""Reading a text message: nothing is lost, nothing is believed that was not shown (reliability.md 4 E)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Envelope, IdentityKind, InboundMessage, Kind, Trust, Unreadable
from channels.sms import SmsChannel
from channels.sms.inbound import MAX_MEDIA
from tests.channels.sms_values import ANNA, DESK, MESSAGE_SID, NOW, an_envelope


def parse(**fields: str) -> InboundMessage:
    message = SmsChannel().parse(an_envelope(**fields))
    assert isinstance(message, InboundMessage)
    return message


def test_a_text_is_from_its_number_and_to_ours() -> None:
    message = parse()

    assert message.sender is not None
    assert (message.sender.kind, message.sender.value) == (IdentityKind.PHONE, ANNA)
    assert [address.value for address in message.to] == [DESK]
    assert (message.text, message.message_id) == ("The tap in the kitchen drips", MESSAGE_SID)
    assert (message.trust, message.may_answer, message.kind) == (Trust.VERIFIED, True, Kind.PERSONAL)
    assert message.defects == ()


@pytest.mark.parametrize("sender", ["12345", "DHL", "+", "+abc", "+" + "1" * 30, "x" * 500])
def test_who_cannot_be_dialled_is_kept_and_not_answered(sender: str) -> None:
    message = parse(From=sender)

    assert message.sender is not None
    assert message.sender.value == sender[:64]
    assert (message.may_answer, message.trust) == (False, Trust.UNVERIFIED)


@pytest.mark.parametrize("sender", ["", "anonymous", "Anonymous", "+266696687"])
def test_a_withheld_number_is_nobody(sender: str) -> None:
    message = parse(From=sender)

    assert (message.sender, message.may_answer) == (None, False)
    assert "withheld" in message.defects[0]


def test_a_short_code_cannot_opt_out_by_a_keyword() -> None:
    assert parse(From="12345", Body="STOP").kind is Kind.PERSONAL


def test_our_own_number_is_not_answered() -> None:
    message = parse(From=DESK)

    assert message.may_answer is False
    assert "our own numbers" in message.defects[0]


def test_a_text_to_a_number_that_is_not_ours_says_so() -> None:
    assert "does not belong to this desk" in parse(To="+12025550177").defects[0]


@pytest.mark.parametrize(
    "body",
    ["a" * 1_600, "😀👩‍👩‍👧", "{[€]}", "مرحبا", "line\u2028separator", "<Response><Message>x</Message></Response>"],
)
def test_whatever_is_written_is_kept(body: str) -> None:
    assert parse(Body=body).text == body


def test_characters_no_database_takes_are_left_out() -> None:
    assert parse(Body="a\x00b\x1bc\nd").text == "abc\nd"


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    envelope = replace(an_envelope(), raw=an_envelope().raw.replace(b"drips", b"%FF%FE"))

    message = SmsChannel().parse(envelope)

    assert isinstance(message, InboundMessage)
    assert message.text.endswith("\ufffd\ufffd")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        *((word, Kind.OPT_OUT) for word in ("STOP", "stop.", " Stop ", "STOPP", "Abmelden!", "stop all", "STOPALL")),
        *(
            (word, Kind.OPT_OUT)
            for word in ("UNSUBSCRIBE", "cancel", "END", "quit", "arrêt", "BAJA", "«stop»", "opt-out")
        ),
        *((word, Kind.OPT_IN) for word in ("START", "unstop", "Start!!")),
        *((word, Kind.HELP) for word in ("HELP", "info", "Hilfe?")),
        ("please stop texting me", Kind.PERSONAL),
        ("Stop the leak in the bath please", Kind.PERSONAL),
        ("We want to end the lease", Kind.PERSONAL),
        ("Yes", Kind.PERSONAL),
        ("help me the kitchen burns", Kind.PERSONAL),
        ("stop" * 40, Kind.PERSONAL),
        ("", Kind.PERSONAL),
    ],
)
def test_only_a_keyword_alone_switches_texts_off_or_on(body: str, kind: Kind) -> None:
    message = parse(Body=body)

    assert message.kind is kind
    assert message.text == body


def test_twilios_advanced_opt_out_knows_more_words() -> None:
    assert parse(Body="lopeta", OptOutType="STOP").kind is Kind.OPT_OUT


def test_pictures_are_links_to_be_fetched() -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"

    message = parse(Body="", NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")

    assert [(link.url, link.content_type) for link in message.media] == [(url, "image/jpeg")]
    assert (message.text, message.defects) == ("", ())


def test_no_more_pictures_than_a_message_can_have_are_taken() -> None:
    urls = {f"MediaUrl{number}": f"https://api.twilio.com/{number}" for number in range(100)}

    assert len(parse(NumMedia="100", **urls).media) == MAX_MEDIA


@pytest.mark.parametrize("count", ["-1", "abc", "1000000", "²", "1e3"])
def test_a_count_of_pictures_that_cannot_be_is_noted(count: str) -> None:
    message = parse(NumMedia=count)

    assert message.text
    assert "not believable" in message.defects[0]


def test_missing_pictures_are_noted() -> None:
    assert "Fewer files" in parse(NumMedia="2", MediaUrl0="https://api.twilio.com/1").defects[0]


def test_a_missing_body_is_still_a_message() -> None:
    envelope = Envelope("sms", "twilio:2", MESSAGE_SID, b"MessageSid=SM1&From=%2B12025550123", NOW)

    message = SmsChannel().parse(envelope)

    assert isinstance(message, InboundMessage)
    assert message.text == ""


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"{}", b"Body=hello", b"&".join([b"a=1"] * 1_000)])
def test_what_is_no_text_message_is_unreadable_with_a_reason(raw: bytes) -> None:
    found = SmsChannel().parse(Envelope("sms", "twilio:2", "k", raw, NOW))

    assert isinstance(found, Unreadable)
    assert found.reason.endswith(".")


@given(raw=st.binary(max_size=2_000))
def test_any_bytes_are_a_message_or_unreadable(raw: bytes) -> None:
    assert isinstance(SmsChannel().parse(Envelope("sms", "s", "k", raw, NOW)), InboundMessage | Unreadable)


@given(sender=st.text(), body=st.text(), media=st.text(), count=st.text())
def test_any_fields_make_a_message_a_database_takes(sender: str, body: str, media: str, count: str) -> None:
    fields = {"From": sender, "Body": body, "MediaUrl0": media, "NumMedia": count}
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}

    message = SmsChannel().parse(replace(an_envelope(**clean), facts={}))

    assert isinstance(message, InboundMessage)
    for text in (message.text, message.sender.value if message.sender else "", *message.defects):
        assert "\x00" not in text
        text.encode("utf-8")

"""Calls from Twilio: what is believed, what is refused, and what is read (reliability.md 4 E)."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Forged, HookedChannel, HookRequest, Malformed, ReconcilingChannel
from channels.sms import SmsChannel
from channels.sms.status import read_status
from tests.channels.sms_values import (
    ACCOUNT_SID,
    ANNA,
    CALL_SID,
    HOOK_URL,
    MESSAGE_SID,
    NOW,
    OUTBOX_ID,
    TOKEN,
    a_call,
    a_form,
    an_account,
)

STATUS_URL = f"{HOOK_URL}/status?id={OUTBOX_ID}"


def test_a_signed_text_becomes_an_envelope_with_its_bytes_as_they_came() -> None:
    body = a_form(Body="Grüße & 1+1=2\r\n")

    result = SmsChannel().verify(a_call(body), an_account())

    assert (result.status, result.content_type) == (200, "text/xml")
    assert "<Response/>" in result.body
    (envelope,) = result.envelopes
    assert (envelope.source, envelope.source_key, envelope.raw) == ("twilio:2", MESSAGE_SID, body)
    assert envelope.received_at == NOW


def test_the_channel_is_all_that_it_can_be() -> None:
    assert isinstance(SmsChannel(), HookedChannel)
    assert isinstance(SmsChannel(), ReconcilingChannel)


@pytest.mark.parametrize("signed_url", ["https://desk.example.org:443/hooks/sms", HOOK_URL])
def test_the_spellings_twilio_signs_are_accepted(signed_url: str) -> None:
    call = a_call(a_form(), signed_url=signed_url)

    assert SmsChannel().verify(call, an_account()).envelopes


def test_an_ssl_port_of_our_own_is_part_of_the_signature() -> None:
    url = "https://desk.example.org:8443/hooks/sms"

    assert SmsChannel().verify(a_call(a_form(), url=url), an_account()).envelopes


@pytest.mark.parametrize(
    "signed_url",
    [
        "http://desk.example.org/hooks/sms",
        "https://evil.example/hooks/sms",
        "https://desk.example.org/hooks/sms?a=1",
        "https://desk.example.org/hooks/sms/",
        "https://desk.example.org:8443/hooks/sms",
    ],
)
def test_a_signature_over_another_url_is_refused(signed_url: str) -> None:
    call = a_call(a_form(), signed_url=signed_url)

    with pytest.raises(Forged) as refused:
        SmsChannel().verify(call, an_account())
    assert refused.value.status == 403


def test_a_query_in_another_order_is_refused() -> None:
    call = a_call(a_form(), url=f"{HOOK_URL}?a=1&b=2", signed_url=f"{HOOK_URL}?b=2&a=1")

    with pytest.raises(Forged):
        SmsChannel().verify(call, an_account())


@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "ünsinn"}])
def test_a_call_without_a_signature_is_refused(headers: dict[str, str]) -> None:
    call = replace(a_call(a_form()), headers=headers)

    with pytest.raises(Forged):
        SmsChannel().verify(call, an_account())


def test_header_names_may_come_in_any_case() -> None:
    call = a_call(a_form())
    call = replace(call, headers={name.lower(): value for name, value in call.headers.items()})

    assert SmsChannel().verify(call, an_account()).envelopes


def test_one_changed_byte_is_refused() -> None:
    call = a_call(a_form())
    call = replace(call, body=call.body.replace(b"drips", b"drops"))

    with pytest.raises(Forged):
        SmsChannel().verify(call, an_account())


def test_the_previous_token_still_counts_while_the_token_is_changed() -> None:
    account = an_account(auth_token="the-new-token", auth_token_previous=TOKEN)

    assert SmsChannel().verify(a_call(a_form()), account).envelopes
    assert SmsChannel().verify(a_call(a_form(), token="the-new-token"), account).envelopes


def test_an_old_token_is_refused_after_the_change() -> None:
    with pytest.raises(Forged):
        SmsChannel().verify(a_call(a_form()), an_account(auth_token="the-new-token"))


def test_an_account_without_a_token_believes_nobody() -> None:
    with pytest.raises(Forged):
        SmsChannel().verify(a_call(a_form(), token=""), an_account(auth_token=""))


def test_another_account_with_its_own_valid_signature_is_refused() -> None:
    with pytest.raises(Forged, match="another Twilio account"):
        SmsChannel().verify(a_call(a_form(AccountSid="AC" + "f" * 32)), an_account())


@pytest.mark.parametrize("sid", ["", "SM1", "SM" + "a" * 10_000, "SM" + "a" * 31 + "\n"])
def test_a_message_needs_an_id_of_34_characters(sid: str) -> None:
    with pytest.raises(Malformed, match="MessageSid"):
        SmsChannel().verify(a_call(a_form(MessageSid=sid)), an_account())


def test_json_instead_of_a_form_is_refused() -> None:
    call = HookRequest(HOOK_URL, "POST", {"Content-Type": "application/json"}, b'{"MessageSid":"SM1"}', {}, NOW)

    with pytest.raises(Forged):
        SmsChannel().verify(call, an_account())


def test_a_get_is_refused_with_the_remedy() -> None:
    with pytest.raises(Malformed, match="POST"):
        SmsChannel().verify(replace(a_call(b""), method="GET"), an_account())


def test_a_form_of_a_thousand_fields_is_refused() -> None:
    body = b"&".join(b"a%d=1" % number for number in range(1_000))

    with pytest.raises(Forged):
        SmsChannel().verify(replace(a_call(a_form()), body=body), an_account())


def test_a_field_that_comes_twice_is_signed_with_both_values() -> None:
    body = a_form() + b"&Extra=b&Extra=a"

    assert SmsChannel().verify(a_call(body), an_account()).envelopes[0].raw == body


def test_an_unknown_part_does_not_exist() -> None:
    with pytest.raises(Malformed):
        SmsChannel().verify(a_call(a_form()), an_account(), part="banana")


def test_twilios_retry_token_is_kept() -> None:
    call = a_call(a_form())
    call = replace(call, headers={**call.headers, "I-Twilio-Idempotency-Token": "f2b1"})

    (envelope,) = SmsChannel().verify(call, an_account()).envelopes

    assert envelope.facts["idempotency_token"] == "f2b1"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("queued", "accepted"),
        ("sending", "accepted"),
        ("sent", "accepted"),
        ("delivered", "delivered"),
        ("DELIVERED", "delivered"),
        ("read", "delivered"),
        ("undelivered", "failed"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("banana", "accepted"),
        ("", "accepted"),
    ],
)
def test_a_status_call_says_the_hubs_word(word: str, state: str) -> None:
    call = a_call(a_form(MessageStatus=word), url=STATUS_URL)

    result = SmsChannel().verify(call, an_account(), part="status")

    assert (result.status, result.envelopes) == (204, ())
    (report,) = result.reports
    assert (report.state, report.provider_id, report.outbox_id) == (state, MESSAGE_SID, str(OUTBOX_ID))


def test_a_failed_text_says_why_in_words() -> None:
    call = a_call(a_form(MessageStatus="undelivered", ErrorCode="30006"), url=STATUS_URL)

    (report,) = SmsChannel().verify(call, an_account(), part="status").reports

    assert "landline" in report.error
    assert report.body == {"status": "undelivered", "rank": "6", "error_code": "30006"}


@pytest.mark.parametrize("code", ["14107", "30001"])
def test_a_text_dropped_in_a_flood_promises_no_attempt_that_nobody_makes(code: str) -> None:
    call = a_call(a_form(MessageStatus="failed", ErrorCode=code), url=STATUS_URL)

    (report,) = SmsChannel().verify(call, an_account(), part="status").reports

    assert "send it again" in report.error
    assert "by itself" not in report.error


def test_an_error_code_of_the_future_is_shown_as_it_is() -> None:
    call = a_call(a_form(MessageStatus="failed", ErrorCode="99999"), url=STATUS_URL)

    (report,) = SmsChannel().verify(call, an_account(), part="status").reports

    assert report.error == "The text could not be delivered. (Twilio 99999)"


def test_the_same_state_told_twice_has_one_key() -> None:
    calls = [a_call(a_form(MessageStatus=word), url=STATUS_URL) for word in ("sent", "sent", "delivered")]

    keys = [SmsChannel().verify(call, an_account(), part="status").reports[0].event_key for call in calls]

    assert keys[0] == keys[1] != keys[2]


def test_five_states_in_any_order_end_in_the_same_state() -> None:
    for words in permutations(("queued", "sending", "sent", "undelivered", "delivered")):
        highest = max((read_status(word) for word in words), key=lambda status: status.rank)

        assert highest.state == "delivered"


def test_no_two_states_that_differ_for_the_hub_share_a_rank() -> None:
    ranks = {word: read_status(word) for word in ("accepted", "queued", "sent", "failed", "undelivered", "delivered")}

    by_rank = {status.rank: status.state for status in ranks.values()}

    assert all(by_rank[status.rank] == status.state for status in ranks.values())


def test_a_key_pressed_in_a_call_is_an_action_of_its_page() -> None:
    body = a_form(MessageSid="", CallSid=CALL_SID, Digits="1", To=ANNA)

    result = SmsChannel().verify(a_call(body, url=f"{HOOK_URL}/voice?page=77"), an_account(), part="voice")

    (action,) = result.actions
    assert (action.name, action.subject, action.text, action.actor) == ("key_pressed", "77", "1", ANNA)
    assert "<Say>" in result.body


def test_a_call_without_its_id_is_malformed() -> None:
    with pytest.raises(Malformed, match="CallSid"):
        SmsChannel().verify(a_call(a_form(Digits="1"), url=f"{HOOK_URL}/voice"), an_account(), part="voice")


@given(body=st.binary(max_size=300), signature=st.text(max_size=40), part=st.sampled_from(["", "status", "voice"]))
def test_nothing_unsigned_gets_in(body: bytes, signature: str, part: str) -> None:
    call = HookRequest(HOOK_URL, "POST", {"X-Twilio-Signature": signature}, body, {}, NOW)

    with pytest.raises(Forged):
        SmsChannel().verify(call, an_account(), part=part)


@given(fields=st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=5))
def test_whatever_fields_twilio_adds_its_signature_holds(fields: dict[str, str]) -> None:
    extra = {f"x{name}": value for name, value in fields.items()}
    body = a_form(**{name: value for name, value in extra.items() if name.isprintable() and value.isprintable()})

    assert SmsChannel().verify(a_call(body), an_account()).envelopes[0].source_key == MESSAGE_SID


def test_the_account_in_the_form_must_be_named() -> None:
    with pytest.raises(Forged):
        SmsChannel().verify(a_call(a_form(AccountSid="")), an_account(account_sid=ACCOUNT_SID))

"""Sending a text: what Twilio says, and says not, becomes the right receipt (reliability.md 3 C22, 4 E18-E20)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from channels.message import Attachment, Outcome
from channels.sms import SmsChannel
from channels.sms.api import BoundedHttpClient, CallError
from tests.channels.scripted_server import Answer, ScriptedServer, json_answer
from tests.channels.sms_values import ACCOUNT_SID, ANNA, DESK, MESSAGE_SID, OUTBOX_ID, a_text, an_account

CREATED = json_answer({"sid": MESSAGE_SID, "status": "queued", "account_sid": ACCOUNT_SID}, 201)


def refused_with(code: int, status: int = 400, message: str = "No.") -> Answer:
    return json_answer({"code": code, "message": message, "more_info": "", "status": status}, status)


def test_a_text_is_handed_over_once_with_everything_twilio_needs(web: ScriptedServer) -> None:
    web.answer = CREATED
    message = a_text("Grüße\nfrom us", status_callback="https://desk.example.org/hooks/sms/status")

    receipt = SmsChannel().send(message, an_account(api_base=web.url))

    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, MESSAGE_SID)
    (asked,) = web.asked
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json")
    assert asked.headers["Authorization"].startswith("Basic ")
    assert asked.form == {
        "To": ANNA,
        "From": DESK,
        "Body": "Grüße\nfrom us",
        "StatusCallback": f"https://desk.example.org/hooks/sms/status?id={OUTBOX_ID}",
    }


def test_characters_no_telephone_shows_are_left_out(web: ScriptedServer) -> None:
    web.answer = CREATED

    receipt = SmsChannel().send(a_text("We\x00 come\ud800 at\nnine"), an_account(api_base=web.url))

    assert receipt.outcome is Outcome.ACCEPTED
    assert web.asked[0].form["Body"] == "We come at\nnine"


def test_a_base_address_with_a_slash_or_a_path_works(web: ScriptedServer) -> None:
    web.answer = CREATED

    SmsChannel().send(a_text(), an_account(api_base=f"{web.url}/twin/"))

    assert web.asked[0].path.startswith("/twin/2010-04-01/")


def test_the_callbacks_own_query_is_kept(web: ScriptedServer) -> None:
    web.answer = CREATED

    SmsChannel().send(a_text(status_callback="https://d.example.org/s?a=1"), an_account(api_base=web.url))

    assert web.asked[0].form["StatusCallback"] == f"https://d.example.org/s?a=1&id={OUTBOX_ID}"


def test_a_messaging_service_sends_in_place_of_a_number(web: ScriptedServer) -> None:
    web.answer = CREATED
    service = "MG" + "b" * 32

    SmsChannel().send(a_text(), an_account(api_base=web.url, number=service))

    assert web.asked[0].form["MessagingServiceSid"] == service
    assert "From" not in web.asked[0].form


def test_a_callback_that_names_its_row_already_is_left_alone(web: ScriptedServer) -> None:
    web.answer = CREATED

    SmsChannel().send(a_text(status_callback="https://d.example.org/s?id=7"), an_account(api_base=web.url))

    assert web.asked[0].form["StatusCallback"] == "https://d.example.org/s?id=7"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (json_answer({"code": 20429}, 429), Outcome.RETRY),
        (refused_with(14107), Outcome.RETRY),
        (refused_with(21611), Outcome.RETRY),
        (Answer(500), Outcome.UNKNOWN),
        (Answer(502, b"<html>Bad gateway</html>"), Outcome.UNKNOWN),
        (json_answer({"code": 20500, "message": "x", "status": 503}, 503), Outcome.UNKNOWN),
        (json_answer({"type": "t", "title": "Down", "status": 503, "code": 20503}, 503), Outcome.UNKNOWN),
        (Answer(201, b"<html>hello</html>"), Outcome.UNKNOWN),
        (Answer(201, b""), Outcome.UNKNOWN),
        (Answer(200, b"{}"), Outcome.UNKNOWN),
        (Answer(200, b"[]"), Outcome.UNKNOWN),
        (Answer(200, b'{"sid": 5}'), Outcome.UNKNOWN),
        (Answer(200, b"[" * 100_000), Outcome.UNKNOWN),
        (Answer(200, b'{"sid": "' + b"a" * 6_000_000 + b'"}'), Outcome.UNKNOWN),
        (Answer(302, b"", {"Location": "https://evil.example/"}), Outcome.RETRY),
        (Answer(cut=True), Outcome.UNKNOWN),
        (Answer(400, b"{}"), Outcome.FAILED),
        (refused_with(21610), Outcome.FAILED),
        (refused_with(21211), Outcome.FAILED),
        (refused_with(21614), Outcome.FAILED),
        (refused_with(20003, 401), Outcome.FAILED),
        (refused_with(123456), Outcome.FAILED),
    ],
)
def test_every_answer_becomes_a_receipt(web: ScriptedServer, answer: Answer, outcome: Outcome) -> None:
    web.answer = answer

    receipt = SmsChannel().send(a_text(), an_account(api_base=web.url))

    assert receipt.outcome is outcome
    assert receipt.error
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("9" * 40, 3600.0)]
)
def test_twilios_pause_is_respected(web: ScriptedServer, header: str, seconds: float | None) -> None:
    web.answer = json_answer({"code": 20429}, 429, **{"Retry-After": header})

    assert SmsChannel().send(a_text(), an_account(api_base=web.url)).retry_after == seconds


def test_nobody_there_is_tried_again_because_nothing_was_handed_over(closed_port_url: str) -> None:
    receipt = SmsChannel().send(a_text(), an_account(api_base=closed_port_url))

    assert receipt.outcome is Outcome.RETRY


def test_an_answer_that_does_not_come_leaves_it_open(web: ScriptedServer) -> None:
    web.answer = Answer(hang=True)
    client = BoundedHttpClient(web.url, read_seconds=0.2)

    with pytest.raises(CallError) as lost:
        client.request("POST", "https://api.twilio.com/2010-04-01/x", data={"Body": "x"})
    assert lost.value.outcome is Outcome.UNKNOWN


def test_a_redirect_never_carries_the_credentials_away(web: ScriptedServer) -> None:
    web.answer = Answer(307, b"", {"Location": f"{web.url}/elsewhere"})

    SmsChannel().send(a_text(), an_account(api_base=web.url))

    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("code", "words"), [(21610, "STOP"), (21614, "cannot receive texts"), (21635, "landline"), (20003, "credentials")]
)
def test_a_refusal_is_explained_in_words(web: ScriptedServer, code: int, words: str) -> None:
    web.answer = refused_with(code)

    error = SmsChannel().send(a_text(), an_account(api_base=web.url)).error

    assert words in error
    assert error.endswith(f"(Twilio {code})")


def test_a_code_nobody_knows_is_shown_with_twilios_words(web: ScriptedServer) -> None:
    web.answer = refused_with(29999, message="The moon is in the way.")

    error = SmsChannel().send(a_text(), an_account(api_base=web.url)).error

    assert error == "Twilio refused the text: The moon is in the way. (Twilio 29999)"


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("", "no telephone number"),
        ("12345", "no telephone number"),
        ("DHL", "no telephone number"),
        ("2025550123", "no telephone number"),
        ("+1", "no telephone number"),
        ("+19005550123", "premium"),
        ("+881631234567", "satellite"),
        (DESK, "our own number"),
    ],
)
def test_a_number_that_cannot_be_texted_is_refused_before_it_costs(web: ScriptedServer, to: str, words: str) -> None:
    receipt = SmsChannel().send(a_text(to=to), an_account(api_base=web.url))

    assert receipt.outcome is Outcome.FAILED
    assert words in receipt.error
    assert web.asked == []


@pytest.mark.parametrize("to", ["+12025550123", "+447700900123", "+493023125001"])
def test_ordinary_numbers_of_three_countries_are_texted(web: ScriptedServer, to: str) -> None:
    web.answer = CREATED

    assert SmsChannel().send(a_text(to=to), an_account(api_base=web.url)).outcome is Outcome.ACCEPTED


def test_a_text_too_long_is_refused_with_its_size(web: ScriptedServer) -> None:
    receipt = SmsChannel().send(a_text("a" * 5_000), an_account(api_base=web.url))

    assert receipt.outcome is Outcome.FAILED
    assert "5,000 characters (33 segments)" in receipt.error
    assert web.asked == []


def test_an_empty_text_or_one_with_files_or_for_many_is_refused(web: ScriptedServer) -> None:
    account, channel = an_account(api_base=web.url), SmsChannel()
    many = replace(a_text(), recipients=(*a_text().recipients, *a_text("", "+12025550124").recipients))
    file = Attachment("a.pdf", "application/pdf", b"%PDF")

    assert "empty" in channel.send(a_text("  \n"), account).error
    assert "cannot carry files" in channel.send(a_text(attachments=(file,)), account).error
    assert "exactly one number" in channel.send(many, account).error
    assert web.asked == []


def test_missing_credentials_say_where_to_enter_them() -> None:
    receipt = SmsChannel().send(a_text(), an_account(auth_token=""))

    assert receipt.outcome is Outcome.FAILED
    assert "Admin, Channels" in receipt.error


def test_nothing_twilio_answers_is_taken_for_something_else(web: ScriptedServer) -> None:
    web.answer = Answer(201, json.dumps({"sid": None, "error_code": 30001}).encode())

    assert SmsChannel().send(a_text(), an_account(api_base=web.url)).outcome is Outcome.UNKNOWN

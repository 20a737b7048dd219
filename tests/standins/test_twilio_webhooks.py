"""How the stand-in calls the application: signed as the real SDK expects, once, in any order wanted."""

import json
import subprocess
import sys
from typing import Any

import pytest
import requests
from twilio.request_validator import RequestValidator

from tests.standins.application import EMPTY_TWIML, Application, wait_until
from tests.standins.twilio import NOTHING, Plan, TwilioStandIn
from tests.standins.twilio.inbound import HELPED, STARTED, STOPPED
from tests.standins.twilio.server import AUTH_TOKEN, NUMBER
from tests.standins.web import Answer

PHONE = "+12025550147"
PNG = ("image/png", b"\x89PNG...")


@pytest.fixture
def hooked(twilio: TwilioStandIn, application: Application) -> TwilioStandIn:
    twilio.account.numbers[NUMBER].sms_url = f"{application.url}/hooks/sms?company=1"
    return twilio


def test_an_inbound_text_is_signed_so_that_the_real_validator_accepts_it(
    hooked: TwilioStandIn, application: Application
) -> None:
    hooked.receive_sms(PHONE, NUMBER, "Grüße: no hot water & the heating is off")

    request = application.requests[0]
    url, params = f"{application.url}{request.target}", dict(request.form)
    validator = RequestValidator(AUTH_TOKEN)
    assert validator.validate(url, params, request.headers["x-twilio-signature"])
    assert not validator.validate(url, {**params, "Body": "forged"}, request.headers["x-twilio-signature"])
    assert not RequestValidator("another").validate(url, params, request.headers["x-twilio-signature"])


def test_an_inbound_text_has_the_documented_fields(hooked: TwilioStandIn, application: Application) -> None:
    received = hooked.receive_sms(PHONE, NUMBER, "look", [PNG, ("text/vcard", b"BEGIN:VCARD")])

    fields = dict(application.requests[0].form)
    assert fields["MessageSid"] == fields["SmsSid"] == fields["SmsMessageSid"] == received.message.sid
    assert (fields["AccountSid"], fields["From"], fields["To"]) == (hooked.account.sid, PHONE, NUMBER)
    assert (fields["Body"], fields["NumMedia"], fields["NumSegments"]) == ("look", "2", "1")
    assert (fields["MediaContentType0"], fields["MediaContentType1"]) == ("image/png", "text/vcard")
    auth = (hooked.account.sid, AUTH_TOKEN)
    assert requests.get(fields["MediaUrl0"], auth=auth, timeout=5).content == PNG[1]
    assert (fields["FromCity"], fields["FromCountry"]) == ("", "US")
    assert received.delivery is not None
    assert received.delivery.status == 200


def test_the_public_address_is_signed_though_another_one_listens(
    twilio: TwilioStandIn, application: Application
) -> None:
    twilio.caller.routes["https://desk.example.org"] = application.url
    twilio.account.numbers[NUMBER].sms_url = "https://desk.example.org/hooks/sms"

    twilio.receive_sms(PHONE, NUMBER, "hello")

    request = application.requests[0]
    signature = request.headers["x-twilio-signature"]
    validator = RequestValidator(AUTH_TOKEN)
    assert validator.validate("https://desk.example.org/hooks/sms", dict(request.form), signature)
    assert not validator.validate(f"{application.url}/hooks/sms", dict(request.form), signature)
    assert (request.headers["host"], request.headers["x-forwarded-proto"]) == ("desk.example.org", "https")


def test_a_text_can_be_told_twice_and_stays_one_message(
    hooked: TwilioStandIn, application: Application, sdk: Any
) -> None:
    received = hooked.receive_sms(PHONE, NUMBER, "hello")

    hooked.notify(received.message.sid)

    first, second = application.requests
    assert first.body == second.body
    assert first.headers["x-twilio-signature"] == second.headers["x-twilio-signature"]
    assert len(sdk.messages.list()) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_an_error_answer_is_not_followed_by_another_try(
    hooked: TwilioStandIn, application: Application, status: int
) -> None:
    application.answers = [Answer(status)]

    received = hooked.receive_sms(PHONE, NUMBER, "hello")

    assert len(application.requests) == 1
    assert received.message.status == "received"
    assert [alert.code for alert in hooked.account.alerts] == [11200]


def test_a_refused_connection_is_tried_once_more_and_the_list_has_the_text(
    twilio: TwilioStandIn, sdk: Any, closed_port: int
) -> None:
    twilio.account.numbers[NUMBER].sms_url = f"http://127.0.0.1:{closed_port}/hooks/sms"

    received = twilio.receive_sms(PHONE, NUMBER, "hello")

    assert [delivery.error for delivery in twilio.deliveries] == ["ct", "ct"]
    assert [message.sid for message in sdk.messages.list(to=NUMBER)] == [received.message.sid]


def test_an_answer_that_takes_too_long_is_not_waited_for(hooked: TwilioStandIn, application: Application) -> None:
    application.answers = [Answer(silent=True, wait=30)]
    hooked.caller.read_timeout = 0.1

    received = hooked.receive_sms(PHONE, NUMBER, "hello")

    assert received.delivery is not None
    assert (received.delivery.status, received.delivery.error) == (None, "rt")


def test_overrides_in_the_fragment_ask_for_more_tries_with_one_token(
    hooked: TwilioStandIn, application: Application
) -> None:
    application.answers = [Answer(500), Answer(502), EMPTY_TWIML]
    hooked.account.numbers[NUMBER].sms_url += "#rc=3&rp=5xx"

    hooked.receive_sms(PHONE, NUMBER, "hello")

    tokens = {request.headers["i-twilio-idempotency-token"] for request in application.requests}
    assert len(application.requests) == 3
    assert len(tokens) == 1
    assert "#" not in application.requests[0].target


def test_the_fallback_address_is_told_why(hooked: TwilioStandIn, application: Application) -> None:
    application.answers = [Answer(500), EMPTY_TWIML]
    hooked.account.numbers[NUMBER].sms_fallback_url = f"{application.url}/fallback"

    hooked.receive_sms(PHONE, NUMBER, "hello")

    fields = dict(application.requests[1].form)
    assert application.requests[1].path == "/fallback"
    assert (fields["ErrorCode"], fields["Body"]) == ("11200", "hello")


def test_an_empty_response_sends_nothing(hooked: TwilioStandIn) -> None:
    received = hooked.receive_sms(PHONE, NUMBER, "hello")

    assert received.replies == ()
    assert hooked.account.alerts == []


def test_twiml_and_plain_text_answers_are_sent_to_the_person(hooked: TwilioStandIn, application: Application) -> None:
    application.answers = [
        Answer(200, b"<Response><Message><Body>We are on it</Body></Message></Response>", "text/xml"),
        Answer(200, b"OK", "text/plain"),
    ]

    hooked.receive_sms(PHONE, NUMBER, "hello")
    hooked.receive_sms(PHONE, NUMBER, "hello?")

    hooked.lifecycle.finish()
    assert hooked.phone(PHONE) == ["We are on it", "OK"]
    outgoing = [message.direction for message in hooked.account.messages.values() if message.recipient == PHONE]
    assert outgoing == ["outbound-reply"] * 2


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"<Response><Message>", "text/xml", 12100),
        (b"<html></html>", "text/html", 12200),
        (b'{"ok": true}', "application/json", 12300),
    ],
)
def test_an_answer_twilio_cannot_use_is_an_alert(
    hooked: TwilioStandIn, application: Application, body: bytes, content_type: str, code: int
) -> None:
    application.answers = [Answer(200, body, content_type)]

    hooked.receive_sms(PHONE, NUMBER, "hello")

    assert [alert.code for alert in hooked.account.alerts] == [code]


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop ", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"])
def test_stop_blocks_until_start_and_is_passed_on(
    hooked: TwilioStandIn, application: Application, sdk: Any, word: str
) -> None:
    hooked.receive_sms(PHONE, NUMBER, word)

    with pytest.raises(Exception, match="unsubscribed") as caught:
        sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello")
    hooked.receive_sms(PHONE, NUMBER, "START")
    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello")

    assert getattr(caught.value, "code", None) == 21610
    assert created.sid
    assert [dict(request.form)["Body"] for request in application.requests] == [word, "START"]
    assert hooked.inbound.keyword_replies == [(NUMBER, PHONE, STOPPED), (NUMBER, PHONE, STARTED)]


def test_stop_in_a_sentence_blocks_nothing_and_help_is_answered(hooked: TwilioStandIn, sdk: Any) -> None:
    hooked.receive_sms(PHONE, NUMBER, "please stop the leak")
    hooked.receive_sms(PHONE, NUMBER, "Help")

    assert sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello").sid
    assert hooked.inbound.keyword_replies == [(NUMBER, PHONE, HELPED)]


def test_an_opt_out_holds_for_one_pair_of_numbers(sdk: Any, twilio: TwilioStandIn) -> None:
    twilio.receive_sms_silently(PHONE, NUMBER, "STOP")

    assert sdk.messages.create(to="+12025550148", from_=NUMBER, body="Hello").sid


def test_an_answer_to_somebody_who_said_stop_is_not_sent(hooked: TwilioStandIn, application: Application) -> None:
    application.answers = [Answer(200, b"<Response><Message>Goodbye</Message></Response>", "text/xml")]

    received = hooked.receive_sms(PHONE, NUMBER, "STOP")

    assert received.replies == ()
    assert [alert.code for alert in hooked.account.alerts] == [21610]


def test_status_callbacks_come_signed_and_in_order_but_not_for_the_first_status(
    twilio: TwilioStandIn, sdk: Any, application: Application
) -> None:
    address = f"{application.url}/hooks/sms/status"

    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello", status_callback=address)
    twilio.lifecycle.finish()

    told = [dict(request.form) for request in application.requests]
    assert [fields["MessageStatus"] for fields in told] == ["sending", "sent", "delivered"]
    assert {fields["MessageSid"] for fields in told} == {created.sid}
    assert "ErrorCode" not in told[-1]
    assert len(told[-1]["RawDlrDoneDate"]) == 10
    signature = application.requests[-1].headers["x-twilio-signature"]
    assert RequestValidator(AUTH_TOKEN).validate(address, told[-1], signature)


def test_an_undelivered_message_says_why(twilio: TwilioStandIn, sdk: Any, application: Application) -> None:
    twilio.lifecycle.plans[PHONE] = Plan(("sent", "undelivered"), error_code=30005)

    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello", status_callback=f"{application.url}/status")
    twilio.lifecycle.finish()

    fetched = sdk.messages(created.sid).fetch()
    assert dict(application.requests[-1].form)["ErrorCode"] == "30005"
    assert (fetched.status, fetched.error_code) == ("undelivered", 30005)
    assert twilio.phone(PHONE) == []


def test_media_of_an_outgoing_message_are_fetched_or_it_fails(
    twilio: TwilioStandIn, sdk: Any, application: Application
) -> None:
    application.answers = [Answer(200, PNG[1], PNG[0]), Answer(404)]

    shown = sdk.messages.create(to=PHONE, from_=NUMBER, media_url=[f"{application.url}/a.png"])
    twilio.lifecycle.finish()
    gone = sdk.messages.create(to=PHONE, from_=NUMBER, media_url=[f"{application.url}/b.png"])
    twilio.lifecycle.finish()

    assert [media.content_type for media in sdk.messages(shown.sid).media.list()] == ["image/png"]
    assert (shown.sid[:2], sdk.messages(shown.sid).fetch().status) == ("MM", "delivered")
    assert (sdk.messages(gone.sid).fetch().status, sdk.messages(gone.sid).fetch().error_code) == ("failed", 11200)


def test_callbacks_can_be_reversed_doubled_and_late(twilio: TwilioStandIn, sdk: Any, application: Application) -> None:
    twilio.lifecycle.ordinary = NOTHING
    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello", status_callback=f"{application.url}/status")
    wanted = ["delivered", "sent", "sent", "sending"]

    twilio.callbacks(created.sid, wanted)

    assert [dict(request.form)["MessageStatus"] for request in application.requests] == wanted


def test_callbacks_can_come_before_the_answer_to_the_request(
    twilio: TwilioStandIn, sdk: Any, application: Application
) -> None:
    twilio.lifecycle.ordinary = Plan(told=("delivered", "sent"), before_answer=True)

    sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello", status_callback=f"{application.url}/status")

    assert [dict(request.form)["MessageStatus"] for request in application.requests] == ["delivered", "sent"]


def test_a_call_speaks_and_takes_a_key(twilio: TwilioStandIn, sdk: Any, application: Application) -> None:
    application.answers = [
        EMPTY_TWIML,
        Answer(
            200,
            b'<Response><Gather numDigits="1" action="/ack"><Say>Gas smell, press 1</Say></Gather></Response>',
            "text/xml",
        ),
        Answer(200, b"<Response><Say>Thank you</Say><Hangup/></Response>", "text/xml"),
        EMPTY_TWIML,
    ]
    call = sdk.calls.create(
        to=PHONE,
        from_=NUMBER,
        url=f"{application.url}/voice",
        status_callback=f"{application.url}/status",
        status_callback_event=["answered", "completed"],
    )

    answered = twilio.answer_call(call.sid, digits="1")

    assert call.status == "queued"
    assert answered.said == ["Gas smell, press 1", "Thank you"]
    requested = [(request.path, dict(request.form).get("Digits")) for request in application.requests]
    assert requested == [("/status", None), ("/voice", None), ("/ack", "1"), ("/status", None)]
    assert sdk.calls(call.sid).fetch().status == "completed"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "12"}, 21211),
        ({"from_": ""}, 21213),
        ({"from_": "+12025550199"}, 21210),
        ({"url": ""}, 21205),
    ],
)
def test_calls_twilio_refuses_are_refused(sdk: Any, call: dict[str, Any], code: int) -> None:
    wanted = {"to": PHONE, "from_": NUMBER, "url": "https://desk.example.org/voice", **call}

    with pytest.raises(Exception, match="HTTP 400") as caught:
        sdk.calls.create(**wanted)

    assert getattr(caught.value, "code", None) == code


def test_an_unanswered_call_is_told_as_such(twilio: TwilioStandIn, sdk: Any, application: Application) -> None:
    address = f"{application.url}/status"
    call = sdk.calls.create(to=PHONE, from_=NUMBER, twiml="<Response/>", status_callback=address)

    twilio.leave_call(call.sid)

    assert [dict(request.form)["CallStatus"] for request in application.requests] == ["no-answer"]


def test_it_runs_as_a_process_and_is_steered_over_http(application: Application) -> None:
    command = [sys.executable, "-m", "tests.standins.twilio", "--sms-url", f"{application.url}/hooks/sms"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())

        told = requests.post(
            f"{facts['url']}/_standin/receive", json={"from": PHONE, "to": NUMBER, "body": "hello"}, timeout=5
        ).json()
        wrong = requests.post(f"{facts['url']}/_standin/script", json={"kind": "earthquake"}, timeout=5)
        state = requests.get(f"{facts['url']}/_standin/state", timeout=5).json()
        process.terminate()

    wait_until(lambda: application.requests)
    assert told["delivery"]["status"] == 200
    assert wrong.status_code == 400
    assert [message["body"] for message in state["messages"]] == ["hello"]
    assert process.returncode == 0

"""The real Twilio SDK and plain HTTP against the stand-in: what is taken, what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.standins.twilio import NOTHING, TwilioStandIn
from tests.standins.twilio.rules import segments
from tests.standins.twilio.sdk import client
from tests.standins.twilio.server import NUMBER

PHONE = "+12025550147"
OTHER_PHONE = "+447700900123"


def refusal(sdk: Any, **message: Any) -> TwilioRestException:
    wanted = {"to": PHONE, "from_": NUMBER, "body": "Hello", **message}
    with pytest.raises(TwilioRestException) as caught:
        sdk.messages.create(**wanted)
    return caught.value


def test_a_message_is_taken_queued_and_delivered(twilio: TwilioStandIn, sdk: Any) -> None:
    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="The plumber comes at 9")

    twilio.lifecycle.finish()
    fetched = sdk.messages(created.sid).fetch()

    assert created.status == "queued"
    assert created.sid.startswith("SM")
    assert len(created.sid) == 34
    assert fetched.status == "delivered"
    assert fetched.date_sent.tzinfo is not None
    assert twilio.phone(PHONE) == ["The plumber comes at 9"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"to": "0173 555"}, 21211),
        ({"to": "12025550147"}, 21211),
        ({"to": "+1202555"}, 21211),
        ({"to": "+1 (202) 555-0147"}, 21211),
        ({"to": NUMBER}, 21211),
        ({"to": "+15005550001"}, 21211),
        ({"from_": "front desk of the house"}, 21212),
        ({"from_": "+15005550001"}, 21212),
        ({"body": ""}, 21602),
        ({"from_": ""}, 21603),
        ({"to": ""}, 21604),
        ({"from_": "+12025550199"}, 21606),
        ({"from_": "+15005550007"}, 21606),
        ({"status_callback": "https://front_desk.example.org/status"}, 21609),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"body": "x" * 1601}, 21617),
        ({"media_url": ["ftp://example.org/a.png"]}, 21620),
        ({"media_url": ["https://example.org/a.png"] * 11}, 21623),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(sdk: Any, message: dict[str, Any], code: int) -> None:
    error = refusal(sdk, **message)

    assert (error.status, error.code) == (400, code)


def test_nothing_refused_is_kept(twilio: TwilioStandIn, sdk: Any) -> None:
    refusal(sdk, body="")

    assert twilio.created == []
    assert sdk.messages.list() == []


def test_sixteen_hundred_characters_are_just_allowed(sdk: Any) -> None:
    assert sdk.messages.create(to=PHONE, from_=NUMBER, body="x" * 1600).num_segments == "11"


def test_a_trial_account_writes_to_verified_numbers_only(twilio: TwilioStandIn, sdk: Any) -> None:
    twilio.account.trial = True
    twilio.account.verified.add(OTHER_PHONE)

    assert refusal(sdk, to=PHONE).code == 21608
    assert sdk.messages.create(to=OTHER_PHONE, from_=NUMBER, body="Hello").sid


def test_a_landline_is_not_a_mobile_number(twilio: TwilioStandIn, sdk: Any) -> None:
    twilio.account.landlines.add(PHONE)

    assert refusal(sdk).code == 21614


def test_the_newer_more_exact_codes_can_be_asked_for(twilio: TwilioStandIn, sdk: Any) -> None:
    twilio.account.newer_codes = True
    twilio.account.landlines.add(PHONE)

    assert refusal(sdk).code == 21635
    assert refusal(sdk, from_="+12025550199").code == 21660
    assert refusal(sdk, to=NUMBER).code == 21266


def test_a_wrong_token_is_refused(twilio: TwilioStandIn) -> None:
    stranger = client(twilio.url, twilio.account.sid, "wrong")

    with pytest.raises(TwilioRestException) as caught:
        stranger.messages.create(to=PHONE, from_=NUMBER, body="Hello")
    stranger.http_client.close()

    assert (caught.value.status, caught.value.code) == (401, 20003)


def test_another_account_and_no_credentials_are_refused(twilio: TwilioStandIn) -> None:
    address = f"{twilio.url}{twilio.account.root}/Messages.json"

    anonymous = requests.get(address, timeout=5)
    stranger = requests.get(address, auth=("AC" + "9" * 32, twilio.account.auth_token), timeout=5)

    assert [anonymous.status_code, stranger.status_code] == [401, 401]
    assert anonymous.json()["code"] == 20003


def test_a_body_that_is_not_a_form_has_no_recipient(twilio: TwilioStandIn) -> None:
    address = f"{twilio.url}{twilio.account.root}/Messages.json"
    auth = (twilio.account.sid, twilio.account.auth_token)

    answer = requests.post(address, json={"To": PHONE, "From": NUMBER, "Body": "Hello"}, auth=auth, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (400, 21604)
    assert answer.json()["more_info"] == "https://www.twilio.com/docs/errors/21604"


def test_an_unknown_message_is_not_found(sdk: Any) -> None:
    with pytest.raises(TwilioRestException) as caught:
        sdk.messages("SM" + "0" * 32).fetch()

    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_the_list_is_paged_newest_first_and_stays_put_when_more_arrives(twilio: TwilioStandIn, sdk: Any) -> None:
    for number in range(7):
        twilio.receive_sms_silently(PHONE, NUMBER, f"text {number}")

    first = sdk.messages.page(page_size=3)
    seen = [message.body for message in first]
    twilio.receive_sms_silently(PHONE, NUMBER, "late")
    second = first.next_page()
    seen += [message.body for message in second]
    seen += [message.body for message in second.next_page()]

    assert seen == [f"text {number}" for number in range(6, -1, -1)]
    assert len(sdk.messages.list(page_size=2)) == 8


def test_the_list_is_filtered_by_numbers_and_day(twilio: TwilioStandIn, sdk: Any) -> None:
    today = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
    for days, phone in ((0, PHONE), (1, PHONE), (2, OTHER_PHONE)):
        twilio.account.now = lambda moment=today - timedelta(days=days): moment
        twilio.receive_sms_silently(phone, NUMBER, f"{days} days ago")

    def bodies(**filters: Any) -> list[str]:
        return [message.body for message in sdk.messages.list(**filters)]

    assert bodies(from_=PHONE) == ["0 days ago", "1 days ago"]
    assert bodies(to=PHONE) == []
    assert bodies(date_sent="2026-03-09") == ["1 days ago"]
    assert bodies(date_sent_after="2026-03-09") == ["0 days ago", "1 days ago"]
    assert bodies(date_sent_before="2026-03-08") == ["2 days ago"]
    assert bodies(date_sent_after=today - timedelta(hours=1)) == ["0 days ago"]


def test_a_queued_message_is_neither_dated_nor_deletable(twilio: TwilioStandIn, sdk: Any) -> None:
    twilio.lifecycle.ordinary = NOTHING
    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello")

    with pytest.raises(TwilioRestException) as caught:
        sdk.messages(created.sid).delete()

    assert created.date_sent is None
    assert caught.value.status == 409


def test_a_finished_message_can_be_redacted_and_deleted(twilio: TwilioStandIn, sdk: Any) -> None:
    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="The door code is 4711")
    twilio.lifecycle.finish()

    redacted = sdk.messages(created.sid).update(body="")
    deleted = sdk.messages(created.sid).delete()

    assert redacted.body == ""
    assert deleted is True
    assert sdk.messages.list() == []


def test_media_need_credentials_and_lie_behind_a_redirect_that_gets_none(twilio: TwilioStandIn, sdk: Any) -> None:
    message = twilio.receive_sms_silently(PHONE, NUMBER, "look", [("image/png", b"\x89PNG...")])
    listed = sdk.messages(message.sid).media.list()
    address = f"{twilio.url}{listed[0].uri.removesuffix('.json')}"
    auth = (twilio.account.sid, twilio.account.auth_token)

    refused = requests.get(address, timeout=5)
    redirected = requests.get(address, auth=auth, allow_redirects=False, timeout=5)
    followed = requests.get(address, auth=auth, timeout=5)

    assert message.sid.startswith("MM")
    assert refused.status_code == 401
    assert redirected.status_code == 307
    assert (followed.content, followed.headers["Content-Type"]) == (b"\x89PNG...", "image/png")
    assert twilio.media.credentials_seen == []


def test_credentials_carried_to_the_media_host_are_told(twilio: TwilioStandIn) -> None:
    message = twilio.receive_sms_silently(PHONE, NUMBER, "look", [("image/png", b"\x89PNG...")])
    address = twilio.media.address(message.media[0])

    requests.get(address, auth=("someone", "secret"), timeout=5)

    assert twilio.media.credentials_seen == [f"/{message.media[0].sid}"]


def test_an_expired_or_altered_media_address_is_refused(twilio: TwilioStandIn) -> None:
    media = twilio.receive_sms_silently(PHONE, NUMBER, "look", [("image/png", b"\x89PNG...")]).media[0]

    expired = requests.get(twilio.media.address(media, lifetime=-1), timeout=5)
    altered = requests.get(twilio.media.address(media) + "0", timeout=5)

    assert [expired.status_code, altered.status_code] == [403, 403]


@pytest.mark.parametrize(
    ("text", "count"),
    [("x" * 160, 1), ("x" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ж" * 70, 1), ("ж" * 71, 2), ("🔥" * 36, 2)],
)
def test_segments_are_counted_by_alphabet(text: str, count: int) -> None:
    assert segments(text) == count


def test_only_so_much_is_faulty_as_was_scripted(twilio: TwilioStandIn, sdk: Any) -> None:
    twilio.script("429", times=2, retry_after=7)

    codes = [refusal(sdk).code, refusal(sdk).code]
    created = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello")

    assert codes == [20429, 20429]
    assert [seen.status for seen in twilio.seen] == [429, 429, 201]
    assert [message.sid for message in twilio.created] == [created.sid]


def test_too_many_requests_says_when_to_come_back(twilio: TwilioStandIn) -> None:
    twilio.script("429", retry_after=7)

    answer = requests.post(f"{twilio.url}{twilio.account.root}/Messages.json", timeout=5)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("503", 503), ("html", 502)])
def test_errors_of_the_server_keep_nothing(twilio: TwilioStandIn, sdk: Any, kind: str, status: int) -> None:
    twilio.script(kind)

    error = refusal(sdk)

    assert error.status == status
    assert twilio.created == []


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("timeout_before_accepting", 0),
        ("timeout_after_accepting", 1),
        ("cut_before_accepting", 0),
        ("cut_after_accepting", 1),
    ],
)
def test_a_lost_answer_may_or_may_not_hide_a_message(twilio: TwilioStandIn, kind: str, kept: int) -> None:
    twilio.script(kind)
    impatient = client(twilio.url, twilio.account.sid, twilio.account.auth_token, timeout=0.2)

    with pytest.raises(requests.RequestException):
        impatient.messages.create(to=PHONE, from_=NUMBER, body="Hello")
    impatient.http_client.close()

    assert len(twilio.created) == kept


def test_an_answer_without_sid_or_without_body_is_no_answer(twilio: TwilioStandIn, sdk: Any) -> None:
    twilio.script("no_sid")
    twilio.script("empty")

    without_sid = sdk.messages.create(to=PHONE, from_=NUMBER, body="Hello")
    address = f"{twilio.url}{twilio.account.root}/Messages.json"
    empty = requests.post(address, {"To": PHONE, "From": NUMBER, "Body": "Hello"}, timeout=5)

    assert without_sid.sid is None
    assert (empty.status_code, empty.content) == (200, b"")
    assert len(twilio.created) == 1


def test_an_unknown_fault_is_refused_with_the_list_of_known_ones(twilio: TwilioStandIn) -> None:
    with pytest.raises(ValueError, match="timeout_after_accepting"):
        twilio.script("earthquake")

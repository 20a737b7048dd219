"""Comparing Twilio's lists with ours (reliability.md 3.2 rules 8 and 10, C24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from channels.channel import Unreachable
from channels.message import InboundMessage, Outcome
from channels.sms import SmsChannel
from tests.channels.scripted_server import Answer, Asked, ScriptedServer, json_answer
from tests.channels.sms_values import ACCOUNT_SID, ANNA, DESK, MESSAGE_SID, NOW, a_call, a_form, a_text, an_account


def a_record(sid: str = MESSAGE_SID, *, at: datetime = NOW, **more: object) -> dict[str, object]:
    """A message as Twilio's list shows it."""
    return {
        "sid": sid,
        "account_sid": ACCOUNT_SID,
        "from": ANNA,
        "to": DESK,
        "body": "The tap in the kitchen drips",
        "direction": "inbound",
        "status": "received",
        "num_media": "0",
        "num_segments": "1",
        "date_created": format_datetime(at),
        "date_sent": format_datetime(at),
        "error_code": None,
        "error_message": None,
        **more,
    }


def a_page(*records: dict[str, object], next_page: str | None = None) -> Answer:
    return json_answer({"messages": list(records), "next_page_uri": next_page, "page_size": 100})


def sent(sid: str = MESSAGE_SID, *, at: datetime = NOW, **more: object) -> dict[str, object]:
    outbound = {"direction": "outbound-api", "from": DESK, "to": ANNA, "body": "We come at nine", "status": "sent"}
    return a_record(sid, at=at, **{**outbound, **more})


def test_what_came_in_is_listed_with_the_webhooks_source_key(web: ScriptedServer) -> None:
    web.answer = a_page(a_record())
    by_hook = SmsChannel().verify(a_call(a_form()), an_account()).envelopes[0]

    (envelope,) = SmsChannel().recent(an_account(api_base=web.url), since=NOW - timedelta(hours=1))

    assert (envelope.source, envelope.source_key) == (by_hook.source, by_hook.source_key)
    assert envelope.received_at == NOW
    parsed, expected = SmsChannel().parse(envelope), SmsChannel().parse(by_hook)
    assert isinstance(parsed, InboundMessage)
    assert isinstance(expected, InboundMessage)
    assert (parsed.text, parsed.sender, parsed.to, parsed.defects) == (
        expected.text,
        expected.sender,
        expected.to,
        expected.defects,
    )


def test_only_our_number_and_the_time_asked_for_are_listed(web: ScriptedServer) -> None:
    web.answer = a_page(a_record(at=NOW), a_record("SM" + "b" * 32, at=NOW - timedelta(days=2)))

    found = SmsChannel().recent(an_account(api_base=web.url), since=NOW - timedelta(days=1))

    assert [envelope.source_key for envelope in found] == [MESSAGE_SID]
    query = web.asked[0].query
    assert query["To"] == DESK
    assert query["DateSent>"] == "2026-11-21T09:29:00Z"


def test_an_instant_of_another_time_zone_is_asked_for_in_utc(web: ScriptedServer) -> None:
    web.answer = a_page()
    pacific = datetime.fromisoformat("2026-11-22T01:30:00-08:00")

    SmsChannel().recent(an_account(api_base=web.url), since=pacific)

    assert web.asked[0].query["DateSent>"] == "2026-11-22T09:29:00Z"


def test_every_page_is_followed_and_the_oldest_comes_first(web: ScriptedServer) -> None:
    sids = [f"SM{number:032x}" for number in range(6)]

    def answer(asked: Asked) -> Answer:
        page = int(parse_qs(urlsplit(asked.path).query).get("Page", ["0"])[0])
        records = [a_record(sids[at], at=NOW - timedelta(minutes=at)) for at in (2 * page, 2 * page + 1)]
        following = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json?Page={page + 1}" if page < 2 else None
        return a_page(*records, next_page=following)

    web.answer = answer

    found = SmsChannel().recent(an_account(api_base=web.url), since=NOW - timedelta(days=1))

    assert [envelope.source_key for envelope in found] == list(reversed(sids))


def test_what_we_sent_is_not_taken_for_mail(web: ScriptedServer) -> None:
    web.answer = a_page(sent(), a_record("SM" + "b" * 32))

    found = SmsChannel().recent(an_account(api_base=web.url), since=NOW)

    assert [envelope.source_key for envelope in found] == ["SM" + "b" * 32]


def test_pictures_of_a_listed_text_are_linked(web: ScriptedServer) -> None:
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{MESSAGE_SID}/Media/ME1"
    media = {"media_list": [{"sid": "ME1", "content_type": "image/jpeg", "uri": f"{path}.json"}], "next_page_uri": None}
    web.answer = lambda asked: json_answer(media) if "/Media.json" in asked.path else a_page(a_record(num_media="1"))

    (envelope,) = SmsChannel().recent(an_account(api_base=web.url), since=NOW)

    message = SmsChannel().parse(envelope)
    assert isinstance(message, InboundMessage)
    assert [(link.url, link.content_type) for link in message.media] == [
        (f"https://api.twilio.com{path}", "image/jpeg")
    ]


def test_a_text_whose_answer_was_lost_is_found_again(web: ScriptedServer) -> None:
    web.answer = a_page(a_record("SM" + "0" * 32, body="We come at nine"), sent())

    receipt = SmsChannel().find_sent(a_text(), an_account(api_base=web.url), since=NOW)

    assert receipt is not None
    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, MESSAGE_SID)
    assert web.asked[0].query["To"] == ANNA


def test_a_text_that_was_queued_and_not_yet_sent_is_found(web: ScriptedServer) -> None:
    web.answer = a_page(sent(status="queued", date_sent=None))

    assert SmsChannel().find_sent(a_text(), an_account(api_base=web.url), since=NOW) is not None


def test_a_text_that_failed_meanwhile_is_found_as_failed(web: ScriptedServer) -> None:
    web.answer = a_page(sent(status="undelivered", error_code=30006))

    receipt = SmsChannel().find_sent(a_text(), an_account(api_base=web.url), since=NOW)

    assert receipt is not None
    assert receipt.outcome is Outcome.FAILED
    assert "landline" in receipt.error


@pytest.mark.parametrize(
    "record",
    [
        sent(body="We come at ten"),
        sent(at=NOW - timedelta(hours=1)),
        a_record(body="We come at nine"),
    ],
)
def test_another_text_is_not_taken_for_it(web: ScriptedServer, record: dict[str, object]) -> None:
    web.answer = a_page(record)

    assert SmsChannel().find_sent(a_text(), an_account(api_base=web.url), since=NOW) is None


def test_the_same_words_sent_before_are_not_taken_for_it(web: ScriptedServer) -> None:
    web.answer = a_page(sent("SM" + "b" * 32), sent(MESSAGE_SID))
    account, known = an_account(api_base=web.url), frozenset({"SM" + "b" * 32})

    receipt = SmsChannel().find_sent(a_text(), account, since=NOW, known=known)

    assert receipt is not None
    assert receipt.provider_id == MESSAGE_SID
    assert SmsChannel().find_sent(a_text(), account, since=NOW, known=known | {MESSAGE_SID}) is None


def test_a_trial_accounts_prefix_is_looked_through(web: ScriptedServer) -> None:
    web.answer = a_page(sent(body="Sent from your Twilio trial account - We come at nine"))

    assert SmsChannel().find_sent(a_text(), an_account(api_base=web.url), since=NOW) is not None


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(200, b"<html>"), Answer(200, b"[]"), Answer(cut=True), json_answer({}, 429)]
)
def test_a_list_that_cannot_be_read_is_said_to_be_unreachable(web: ScriptedServer, answer: Answer) -> None:
    web.answer = answer
    account = an_account(api_base=web.url)

    with pytest.raises(Unreachable):
        SmsChannel().recent(account, since=NOW)
    with pytest.raises(Unreachable):
        SmsChannel().find_sent(a_text(), account, since=NOW)


def test_missing_credentials_are_said_to_be_the_reason() -> None:
    with pytest.raises(Unreachable, match="Admin, Channels"):
        SmsChannel().recent(an_account(account_sid=""), since=datetime(2026, 1, 1, tzinfo=UTC))

"""Posting to Slack: what it answers, and answers not, becomes the right receipt (reliability.md F12, C25)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from channels.channel import ReconcilingChannel, Unreachable
from channels.egress import RefusedError
from channels.message import Attachment, MediaLink, Outcome
from channels.slack import SlackChannel
from channels.slack.outbound import open_view, whisper
from tests.channels.scripted_server import Answer, Asked, ScriptedServer, json_answer
from tests.channels.slack_values import CARD_TS, CHANNEL, NOW, OUTBOX_ID, USER, a_message, an_account

POSTED = json_answer({"ok": True, "channel": CHANNEL, "ts": CARD_TS})


def refused_with(code: str) -> Answer:
    return json_answer({"ok": False, "error": code})


def said(asked: Asked) -> dict[str, object]:
    found: dict[str, object] = json.loads(asked.body)
    return found


def test_a_card_is_posted_with_its_blocks_its_words_and_our_id(web: ScriptedServer) -> None:
    web.answer = POSTED

    receipt = SlackChannel().send(a_message("Drain <!channel> & sink"), an_account(api_base=web.url))

    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, f"{CHANNEL}:{CARD_TS}")
    (asked,) = web.asked
    assert asked.path == "/api/chat.postMessage"
    assert asked.headers["Authorization"] == "Bearer bot-token"
    body = said(asked)
    assert body["channel"] == CHANNEL
    assert body["text"] == "Drain &lt;!channel&gt; &amp; sink"
    assert body["blocks"] == [{"type": "divider"}]
    assert body["metadata"] == {"event_type": "frontdesk_outbox", "event_payload": {"outbox_id": str(OUTBOX_ID)}}
    assert "thread_ts" not in body


def test_an_address_with_a_path_is_taken_as_it_is(web: ScriptedServer) -> None:
    web.answer = POSTED

    SlackChannel().send(a_message(), an_account(api_base=f"{web.url}/slack/api/"))

    assert web.asked[0].path == "/slack/api/chat.postMessage"


def test_a_card_without_words_still_says_something_on_a_phone(web: ScriptedServer) -> None:
    web.answer = POSTED

    SlackChannel().send(a_message("\x00 "), an_account(api_base=web.url))

    assert said(web.asked[0])["text"] == "Frontdesk"


def test_a_card_is_changed_where_it_stands(web: ScriptedServer) -> None:
    web.answer = POSTED

    receipt = SlackChannel().send(a_message(update_of=f"C9:{CARD_TS}"), an_account(api_base=web.url))

    assert receipt.outcome is Outcome.ACCEPTED
    assert web.asked[0].path == "/api/chat.update"
    assert (said(web.asked[0])["channel"], said(web.asked[0])["ts"]) == ("C9", CARD_TS)


def test_an_answer_goes_into_the_thread(web: ScriptedServer) -> None:
    web.answer = POSTED

    SlackChannel().send(a_message(in_reply_to=f"C9:{CARD_TS}", card=None), an_account(api_base=web.url))

    body = said(web.asked[0])
    assert (body["channel"], body["thread_ts"]) == ("C9", CARD_TS)
    assert "blocks" not in body


@pytest.mark.parametrize(
    ("message", "channel"),
    [
        (a_message(card={"blocks": [{"type": "divider"}], "channel": "C1"}), "C1"),
        (a_message(card=None), CHANNEL),
        (a_message(card=None, recipients=()), "C7"),
    ],
)
def test_the_channel_is_the_cards_or_the_recipients_or_the_accounts(
    web: ScriptedServer, message: object, channel: str
) -> None:
    web.answer = POSTED

    SlackChannel().send(message, an_account(api_base=web.url, channel="C7"))

    assert said(web.asked[0])["channel"] == channel


CASES = [
    (json_answer({"ok": False, "error": "ratelimited"}, 429), Outcome.RETRY),
    (refused_with("rate_limited"), Outcome.RETRY),
    (Answer(500), Outcome.UNKNOWN),
    (Answer(503, b"<html>"), Outcome.UNKNOWN),
    (refused_with("internal_error"), Outcome.UNKNOWN),
    (refused_with("fatal_error"), Outcome.UNKNOWN),
    (Answer(200, b"<html>hello</html>"), Outcome.UNKNOWN),
    (Answer(200, b""), Outcome.UNKNOWN),
    (Answer(200, b"[]"), Outcome.UNKNOWN),
    (Answer(200, b"[1]"), Outcome.UNKNOWN),
    (Answer(200, b"\xff\xfe"), Outcome.UNKNOWN),
    (Answer(200, b"[" * 100_000), Outcome.UNKNOWN),
    (json_answer({"ok": True}), Outcome.UNKNOWN),
    (Answer(cut=True), Outcome.UNKNOWN),
    (Answer(200, b"{", {"Content-Length": "500"}), Outcome.UNKNOWN),
]


@pytest.mark.parametrize(("answer", "outcome"), CASES)
def test_a_failure_of_the_moment_becomes_a_receipt(web: ScriptedServer, answer: Answer, outcome: Outcome) -> None:
    web.answer = answer

    receipt = SlackChannel().send(a_message(), an_account(api_base=web.url))

    assert receipt.outcome is outcome
    assert receipt.error
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("channel_not_found", "choose another"),
        ("is_archived", "archived"),
        ("not_in_channel", "/invite"),
        ("token_revoked", "connect Slack again"),
        ("missing_scope", "install it again"),
        ("msg_too_long", "shorten"),
        ("something_new", "refused"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_do(web: ScriptedServer, code: str, words: str) -> None:
    web.answer = refused_with(code)

    receipt = SlackChannel().send(a_message(), an_account(api_base=web.url))

    assert receipt.outcome is Outcome.FAILED
    assert words in receipt.error
    assert receipt.error.endswith(f"({code})")


@pytest.mark.parametrize("answer", [Answer(500), Answer(cut=True), refused_with("internal_error")])
def test_a_change_whose_answer_was_lost_is_simply_made_again(web: ScriptedServer, answer: Answer) -> None:
    web.answer = answer

    receipt = SlackChannel().send(a_message(update_of=f"{CHANNEL}:{CARD_TS}"), an_account(api_base=web.url))

    assert receipt.outcome is Outcome.RETRY


def test_slacks_pause_is_respected(web: ScriptedServer) -> None:
    web.answer = json_answer({"ok": False, "error": "ratelimited"}, 429, **{"Retry-After": "30"})

    assert SlackChannel().send(a_message(), an_account(api_base=web.url)).retry_after == 30.0


def test_nobody_there_is_tried_again_because_nothing_was_handed_over(closed_port_url: str) -> None:
    assert SlackChannel().send(a_message(), an_account(api_base=closed_port_url)).outcome is Outcome.RETRY


@pytest.mark.parametrize(
    ("message", "settings", "words"),
    [
        (a_message(), {"bot_token": ""}, "not connected"),
        (a_message(card=None, recipients=()), {"channel": ""}, "no channel"),
        (a_message(update_of="nonsense"), {}, "not known"),
        (a_message(card={"blocks": "text"}), {}, "at most 50"),
        (a_message(card={"blocks": [{}] * 51}), {}, "at most 50"),
        (a_message(" ", card=None), {}, "empty"),
        (a_message(attachments=(Attachment("a", "b", b"c"),)), {}, "files"),
    ],
)
def test_what_cannot_be_posted_is_refused_with_the_remedy(
    web: ScriptedServer, message: object, settings: dict[str, str], words: str
) -> None:
    receipt = SlackChannel().send(message, an_account(api_base=web.url, **settings))

    assert receipt.outcome is Outcome.FAILED
    assert words in receipt.error
    assert web.asked == []


def a_posted(outbox_id: str, ts: str = CARD_TS) -> dict[str, object]:
    return {"ts": ts, "metadata": {"event_type": "frontdesk_outbox", "event_payload": {"outbox_id": outbox_id}}}


def test_a_card_whose_answer_was_lost_is_found_by_our_id(web: ScriptedServer) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.form.get("cursor"):
            return json_answer({"ok": True, "messages": [a_posted(str(OUTBOX_ID))], "response_metadata": {}})
        others = [a_posted("another"), {"ts": "1.1"}, {"metadata": None}, "nonsense"]
        return json_answer({"ok": True, "messages": others, "response_metadata": {"next_cursor": "bmV4dA=="}})

    web.answer = answer

    receipt = SlackChannel().find_sent(a_message(), an_account(api_base=web.url), since=NOW)

    assert receipt is not None
    assert (receipt.outcome, receipt.provider_id) == (Outcome.ACCEPTED, f"{CHANNEL}:{CARD_TS}")
    assert [asked.path for asked in web.asked] == ["/api/conversations.history"] * 2
    assert web.asked[0].form["include_all_metadata"] == "1"
    assert float(web.asked[0].form["oldest"]) < NOW.timestamp()
    assert isinstance(SlackChannel(), ReconcilingChannel)


def test_an_answer_in_a_thread_is_looked_for_there(web: ScriptedServer) -> None:
    web.answer = json_answer({"ok": True, "messages": []})

    found = SlackChannel().find_sent(
        a_message(in_reply_to=f"{CHANNEL}:{CARD_TS}"), an_account(api_base=web.url), since=NOW
    )

    assert found is None
    assert web.asked[0].path == "/api/conversations.replies"
    assert web.asked[0].form["ts"] == CARD_TS


@pytest.mark.parametrize("answer", [Answer(500), refused_with("channel_not_found"), Answer(cut=True)])
def test_a_list_that_cannot_be_read_is_said_to_be_unreachable(web: ScriptedServer, answer: Answer) -> None:
    web.answer = answer

    with pytest.raises(Unreachable):
        SlackChannel().find_sent(a_message(), an_account(api_base=web.url), since=NOW - timedelta(hours=1))


def test_one_person_is_told_something_nobody_else_sees(web: ScriptedServer) -> None:
    web.answer = json_answer({"ok": True, "message_ts": "1.2"})

    receipt = whisper(an_account(api_base=web.url), channel=CHANNEL, user=USER, text="T-88 is done already <b>")

    assert receipt.outcome is Outcome.ACCEPTED
    assert web.asked[0].path == "/api/chat.postEphemeral"
    assert "&lt;b&gt;" in web.asked[0].body.decode()


def test_a_modal_is_opened(web: ScriptedServer) -> None:
    web.answer = refused_with("expired_trigger_id")

    receipt = open_view(an_account(api_base=web.url), trigger_id="1.2.c", view={"type": "modal"})

    assert web.asked[0].path == "/api/views.open"
    assert "press it again" in receipt.error


def test_a_photo_comes_with_the_bots_token(web: ScriptedServer) -> None:
    web.answer = Answer(200, b"\xff\xd8\xff\xe0", {"Content-Type": "image/jpeg"})

    file = SlackChannel().fetch_media(MediaLink(f"{web.url}/files/a.jpg", "image/jpeg"), an_account(api_base=web.url))

    assert file.content_type == "image/jpeg"
    assert web.asked[0].headers["Authorization"] == "Bearer bot-token"


@pytest.mark.parametrize("url", ["https://evil.example/a.jpg", "http://files.slack.com/a.jpg", "file:///etc/passwd"])
def test_a_photo_from_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        SlackChannel().fetch_media(MediaLink(url, "image/jpeg"), an_account())


def test_slacks_sign_in_page_is_not_taken_for_a_photo(web: ScriptedServer) -> None:
    web.answer = Answer(200, b"<!DOCTYPE html><html><body>Sign in</body></html>", {"Content-Type": "text/html"})

    with pytest.raises(RefusedError, match="files:read"):
        SlackChannel().fetch_media(MediaLink(f"{web.url}/a.jpg", "image/jpeg"), an_account(api_base=web.url))

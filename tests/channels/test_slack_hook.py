"""Calls from Slack: what is believed, what is refused, what is read (reliability.md 4 F, C25)."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Action, Forged, HookedChannel, HookRequest, Malformed
from channels.message import Envelope, IdentityKind, InboundMessage, Trust, Unreadable
from channels.slack import SlackChannel
from channels.slack.events import REPLY, REPLY_CHANGED, REPLY_DELETED
from tests.channels.slack_values import (
    CARD_TS,
    CHANNEL,
    HOOK_URL,
    NOW,
    REPLY_TS,
    TEAM,
    USER,
    a_call,
    a_press,
    an_account,
    an_event,
    an_interaction,
    sign,
)


def actions(body: bytes, **settings: str) -> tuple[Action, ...]:
    return SlackChannel().verify(a_call(body), an_account(**settings)).actions


def test_a_press_is_an_action_with_its_name_subject_and_actor() -> None:
    result = SlackChannel().verify(a_call(a_press()), an_account())

    (action,) = result.actions
    assert (action.name, action.subject, action.actor) == ("task_accept", "T-88", USER)
    assert action.facts["message"] == f"{CHANNEL}:{CARD_TS}"
    assert (action.facts["team"], action.facts["user_name"], action.facts["trigger_id"]) == (TEAM, "tom", "111.222.abc")
    assert action.facts["response_url"].startswith("https://hooks.slack.com/")
    assert (result.status, result.body, result.envelopes) == (200, "", ())
    assert isinstance(SlackChannel(), HookedChannel)


def test_a_chosen_option_is_the_subject() -> None:
    body = a_press(actions=[{"action_id": "who", "action_ts": "1.2", "selected_option": {"value": "tom"}}])

    assert actions(body)[0].subject == "tom"


def test_the_same_press_delivered_again_has_the_same_key() -> None:
    first = SlackChannel().verify(a_call(a_press()), an_account()).actions
    again = SlackChannel().verify(a_call(a_press(), age=200, **{"X-Slack-Retry-Num": "1"}), an_account()).actions

    assert first[0].event_key == again[0].event_key


def test_a_second_press_is_another_action() -> None:
    assert actions(a_press())[0].event_key != actions(a_press(action_ts="1763803811.222"))[0].event_key


def test_a_sent_modal_is_an_action_with_its_words() -> None:
    view = {
        "id": "V123",
        "callback_id": "task_blocked",
        "private_metadata": "T-88",
        "hash": "h1",
        "state": {
            "values": {
                "words": {"words": {"type": "plain_text_input", "value": "No key & no answer"}},
                "until": {"date": {"type": "datepicker", "selected_date": "2026-11-30"}},
                "why": {"reason": {"type": "static_select", "selected_option": {"value": "access"}}},
            }
        },
    }
    body = an_interaction(type="view_submission", team={"id": TEAM}, user={"id": USER}, view=view, trigger_id="1.2.c")

    (action,) = actions(body)

    assert (action.name, action.subject, action.text) == ("task_blocked", "T-88", "No key & no answer")
    assert json.loads(action.facts["values"]) == {
        "words": "No key & no answer",
        "date": "2026-11-30",
        "reason": "access",
    }
    assert action.event_key == f"view:{USER}:V123:1.2.c"


def test_photos_of_a_sent_modal_come_as_files_and_not_as_words() -> None:
    file = {"name": "drain.jpg", "mimetype": "image/jpeg", "size": 9, "url_private": "https://files.slack.com/1"}
    values = {
        "words": {"words": {"type": "plain_text_input", "value": None}},
        "photos": {"photos": {"type": "file_input", "files": [file, {"name": "no address"}]}},
    }
    view = {"id": "V123", "callback_id": "task_done", "private_metadata": "T-88", "state": {"values": values}}

    (action,) = actions(an_interaction(type="view_submission", team={"id": TEAM}, user={"id": USER}, view=view))

    assert (action.name, action.text, json.loads(action.facts["values"])) == ("task_done", "", {"words": ""})
    assert json.loads(action.facts["files"]) == [
        {"name": "drain.jpg", "type": "image/jpeg", "size": "9", "url": "https://files.slack.com/1"}
    ]


@pytest.mark.parametrize("kind", ["view_closed", "shortcut", "message_action", "block_suggestion", "", None, 5])
def test_other_interactions_are_acknowledged_and_mean_nothing(kind: object) -> None:
    assert actions(an_interaction(type=kind, team={"id": TEAM})) == ()


def test_a_reply_in_a_thread_is_an_action_on_its_card() -> None:
    (action,) = actions(an_event())

    assert (action.name, action.subject, action.actor) == (REPLY, f"{CHANNEL}:{CARD_TS}", USER)
    assert action.text == "The part is ordered"
    assert action.event_key == "event:Ev123ABC456"


def test_a_retried_event_has_the_same_key() -> None:
    keys = {
        SlackChannel()
        .verify(a_call(an_event(), **{"X-Slack-Retry-Num": str(number)}), an_account())
        .actions[0]
        .event_key
        for number in range(1, 4)
    }

    assert len(keys) == 1


def test_slacks_markup_is_read_as_people_see_it() -> None:
    markup = (
        "<@U42|tom> see <https://example.org/a|the plan>, <!channel>, <#C9|ops> &lt;b&gt; &amp; <mailto:a@example.org>"
    )

    (action,) = actions(an_event(text=markup))

    assert action.text == "@tom see the plan (https://example.org/a), @channel, #ops <b> & a@example.org"


def test_files_of_a_reply_come_along() -> None:
    file = {
        "id": "F1",
        "name": "drain.jpg",
        "mimetype": "image/jpeg",
        "size": 1234,
        "url_private": "https://files.slack.com/files-pri/T1-F1/drain.jpg",
        "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/drain.jpg",
    }

    (action,) = actions(an_event(subtype="file_share", text="", files=[file, "nonsense", {"name": "no address"}]))

    assert json.loads(action.facts["files"]) == [
        {"name": "drain.jpg", "type": "image/jpeg", "size": "1234", "url": file["url_private_download"]}
    ]


def test_an_edited_reply_is_not_lost() -> None:
    edited = {"user": USER, "text": "It is ordered for Monday", "ts": REPLY_TS, "thread_ts": CARD_TS}
    before = {**edited, "text": "It is ordered"}

    (action,) = actions(an_event(subtype="message_changed", user=None, message=edited, previous_message=before))

    assert (action.name, action.text) == (REPLY_CHANGED, "It is ordered for Monday")
    assert action.facts["message"] == f"{CHANNEL}:{REPLY_TS}"


def test_an_unfurled_link_is_no_edit() -> None:
    same = {"user": USER, "text": "https://example.org", "ts": REPLY_TS, "thread_ts": CARD_TS}

    assert actions(an_event(subtype="message_changed", message=same, previous_message=same)) == ()


def test_a_deleted_reply_is_told() -> None:
    before = {"user": USER, "text": "Wrong flat", "ts": REPLY_TS, "thread_ts": CARD_TS}

    (action,) = actions(an_event(subtype="message_deleted", previous_message=before))

    assert (action.name, action.text) == (REPLY_DELETED, "Wrong flat")


@pytest.mark.parametrize(
    "event",
    [
        {"thread_ts": None},
        {"thread_ts": REPLY_TS},
        {"bot_id": "B1"},
        {"user": None},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"type": "reaction_added"},
        {"channel": {"id": CHANNEL}},
    ],
)
def test_what_is_no_persons_reply_in_a_thread_means_nothing(event: dict[str, object]) -> None:
    assert actions(an_event(**event)) == ()


def test_the_address_is_confirmed_to_slack() -> None:
    body = json.dumps({"type": "url_verification", "token": "old", "challenge": "3eZbrw1aB"}).encode()

    result = SlackChannel().verify(a_call(body), an_account())

    assert (result.body, result.content_type) == ("3eZbrw1aB", "text/plain")


def test_a_confirmation_that_is_not_signed_is_refused() -> None:
    body = json.dumps({"type": "url_verification", "challenge": "x"}).encode()

    with pytest.raises(Forged):
        SlackChannel().verify(a_call(body, secret="guessed"), an_account())


def test_slack_may_look_at_the_certificate() -> None:
    request = HookRequest(HOOK_URL, "POST", {}, urlencode({"ssl_check": "1", "token": "x"}).encode(), {}, NOW)

    result = SlackChannel().verify(request, an_account())

    assert (result.status, result.actions) == (200, ())


@pytest.mark.parametrize("age", [301, -301, 10**9])
def test_a_call_too_old_or_from_the_future_is_refused(age: float) -> None:
    with pytest.raises(Forged) as refused:
        SlackChannel().verify(a_call(a_press(), age=age), an_account())
    assert refused.value.status == 401


@pytest.mark.parametrize("age", [299, -299])
def test_clocks_may_differ_by_five_minutes(age: float) -> None:
    assert SlackChannel().verify(a_call(a_press(), age=age), an_account()).actions


@pytest.mark.parametrize("timestamp", ["", "abc", "1e400", "-1", "١٢٣", "9" * 5_000, " 1763803800"])
def test_a_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    body = a_press()
    signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": sign(body, timestamp)}

    with pytest.raises(Forged):
        SlackChannel().verify(replace(a_call(body), headers=signed), an_account())


@pytest.mark.parametrize("signature", ["", "v0=", "v1=abc", "ünsinn", "v0=" + "0" * 64])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    call = a_call(a_press())

    with pytest.raises(Forged):
        SlackChannel().verify(replace(call, headers={**call.headers, "X-Slack-Signature": signature}), an_account())


def test_a_call_without_headers_is_refused() -> None:
    with pytest.raises(Forged):
        SlackChannel().verify(replace(a_call(a_press()), headers={}), an_account())


def test_one_changed_byte_is_refused() -> None:
    call = a_call(a_press())

    with pytest.raises(Forged):
        SlackChannel().verify(replace(call, body=call.body.replace(b"T-88", b"T-89")), an_account())


def test_the_previous_secret_still_counts_while_it_is_changed() -> None:
    account = an_account(signing_secret="new", signing_secret_previous="the-signing-secret")

    assert SlackChannel().verify(a_call(a_press()), account).actions
    assert SlackChannel().verify(a_call(a_press(), secret="new"), account).actions


@pytest.mark.parametrize("secret", ["", " "])
def test_an_account_without_a_secret_believes_nobody(secret: str) -> None:
    with pytest.raises(Forged):
        SlackChannel().verify(a_call(a_press(), secret=secret), an_account(signing_secret=secret))


@pytest.mark.parametrize("body", [a_press(team={"id": "T999"}), a_press(team=None), an_event()])
def test_another_workspace_is_refused(body: bytes) -> None:
    with pytest.raises(Forged, match="workspace"):
        SlackChannel().verify(a_call(body), an_account(team_id="T0OURS"))


def test_an_answer_address_that_is_not_slacks_is_dropped() -> None:
    for url in (
        "https://evil.example/",
        "http://hooks.slack.com/a",
        "https://hooks.slack.com@evil.example/",
        "https://[a",
    ):
        assert "response_url" not in actions(a_press(response_url=url))[0].facts


@pytest.mark.parametrize(
    "body",
    [
        b"payload=",
        b"payload=%7Bnot+json",
        b"payload=%5B1%5D",
        b"a=b",
        b"",
        b"{",
        b'{"type":',
        b'{"a":' * 100_000,
        b"payload=" + b"%5B" * 50_000,
        b"{" + b" " * 1_000_001,
    ],
)
def test_what_is_signed_and_cannot_be_read_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        SlackChannel().verify(a_call(body), an_account())


def test_another_part_does_not_exist() -> None:
    with pytest.raises(Malformed):
        SlackChannel().verify(a_call(a_press()), an_account(), part="status")


def test_a_reply_is_also_readable_as_an_envelope() -> None:
    files = [{"name": "a.jpg", "mimetype": "image/jpeg", "url_private": "https://files.slack.com/a.jpg"}]

    message = SlackChannel().parse(Envelope("slack", "slack:3", "Ev1", an_event(files=files), NOW))

    assert isinstance(message, InboundMessage)
    assert message.sender is not None
    assert (message.sender.kind, message.sender.value) == (IdentityKind.SLACK, USER)
    assert (message.text, message.trust) == ("The part is ordered", Trust.VERIFIED)
    assert (message.message_id, message.reference_ids) == (f"{CHANNEL}:{REPLY_TS}", (f"{CHANNEL}:{CARD_TS}",))
    assert message.media[0].url == "https://files.slack.com/a.jpg"


@pytest.mark.parametrize("raw", [b"", b"[]", b"5", b"{}", a_press(), an_event(thread_ts=None), b"[" * 100_000])
def test_an_envelope_that_is_no_reply_is_unreadable(raw: bytes) -> None:
    assert isinstance(SlackChannel().parse(Envelope("slack", "slack:3", "k", raw, NOW)), Unreadable)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
NAMES = ("team", "user", "channel", "message", "container", "view", "actions", "trigger_id", "response_url", "event")


@given(
    kind=st.sampled_from(["block_actions", "view_submission", "event_callback"]), tree=JSON, name=st.sampled_from(NAMES)
)
def test_a_signed_payload_of_any_shape_is_read_or_malformed(kind: str, tree: object, name: str) -> None:
    body = a_press(type=kind, **{name: tree})

    assert isinstance(actions(body), tuple)


@given(field=st.sampled_from(["text", "files", "ts", "thread_ts", "user", "channel", "subtype", "message"]), tree=JSON)
def test_an_event_of_any_shape_is_a_message_or_unreadable(field: str, tree: object) -> None:
    found = SlackChannel().parse(Envelope("slack", "slack:3", "k", an_event(**{field: tree}), NOW))

    assert isinstance(found, InboundMessage | Unreadable)


@given(body=st.binary(max_size=300), signature=st.text(max_size=70))
def test_nothing_unsigned_gets_in(body: bytes, signature: str) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(NOW.timestamp())), "X-Slack-Signature": signature}

    with pytest.raises(Forged):
        SlackChannel().verify(HookRequest(HOOK_URL, "POST", headers, body, {}, NOW), an_account())

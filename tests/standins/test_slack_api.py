"""The real slack_sdk against the stand-in: what is taken, what is refused."""

from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from tests.standins.slack import SlackStandIn
from tests.standins.slack.workspace import ALL_SCOPES


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "Kitchen drain blocked") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Accept"), "action_id": "accept", "value": "T-88", **fields}


def actions(*elements: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **fields}


CARD = [section(), actions(button(), button(action_id="blocked", text=plain("Blocked")))]


def refusal(call: Any, *arguments: Any, **named: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call(*arguments, **named)
    return caught.value.response


def test_a_card_is_posted_and_kept_true(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")

    posted = web.chat_postMessage(channel=channel.id, text="T-88 kitchen drain", blocks=CARD)
    web.chat_update(channel=channel.id, ts=posted["ts"], text="T-88 done", blocks=[section("Done")])

    (message,) = slack.messages
    assert (message.ts, message.text) == (posted["ts"], "T-88 done")
    assert message.blocks[0]["text"]["text"] == "Done"
    assert posted["message"]["bot_id"] == slack.workspace.bot_id


def test_an_update_without_blocks_keeps_them(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")
    posted = web.chat_postMessage(channel=channel.id, text="T-88", blocks=CARD)

    web.chat_update(channel=channel.id, ts=posted["ts"], text="T-88 again")

    assert len(slack.messages[0].blocks) == 2


def test_timestamps_are_unique_and_grow(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")

    stamps = [web.chat_postMessage(channel=channel.id, text=str(number))["ts"] for number in range(20)]

    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 51,
        [section("x" * 3001)],
        [section("")],
        [{"type": "section"}],
        [{"type": "section", "fields": [plain("x")] * 11}],
        [{"type": "section", "fields": [plain("x" * 2001)]}],
        [{"type": "header", "text": plain("x" * 151)}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "card"}],
        [actions()],
        [actions(*[button(action_id=f"a{number}") for number in range(26)])],
        [actions(button(text=plain("x" * 76)))],
        [actions(button(action_id="x" * 256))],
        [actions(button(value="x" * 2001))],
        [actions(button(style="green"))],
        [actions(button(text={"type": "mrkdwn", "text": "x"}))],
        [actions(button(), button())],
        [actions(button(), block_id="x" * 256)],
        [actions(button(), block_id="one"), actions(button(), block_id="one")],
        [{"type": "image", "image_url": "https://example.org/a.png"}],
        [{"type": "context", "elements": [plain("x")] * 11}],
        [actions(button(confirm={"title": plain("Sure?"), "text": plain("x" * 301)}))],
        [actions({"type": "static_select", "action_id": "s", "options": [{"text": plain("x" * 76), "value": "1"}]})],
    ],
)
def test_blocks_over_the_documented_limits_are_refused(slack: SlackStandIn, web: WebClient, blocks: Any) -> None:
    channel = slack.add_channel("maintenance")

    response = refusal(web.chat_postMessage, channel=channel.id, text="T-88", blocks=blocks)

    assert response["error"] == "invalid_blocks"
    assert "json-pointer:/blocks" in response["response_metadata"]["messages"][0]
    assert slack.messages == []


def test_blocks_at_the_documented_limits_are_taken(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")
    edge = button(text=plain("x" * 75), action_id="x" * 255, value="x" * 2000, style="danger")
    blocks = [section("x" * 3000), actions(edge, block_id="x" * 255)]

    web.chat_postMessage(channel=channel.id, text="T-88", blocks=[*blocks, *[{"type": "divider"}] * 48])

    assert len(slack.messages) == 1


def test_blocks_that_are_no_list_and_texts_too_many_are_refused(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")

    shapeless = refusal(web.chat_postMessage, channel=channel.id, text="T-88", blocks="{not json")
    endless = refusal(web.chat_postMessage, channel=channel.id, text="T-88", blocks=[section("x" * 3000)] * 5)

    assert shapeless["error"] == "invalid_blocks_format"
    assert endless["error"] == "msg_blocks_too_long"


def test_text_is_needed_cut_when_posted_and_refused_when_too_long_in_an_update(
    slack: SlackStandIn, web: WebClient
) -> None:
    channel = slack.add_channel("maintenance")

    posted = web.chat_postMessage(channel=channel.id, text="x" * 40_001)

    assert len(slack.messages[0].text) == 40_000
    assert refusal(web.api_call, "chat.postMessage", json={"channel": channel.id})["error"] == "no_text"
    too_long = refusal(web.chat_update, channel=channel.id, ts=posted["ts"], text="x" * 4001)
    assert too_long["error"] == "msg_too_long"


def test_channels_have_to_exist_be_joined_and_be_open(slack: SlackStandIn, web: WebClient) -> None:
    foreign = slack.add_channel("leasing", is_member=False)
    hidden = slack.add_channel("board", is_member=False, is_private=True)
    archived = slack.add_channel("old")
    archived.is_archived = True

    def error(channel: str) -> str:
        return str(refusal(web.chat_postMessage, channel=channel, text="T-88")["error"])

    assert error("C0000000000") == "channel_not_found"
    assert error(foreign.id) == "not_in_channel"
    assert error(hidden.id) == "channel_not_found"
    assert error(archived.id) == "is_archived"
    web.conversations_join(channel=foreign.id)
    assert web.chat_postMessage(channel="#leasing", text="T-88")["channel"] == foreign.id


def test_only_own_messages_can_be_changed(slack: SlackStandIn, web: WebClient) -> None:
    channel, user = slack.add_channel("maintenance"), slack.add_user("Tom Ritter")
    theirs, _ = slack.people.write(channel.id, "hello", user.id)

    def change(ts: str) -> str:
        return str(refusal(web.chat_update, channel=channel.id, ts=ts, text="mine now")["error"])

    assert change(theirs.ts) == "cant_update_message"
    assert change("1.000001") == "message_not_found"


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, "invalid_auth"),
        ({"Authorization": "Basic eA=="}, "not_authed"),
    ],
)
def test_a_call_without_the_token_is_refused_with_200(slack: SlackStandIn, headers: dict[str, str], error: str) -> None:
    answer = requests.post(f"{slack.url}auth.test", headers=headers, timeout=5)

    assert answer.status_code == 200
    assert answer.json() == {"ok": False, "error": error}


def test_a_revoked_token_stops_working(slack: SlackStandIn, web: WebClient) -> None:
    assert web.auth_test()["team_id"] == slack.workspace.team_id

    slack.people.uninstall()

    assert refusal(web.auth_test)["error"] == "token_revoked"


def test_a_missing_scope_is_named(slack: SlackStandIn, web: WebClient) -> None:
    slack.workspace.scopes = ALL_SCOPES - {"chat:write", "users:read.email"}
    channel, user = slack.add_channel("maintenance"), slack.add_user("Tom Ritter")

    response = refusal(web.chat_postMessage, channel=channel.id, text="T-88")

    assert (response["error"], response["needed"]) == ("missing_scope", "chat:write")
    assert "email" not in web.users_info(user=user.id)["user"]["profile"]


def test_an_unknown_method_and_broken_json_are_refused(slack: SlackStandIn, web: WebClient) -> None:
    headers = {"Authorization": f"Bearer {slack.workspace.bot_token}", "Content-Type": "application/json"}

    broken = requests.post(f"{slack.url}chat.postMessage", data="{", headers=headers, timeout=5).json()

    assert refusal(web.api_call, "chat.shout")["error"] == "unknown_method"
    assert broken["error"] == "invalid_json"


def test_channels_are_listed_in_pages_without_private_ones_of_others(slack: SlackStandIn, web: WebClient) -> None:
    for number in range(5):
        slack.add_channel(f"channel-{number}")
    slack.add_channel("board", is_member=False, is_private=True)
    slack.add_channel("team", is_private=True)

    names = [channel["name"] for page in web.conversations_list(limit=2) for channel in page["channels"]]
    private = web.conversations_list(types="private_channel")["channels"]

    assert names == [f"channel-{number}" for number in range(5)]
    assert [channel["name"] for channel in private] == ["team"]
    assert refusal(web.conversations_list, limit=1000)["error"] == "invalid_limit"
    assert refusal(web.conversations_list, cursor="!")["error"] == "invalid_cursor"


def test_people_are_found_by_id_and_address(slack: SlackStandIn, web: WebClient) -> None:
    user = slack.add_user("Tom Ritter", "tom.ritter@example.org")

    assert web.users_lookupByEmail(email="TOM.RITTER@example.org")["user"]["id"] == user.id
    assert web.users_info(user=user.id)["user"]["profile"]["email"] == "tom.ritter@example.org"
    assert refusal(web.users_info, user="U0")["error"] == "user_not_found"


def test_threads_are_read_back(slack: SlackStandIn, web: WebClient) -> None:
    channel, user = slack.add_channel("maintenance"), slack.add_user("Tom Ritter")
    posted = web.chat_postMessage(channel=channel.id, text="T-88")
    slack.thread_reply(slack.messages[0], "On my way", user)
    web.chat_postMessage(channel=channel.id, text="Noted", thread_ts=posted["ts"])

    thread = web.conversations_replies(channel=channel.id, ts=posted["ts"])["messages"]

    assert [message["text"] for message in thread] == ["T-88", "On my way", "Noted"]
    assert refusal(web.conversations_replies, channel=channel.id, ts="1.1")["error"] == "thread_not_found"


def test_a_file_is_uploaded_in_three_steps_into_a_thread(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")
    posted = web.chat_postMessage(channel=channel.id, text="T-88")

    uploaded = web.files_upload_v2(
        filename="drain.jpg", content=b"\xff\xd8jpeg", channel=channel.id, thread_ts=posted["ts"], title="Drain"
    )

    (shared,) = [message for message in slack.messages if message.files]
    assert shared.thread_ts == posted["ts"]
    file = web.files_info(file=uploaded["files"][0]["id"])["file"]
    assert (file["title"], file["size"], file["mimetype"]) == ("Drain", 6, "image/jpeg")


def test_a_file_is_not_there_before_it_is_completed_and_is_completed_once(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")
    ticket = web.files_getUploadURLExternal(filename="a.txt", length=3)
    files = [{"id": ticket["file_id"]}]

    assert refusal(web.files_completeUploadExternal, files=files, channel_id=channel.id)["error"] == "file_not_found"
    requests.post(ticket["upload_url"], data=b"abc", timeout=5)
    assert refusal(web.files_info, file=ticket["file_id"])["error"] == "file_not_found"
    web.files_completeUploadExternal(files=files, channel_id=channel.id)
    assert refusal(web.files_completeUploadExternal, files=files, channel_id=channel.id)["error"] == "file_not_found"
    assert refusal(web.files_getUploadURLExternal, filename="a.txt", length=0)["error"] == "missing_argument"


def test_a_file_is_downloaded_with_the_token_and_without_it_comes_a_sign_in_page(
    slack: SlackStandIn, web: WebClient
) -> None:
    channel, user = slack.add_channel("maintenance"), slack.add_user("Tom Ritter")
    slack.people.write(channel.id, "photo", user.id, files=[("drain.jpg", "image/jpeg", b"\xff\xd8")])
    address = web.files_info(file=slack.messages[0].files[0])["file"]["url_private"]

    with_token = requests.get(address, headers={"Authorization": f"Bearer {slack.workspace.bot_token}"}, timeout=5)
    without = requests.get(address, timeout=5)

    assert with_token.content == b"\xff\xd8"
    assert (without.status_code, without.headers["Content-Type"]) == (200, "text/html")


def test_reactions_are_added_once(slack: SlackStandIn, web: WebClient) -> None:
    channel = slack.add_channel("maintenance")
    ts = web.chat_postMessage(channel=channel.id, text="T-88")["ts"]

    web.reactions_add(channel=channel.id, timestamp=ts, name="white_check_mark")

    again = refusal(web.reactions_add, channel=channel.id, timestamp=ts, name="white_check_mark")
    assert again["error"] == "already_reacted"
    assert set(slack.messages[0].reactions) == {"white_check_mark"}


def test_too_many_requests_say_when_to_come_back_and_the_real_client_does(slack: SlackStandIn) -> None:
    channel = slack.add_channel("maintenance")
    slack.script("429", where="chat.postMessage", retry_after=1)
    patient = WebClient(
        token=slack.workspace.bot_token, base_url=slack.url, retry_handlers=[RateLimitErrorRetryHandler()]
    )

    patient.chat_postMessage(channel=channel.id, text="T-88")

    assert [(call.error, call.status) for call in slack.calls] == [("429", 429), ("", 200)]
    assert len(slack.messages) == 1


@pytest.mark.parametrize("kind", ["500", "503", "html"])
def test_an_outage_is_an_error_and_keeps_nothing(slack: SlackStandIn, web: WebClient, kind: str) -> None:
    channel = slack.add_channel("maintenance")
    slack.script(kind)

    response = refusal(web.chat_postMessage, channel=channel.id, text="T-88")

    assert response.status_code >= 500
    assert slack.messages == []


@pytest.mark.parametrize(("kind", "kept"), [("timeout", 0), ("timeout_after", 1), ("cut", 0), ("cut_after", 1)])
def test_a_lost_answer_may_or_may_not_hide_a_message(slack: SlackStandIn, kind: str, kept: int) -> None:
    channel = slack.add_channel("maintenance")
    slack.script(kind)
    impatient = WebClient(token=slack.workspace.bot_token, base_url=slack.url, timeout=1, retry_handlers=[])

    with pytest.raises(OSError, match=r"timed out|closed connection"):
        impatient.chat_postMessage(channel=channel.id, text="T-88")

    assert len(slack.messages) == kept


def test_any_error_of_slack_can_be_scripted(slack: SlackStandIn, web: WebClient) -> None:
    slack.script("error", error="account_inactive")

    assert refusal(web.auth_test)["error"] == "account_inactive"
    with pytest.raises(ValueError, match="needs the word"):
        slack.script("error")


def test_a_response_url_works_five_times(slack: SlackStandIn, web: WebClient) -> None:
    channel, user = slack.add_channel("maintenance"), slack.add_user("Tom Ritter")
    web.chat_postMessage(channel=channel.id, text="T-88", blocks=CARD)
    payload = slack.people.press_payload(channel.id, slack.messages[0].ts, "accept", user.id)
    response_url = WebhookClient(payload["response_url"])

    statuses = [response_url.send(text=f"note {number}", response_type="ephemeral").status_code for number in range(6)]

    assert statuses == [200] * 5 + [404]
    assert [note["text"] for note in slack.workspace.ephemerals] == [f"note {number}" for number in range(5)]

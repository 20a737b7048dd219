"""How the stand-in calls the app: signed as the real verifier expects, three seconds, told again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from tests.standins.application import Application
from tests.standins.slack import SlackStandIn
from tests.standins.slack.server import SIGNING_SECRET
from tests.standins.slack.workspace import Message, SlackError, User
from tests.standins.test_slack_api import CARD, plain
from tests.standins.web import Answer, Request, json_answer

VERIFIER = SignatureVerifier(SIGNING_SECRET)
MODAL = {
    "type": "modal",
    "callback_id": "blocked",
    "title": plain("Blocked because"),
    "submit": plain("Save"),
    "private_metadata": "T-88",
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.fixture
def app() -> Iterator[Application]:
    with Application(Answer(200)) as running:
        yield running


@pytest.fixture
def hooked(slack: SlackStandIn, app: Application) -> SlackStandIn:
    slack.people.interactivity_url = slack.people.events_url = f"{app.url}/hooks/slack"
    slack.echo = False
    return slack


@pytest.fixture
def user(slack: SlackStandIn) -> User:
    return slack.add_user("Tom Ritter")


@pytest.fixture
def card(slack: SlackStandIn, web: WebClient) -> Message:
    web.chat_postMessage(channel=slack.add_channel("maintenance").id, text="T-88", blocks=CARD)
    return slack.messages[0]


def payload(request: Request) -> Any:
    return json.loads(parse_qs(request.body.decode())["payload"][0])


def test_a_button_pressed_is_signed_so_that_the_real_verifier_accepts_it(
    hooked: SlackStandIn, app: Application, card: Message, user: User
) -> None:
    delivery = hooked.press(card, "accept", user)

    request = app.requests[0]
    assert delivery.status == 200
    assert VERIFIER.is_valid_request(request.body, request.headers)
    assert not VERIFIER.is_valid_request(request.body + b"&x=1", request.headers)
    told = payload(request)
    assert told["type"] == "block_actions"
    assert told["actions"][0]["action_id"] == "accept"
    assert told["actions"][0]["value"] == "T-88"
    assert told["user"]["id"] == user.id
    assert told["container"]["message_ts"] == told["message"]["ts"] == card.ts
    assert told["channel"]["id"] == card.channel


def test_a_button_that_is_not_there_cannot_be_pressed(hooked: SlackStandIn, card: Message, user: User) -> None:
    with pytest.raises(LookupError, match="accept, blocked"):
        hooked.press(card, "explode", user)


def test_a_forged_and_a_stale_request_do_not_pass_the_real_verifier(
    hooked: SlackStandIn, app: Application, card: Message, user: User
) -> None:
    hooked.press(card, "accept", user, secret="forged")
    hooked.press(card, "accept", user, age=301)
    hooked.press(card, "accept", user, age=290)

    verdicts = [VERIFIER.is_valid_request(request.body, request.headers) for request in app.requests]
    assert verdicts == [False, False, True]


def test_a_replayed_request_is_the_same_to_the_byte(
    hooked: SlackStandIn, app: Application, card: Message, user: User
) -> None:
    delivery = hooked.press(card, "accept", user)

    hooked.courier.replay(delivery)

    first, second = app.requests
    assert first.body == second.body
    assert first.headers["x-slack-signature"] == second.headers["x-slack-signature"]


def test_an_interaction_not_answered_in_time_fails_once_for_all(
    hooked: SlackStandIn, app: Application, card: Message, user: User
) -> None:
    app.answers = [Answer(200, wait=30)]
    hooked.courier.ack_seconds = 0.1

    delivery = hooked.press(card, "accept", user)

    assert delivery.problem == "http_timeout"
    assert delivery.seconds < 2
    assert len(app.requests) == 1


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ([Answer(200)], []),
        ([Answer(500), Answer(200)], ["http_error"]),
        ([Answer(404)], ["http_error"] * 3),
        ([Answer(500, headers={"X-Slack-No-Retry": "1"})], []),
        ([Answer(302, headers={"Location": "/elsewhere"})] * 2 + [Answer(200)], []),
    ],
)
def test_an_event_is_told_again_while_it_fails_three_times_at_most(
    hooked: SlackStandIn, app: Application, card: Message, user: User, answers: list[Answer], reasons: list[str]
) -> None:
    app.answers = answers

    attempts = hooked.thread_reply(card, "On my way", user)

    assert [attempt.headers.get("X-Slack-Retry-Reason") for attempt in attempts] == [None, *reasons]
    numbers = [attempt.headers.get("X-Slack-Retry-Num") for attempt in attempts[1:]]
    assert numbers == [str(number) for number in range(1, len(reasons) + 1)]
    assert len({json.loads(attempt.body)["event_id"] for attempt in attempts}) == 1


def test_too_many_redirects_and_a_deaf_app_are_told_as_such(
    hooked: SlackStandIn, app: Application, card: Message, user: User, closed_port: int
) -> None:
    app.answers = [Answer(307, headers={"Location": "/again"})]
    around = hooked.thread_reply(card, "On my way", user)
    hooked.people.events_url = f"http://127.0.0.1:{closed_port}/hooks/slack"
    deaf = hooked.thread_reply(card, "On my way", user)

    assert {attempt.problem for attempt in around} == {"too_many_redirects"}
    assert {attempt.problem for attempt in deaf} == {"connection_failed"}
    assert len(deaf) == 4


def test_a_slow_answer_to_an_event_is_followed_by_another_try(
    hooked: SlackStandIn, app: Application, card: Message, user: User
) -> None:
    app.answers = [Answer(200, wait=30), Answer(200)]
    hooked.courier.ack_seconds = 0.2

    attempts = hooked.thread_reply(card, "On my way", user)

    assert [attempt.problem for attempt in attempts] == ["http_timeout", ""]
    assert attempts[1].headers["X-Slack-Retry-Reason"] == "http_timeout"


def test_a_thread_reply_with_a_photo_is_an_event_with_the_file(
    hooked: SlackStandIn, app: Application, card: Message, user: User
) -> None:
    hooked.thread_reply(card, "Here", user, files=[("drain.jpg", "image/jpeg", b"\xff\xd8")])

    told = json.loads(app.requests[0].body)
    event = told["event"]
    assert VERIFIER.is_valid_request(app.requests[0].body, app.requests[0].headers)
    assert (told["type"], told["team_id"]) == ("event_callback", hooked.workspace.team_id)
    assert (event["type"], event["subtype"], event["thread_ts"]) == ("message", "file_share", card.ts)
    assert event["files"][0]["url_private"].startswith("http://127.0.0.1:")


def test_the_app_hears_its_own_messages_too(
    hooked: SlackStandIn, app: Application, card: Message, web: WebClient
) -> None:
    hooked.echo = True

    web.chat_postMessage(channel=card.channel, text="Noted", thread_ts=card.ts)
    hooked.finish()

    event = json.loads(app.requests[0].body)["event"]
    assert (event["text"], event["bot_id"]) == ("Noted", hooked.workspace.bot_id)


def test_nothing_is_told_of_channels_the_app_is_not_in(hooked: SlackStandIn, user: User) -> None:
    foreign = hooked.add_channel("leasing", is_member=False)

    assert hooked.people.write(foreign.id, "hello", user.id)[1] == []


@pytest.mark.parametrize("form", ["json", "plain"])
def test_a_request_url_is_saved_only_if_the_challenge_comes_back(hooked: SlackStandIn, form: str) -> None:
    class Echo(Application):
        def _answer(self, request: Request) -> Answer:
            challenge = json.loads(request.body)["challenge"]
            return (
                json_answer({"challenge": challenge})
                if form == "json"
                else Answer(200, challenge.encode(), "text/plain")
            )

    with Echo() as echo, Application(Answer(200, b"hello", "text/plain")) as deaf:
        assert hooked.people.verify_url(f"{echo.url}/hooks/slack") == ""
        assert hooked.people.verify_url(f"{deaf.url}/hooks/slack") == "challenge_failed"


def opened(slack: SlackStandIn, web: WebClient, card: Message, user: User, **changes: Any) -> str:
    trigger = slack.people.press_payload(card.channel, card.ts, "blocked", user.id)["trigger_id"]
    return str(web.views_open(trigger_id=trigger, view={**MODAL, **changes})["view"]["id"])


def test_a_modal_is_opened_filled_in_and_closed_by_an_empty_answer(
    hooked: SlackStandIn, app: Application, web: WebClient, card: Message, user: User
) -> None:
    view = opened(hooked, web, card, user)

    delivery = hooked.submit_view(view, {"reason": {"text": "No parts"}})

    told = payload(app.requests[-1])
    assert delivery.status == 200
    assert told["type"] == "view_submission"
    assert told["view"]["private_metadata"] == "T-88"
    assert told["view"]["state"]["values"]["reason"]["text"]["value"] == "No parts"
    assert hooked.workspace.views[view].state == "closed"


def test_errors_are_shown_under_the_inputs_and_the_modal_stays(
    hooked: SlackStandIn, app: Application, web: WebClient, card: Message, user: User
) -> None:
    app.answers = [json_answer({"response_action": "errors", "errors": {"reason": "Say until when"}})]
    view = opened(hooked, web, card, user)

    hooked.submit_view(view, {"reason": {"text": "No parts"}})

    assert hooked.workspace.views[view].state == "open"
    assert hooked.workspace.views[view].errors == {"reason": "Say until when"}


@pytest.mark.parametrize(
    "answer", [{"response_action": "errors", "errors": {"elsewhere": "x"}}, {"response_action": "dance"}]
)
def test_an_answer_slack_does_not_know_is_an_error(
    hooked: SlackStandIn, app: Application, web: WebClient, card: Message, user: User, answer: dict[str, Any]
) -> None:
    app.answers = [json_answer(answer)]
    view = opened(hooked, web, card, user)

    with pytest.raises(SlackError):
        hooked.submit_view(view, {"reason": {"text": "No parts"}})


def test_a_late_answer_leaves_the_modal_open_with_a_sentence(
    hooked: SlackStandIn, app: Application, web: WebClient, card: Message, user: User
) -> None:
    app.answers = [Answer(200, wait=30)]
    view = opened(hooked, web, card, user)
    hooked.courier.ack_seconds = 0.1

    hooked.submit_view(view, {"reason": {"text": "No parts"}})

    assert "trouble connecting" in hooked.workspace.views[view].errors[""]


def test_an_empty_required_input_is_not_submitted(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User
) -> None:
    view = opened(hooked, web, card, user)

    with pytest.raises(LookupError, match="reason"):
        hooked.submit_view(view, {})


def test_a_trigger_opens_one_modal_within_three_seconds(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User
) -> None:
    def error(trigger: str) -> str:
        with pytest.raises(SlackApiError) as caught:
            web.views_open(trigger_id=trigger, view=MODAL)
        return str(caught.value.response["error"])

    used = hooked.workspace.new_trigger(user.id)
    web.views_open(trigger_id=used.id, view=MODAL)
    old = hooked.workspace.new_trigger(user.id)
    old.made_at -= 3.5

    assert error(used.id) == "exchanged_trigger_id"
    assert error(old.id) == "expired_trigger_id"
    assert error("1.2.abc") == "invalid_trigger_id"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"submit": None},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"type": "window"},
        {"blocks": [{"type": "divider"}] * 101},
    ],
)
def test_modals_over_the_documented_limits_are_refused(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User, changes: dict[str, Any]
) -> None:
    with pytest.raises(SlackApiError) as caught:
        opened(hooked, web, card, user, **changes)

    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"]


def test_a_modal_is_updated_unless_somebody_was_faster(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User
) -> None:
    view = opened(hooked, web, card, user)
    seen = hooked.workspace.views[view].hash

    web.views_update(view_id=view, hash=seen, view={**MODAL, "title": plain("Newer")})
    with pytest.raises(SlackApiError) as caught:
        web.views_update(view_id=view, hash=seen, view=MODAL)

    assert caught.value.response["error"] == "hash_conflict"
    assert hooked.workspace.views[view].payload["title"]["text"] == "Newer"


def test_a_closed_modal_is_told_only_if_the_view_asked_for_it(
    hooked: SlackStandIn, app: Application, web: WebClient, card: Message, user: User
) -> None:
    silent = opened(hooked, web, card, user)
    loud = opened(hooked, web, card, user, notify_on_close=True)

    assert hooked.people.close_view(silent) is None
    assert hooked.people.close_view(loud) is not None
    assert payload(app.requests[-1])["type"] == "view_closed"


def test_it_runs_as_a_process_and_is_steered_over_http(app: Application) -> None:
    command = [sys.executable, "-m", "tests.standins.slack", "--interactivity-url", f"{app.url}/hooks/slack"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        web = WebClient(token=facts["bot_token"], base_url=facts["url"])

        posted = web.chat_postMessage(channel=facts["channels"][0]["id"], text="T-88", blocks=CARD)
        wanted = {
            "channel": posted["channel"],
            "ts": posted["ts"],
            "action_id": "accept",
            "user": facts["users"][0]["id"],
        }
        told = requests.post(f"{facts['control']}/_standin/press", json=wanted, timeout=5).json()
        state = requests.get(f"{facts['control']}/_standin/state", timeout=5).json()
        process.terminate()

    assert told == {"status": 200, "problem": "", "answer": ""}
    assert [message["text"] for message in state["messages"]] == ["T-88"]
    assert process.returncode == 0

"""Files put into a modal of the stand-in: chosen as Slack lets people choose, brought as file objects, read with the token."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standins.application import Application
from tests.standins.slack import SlackStandIn
from tests.standins.slack.workspace import Message, User
from tests.standins.test_slack_api import plain
from tests.standins.test_slack_people import app, card, hooked, opened, payload, user

__all__ = ["app", "card", "hooked", "user"]


def asking_for_files(**element: Any) -> dict[str, Any]:
    """Return a modal that asks for files, as Slack's page on the element shows it."""
    asked = {"type": "file_input", "action_id": "photos", **element}
    return {"blocks": [{"type": "input", "block_id": "photos", "label": plain("Photos"), "element": asked}]}


def test_files_put_into_a_modal_come_as_file_objects_that_need_the_token(
    hooked: SlackStandIn, app: Application, web: WebClient, card: Message, user: User
) -> None:
    view = opened(hooked, web, card, user, **asking_for_files(filetypes=["jpg", "png"], max_files=2))

    hooked.submit_view(view, {"photos": {"photos": [("drain.JPG", "image/jpeg", b"\xff\xd8")]}})

    element = payload(app.requests[-1])["view"]["state"]["values"]["photos"]["photos"]
    (file,) = element["files"]
    bearer = {"Authorization": f"Bearer {hooked.workspace.bot_token}"}
    assert (element["type"], file["name"], file["mimetype"]) == ("file_input", "drain.JPG", "image/jpeg")
    assert requests.get(file["url_private"], headers=bearer, timeout=5).content == b"\xff\xd8"
    assert "Sign in" in requests.get(file["url_private"], timeout=5).text


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([("a.png", "image/png", b"a")] * 3, "at most 2"),
        ([("bill.pdf", "application/pdf", b"a")], "only jpg, png"),
        ([("a.png", "image/png", b"a" * 10_000_001)], "10 MB"),
    ],
)
def test_what_a_file_input_does_not_allow_cannot_be_chosen(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User, files: list[tuple[str, str, bytes]], reason: str
) -> None:
    view = opened(hooked, web, card, user, **asking_for_files(filetypes=["jpg", "png"], max_files=2))

    with pytest.raises(LookupError, match=reason):
        hooked.submit_view(view, {"photos": {"photos": files}})


@pytest.mark.parametrize("wrong", [{"max_files": 0}, {"max_files": 11}, {"filetypes": "png"}, {"action_id": "x" * 256}])
def test_a_file_input_over_its_limits_is_refused(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User, wrong: dict[str, Any]
) -> None:
    with pytest.raises(SlackApiError) as caught:
        opened(hooked, web, card, user, **asking_for_files(**wrong))

    assert caught.value.response["error"] == "invalid_arguments"


def test_a_file_input_outside_an_input_block_or_without_its_scope_is_refused(
    hooked: SlackStandIn, web: WebClient, card: Message, user: User
) -> None:
    element = {"type": "file_input", "action_id": "photos"}
    with pytest.raises(SlackApiError) as misplaced:
        web.chat_postMessage(channel=card.channel, text="x", blocks=[{"type": "actions", "elements": [element]}])
    hooked.workspace.scopes -= {"files:read"}
    with pytest.raises(SlackApiError) as unscoped:
        opened(hooked, web, card, user, **asking_for_files())

    assert misplaced.value.response["error"] == "invalid_blocks"
    assert (unscoped.value.response["error"], unscoped.value.response["needed"]) == ("missing_scope", "files:read")

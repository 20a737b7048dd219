"""What people do in Slack, and how the app is told of it.

Payloads from docs.slack.dev/reference/interaction-payloads and docs.slack.dev/reference/events.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.standins.slack.blocks import find_elements
from tests.standins.slack.delivery import Courier, Delivery
from tests.standins.slack.views import Views
from tests.standins.slack.workspace import File, Message, SlackError, View, Workspace, new_id
from tests.standins.web import Json

LARGEST_FILE = 10_000_000


@dataclass
class People:
    """Acts for the people of a workspace; addresses of the app in `interactivity_url`, `events_url`."""

    workspace: Workspace
    courier: Courier
    views: Views
    interactivity_url: str = ""
    events_url: str = ""
    response_urls: dict[str, Json] = field(default_factory=dict)

    # -- interactions ------------------------------------------------------------------------------

    def press(
        self, channel: str, ts: str, action_id: str, user: str, *, age: float = 0.0, secret: str = ""
    ) -> Delivery:
        """Press a button of a message; LookupError when the message shows no such button.

        `age` seconds make the signature's timestamp old; another `secret` forges it.
        """
        return self.courier.interact(
            self.interactivity_url, self.press_payload(channel, ts, action_id, user), age=age, secret=secret
        )

    def press_payload(self, channel: str, ts: str, action_id: str, user: str) -> Json:
        """Return the block_actions payload of a button pressed."""
        message = self.workspace.find_message(channel, ts)
        pressed = [one for one in find_elements(message.blocks) if one[1]["action_id"] == action_id]
        if not pressed:
            shown = [element["action_id"] for _, element in find_elements(message.blocks)]
            raise LookupError(f"the message has no {action_id!r}; it has {', '.join(shown) or 'no buttons'}")
        block, element = pressed[0]
        action: Json = {
            "type": element["type"],
            "action_id": action_id,
            "block_id": block["block_id"],
            "action_ts": self.workspace.next_ts(),
            **{name: element[name] for name in ("text", "value", "style") if name in element},
        }
        shown_in = self.workspace.channels[channel]
        return {
            "type": "block_actions",
            **self._common(user),
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
            "trigger_id": self.workspace.new_trigger(user).id,
            "channel": {"id": channel, "name": shown_in.name},
            "message": self.workspace.render_message(message),
            "state": {"values": {}},
            "response_url": self._response_url(channel, ts, user),
            "actions": [action],
        }

    def _common(self, user: str) -> Json:
        person = self.workspace.users[user]
        name = person.name.lower().replace(" ", ".")
        return {
            "user": {"id": user, "username": name, "name": name, "team_id": self.workspace.team_id},
            "api_app_id": self.workspace.app_id,
            "token": "deprecated",
            "team": {"id": self.workspace.team_id, "domain": "example"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _response_url(self, channel: str, ts: str, user: str) -> str:
        key = secrets.token_urlsafe(16)
        self.response_urls[key] = {"channel": channel, "ts": ts, "user": user, "uses": 0, "at": self.workspace.now()}
        return f"{self.workspace.base_url}/actions/{self.workspace.team_id}/{key}"

    def submit_view(self, view_id: str, values: dict[str, dict[str, Any]], *, age: float = 0.0) -> Delivery:
        """Fill in a modal and submit it; `values` are block_id -> action_id -> value.

        The value of a file_input is a list of (name, content type, bytes).
        LookupError for what Slack would not let a person choose: too many, another ending, more than 10 MB.

        The answer decides: empty closes the modal, `response_action` shows errors, another view, or
        clears. An answer that is late or failed leaves the modal open, as the person sees it.
        """
        view = self.workspace.views[view_id]
        if view.state != "open":
            raise LookupError("the modal is not open any more")
        payload = {
            "type": "view_submission",
            **self._common(view.user),
            "trigger_id": self.workspace.new_trigger(view.user).id,
            "view": self.views.render(view, self._state(view, values)),
            "response_urls": [],
        }
        delivery = self.courier.interact(self.interactivity_url, payload, age=age)
        self._obey(view, delivery)
        return delivery

    def _obey(self, view: View, delivery: Delivery) -> None:
        if delivery.problem:
            view.errors = {"": "We had some trouble connecting. Try again?"}
            return
        answer = delivery.json
        if not answer:
            view.state = "closed"
            return
        action = answer.get("response_action")
        if action == "errors":
            inputs = {block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"}
            strangers = set(answer.get("errors", {})) - inputs
            if strangers or not answer.get("errors"):
                raise SlackError("invalid_errors", blocks=sorted(strangers))
            view.errors = dict(answer["errors"])
        elif action in {"update", "push"}:
            self.views.check(answer.get("view"))
            if action == "update":
                self.views.replace(view, answer["view"])
            else:
                self.views.show(view.user, answer["view"], view.root or view.id)
        elif action == "clear":
            for one in self.workspace.views.values():
                one.state = "closed" if one.user == view.user else one.state
        else:
            raise SlackError("invalid_response_action")

    def close_view(self, view_id: str) -> Delivery | None:
        """Dismiss a modal; the app is told only if the view asked for it (`notify_on_close`)."""
        view = self.workspace.views[view_id]
        view.state = "closed"
        if not view.payload.get("notify_on_close"):
            return None
        payload = {
            "type": "view_closed",
            **self._common(view.user),
            "view": self.views.render(view),
            "is_cleared": False,
        }
        return self.courier.interact(self.interactivity_url, payload)

    def _state(self, view: View, values: dict[str, dict[str, Any]]) -> Json:
        """Return view.state.values: every input block has its element, filled in or not."""
        state: Json = {}
        for block in view.payload["blocks"]:
            element = block.get("element")
            if block["type"] != "input" or not element:
                continue
            action = element.get("action_id", "")
            given = values.get(block["block_id"], {}).get(action)
            if given is None and not block.get("optional"):
                raise LookupError(f"{block['block_id']!r} must be filled in before Slack submits the modal")
            entered = (
                {"files": self._chosen(element, given or [], view.user)}
                if element["type"] == "file_input"
                else _entered(element, given)
            )
            state[block["block_id"]] = {action: {"type": element["type"], **entered}}
        return state

    def _chosen(self, element: Json, given: Sequence[tuple[str, str, bytes]], user: str) -> list[Json]:
        """Upload what somebody puts into a file_input, as far as Slack lets them."""
        if len(given) > element.get("max_files", 10):
            raise LookupError(f"at most {element.get('max_files', 10)} files can be chosen")
        for name, _, data in given:
            allowed = element.get("filetypes")
            if allowed and name.rpartition(".")[2].lower() not in allowed:
                raise LookupError(f"{name!r} cannot be chosen: only {', '.join(allowed)}")
            if len(data) > LARGEST_FILE:
                raise LookupError(f"{name!r} is larger than 10 MB")
        return [self.workspace.render_file(file) for file in self._keep(given, user)]

    def _keep(self, files: Sequence[tuple[str, str, bytes]], user: str) -> list[File]:
        kept = [File(new_id("F"), name, kind, name, data, len(data), True, user) for name, kind, data in files]
        with self.workspace.lock:
            self.workspace.files.update({file.id: file for file in kept})
        return kept

    # -- events ------------------------------------------------------------------------------------

    def write(
        self, channel: str, text: str, user: str, thread_ts: str = "", files: Sequence[tuple[str, str, bytes]] = ()
    ) -> tuple[Message, list[Delivery]]:
        """Write in a channel or a thread; `files` are (name, content type, bytes)."""
        kept = self._keep(files, user)
        message = Message(channel, self.workspace.next_ts(), text, user=user, thread_ts=thread_ts)
        message.files = [file.id for file in kept]
        with self.workspace.lock:
            self.workspace.messages[channel, message.ts] = message
        return message, self.tell(self.message_event(message, "file_share" if kept else ""))

    def message_event(self, message: Message, subtype: str = "") -> Json:
        """Return the message event for a message, or for its change."""
        shown = self.workspace.render_message(message)
        event: Json = {"type": "message", "channel": message.channel, "channel_type": "channel"}
        if subtype == "message_changed":
            event |= {"subtype": subtype, "hidden": True, "message": shown, "ts": self.workspace.next_ts()}
        else:
            event |= shown | ({"subtype": subtype} if subtype else {})
        return event | {"event_ts": event["ts"]}

    def envelope(self, event: Json) -> Json:
        """Return the outer event_callback of an event."""
        return {
            "token": "deprecated",
            "team_id": self.workspace.team_id,
            "api_app_id": self.workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(self.workspace.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.workspace.team_id,
                    "user_id": self.workspace.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }

    def tell(self, event: Json) -> list[Delivery]:
        """Send an event to the app, if it has an address for events and is in the channel."""
        channel = self.workspace.channels.get(event.get("channel", ""))
        if not self.events_url or (channel is not None and not channel.is_member):
            return []
        return self.courier.tell(self.events_url, self.envelope(event))

    def verify_url(self, url: str) -> str:
        """Do what saving a request URL does; return "" or why Slack would not save it."""
        challenge = secrets.token_hex(26)
        body = {"token": "deprecated", "challenge": challenge, "type": "url_verification"}
        delivery = self.courier.tell(url, body)[0]
        if delivery.problem:
            return delivery.problem
        echoed = delivery.json.get("challenge") if delivery.json else delivery.answer
        return "" if str(echoed).strip() == challenge else "challenge_failed"

    def uninstall(self) -> list[Delivery]:
        """Remove the app: its token is revoked and the app is told twice."""
        self.workspace.token_error = "token_revoked"
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.workspace.bot_user]}}
        return self.tell(revoked) + self.tell({"type": "app_uninstalled"})


def _entered(element: Json, given: Any) -> Json:
    if element["type"] in {"static_select", "radio_buttons"}:
        chosen = [one for one in element.get("options", []) if one["value"] == given]
        return {"selected_option": chosen[0] if chosen else None}
    if element["type"] == "datepicker":
        return {"selected_date": given}
    if element["type"] == "timepicker":
        return {"selected_time": given}
    if element["type"] == "users_select":
        return {"selected_user": given}
    return {"value": given}

"""Modals: opened with a trigger, updated, pushed, submitted (docs.slack.dev/surfaces/modals)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.standins.slack.arguments import Arguments, missing
from tests.standins.slack.blocks import Complaints, check_view, name_parts
from tests.standins.slack.workspace import SlackError, View, Workspace, new_id
from tests.standins.web import Json

TRIGGER_LIFE = 3.0
LARGEST = 250_000
STACK = 3


@dataclass
class Views:
    """Implements the view methods."""

    workspace: Workspace

    def _payload(self, given: Arguments) -> Json:
        payload = given.structure("view", "invalid_arguments")
        if payload is None:
            raise missing("view")
        self.check(payload)
        asks_for_files = any((block.get("element") or {}).get("type") == "file_input" for block in payload["blocks"])
        if asks_for_files and "files:read" not in self.workspace.scopes:
            raise SlackError("missing_scope", needed="files:read", provided=",".join(sorted(self.workspace.scopes)))
        return dict(payload)

    def check(self, payload: Any) -> None:
        """Raise invalid_arguments or view_too_large for a view Slack would not show."""
        if len(json.dumps(payload)) > LARGEST:
            raise SlackError("view_too_large")
        complaints: Complaints = check_view(payload)
        if complaints:
            raise SlackError("invalid_arguments", response_metadata={"messages": complaints})

    def _exchange(self, given: Arguments) -> str:
        trigger = self.workspace.triggers.get(given.text("trigger_id", required=True))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.workspace.now() - trigger.made_at > TRIGGER_LIFE:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def open(self, given: Arguments) -> Json:
        """views.open."""
        payload = self._payload(given)
        external = payload.get("external_id")
        if external and any(view.payload.get("external_id") == external for view in self.workspace.views.values()):
            raise SlackError("duplicate_external_id")
        return {"view": self.render(self.show(self._exchange(given), payload))}

    def push(self, given: Arguments) -> Json:
        """views.push: on top of the modal the person has open, three at most."""
        payload = self._payload(given)
        user = self._exchange(given)
        below = [view for view in self.workspace.views.values() if view.user == user and view.state == "open"]
        if not below:
            raise SlackError("not_found")
        if len(below) >= STACK:
            raise SlackError("push_limit_reached")
        return {"view": self.render(self.show(user, payload, below[0].root or below[0].id))}

    def update(self, given: Arguments) -> Json:
        """views.update: by view_id or external_id; hash_conflict when somebody was faster."""
        payload = self._payload(given)
        wanted = given.text("view_id"), given.text("external_id")
        for view in self.workspace.views.values():
            if view.state == "open" and (
                view.id == wanted[0] or (wanted[1] and view.payload.get("external_id") == wanted[1])
            ):
                if given.text("hash") and given.text("hash") != view.hash:
                    raise SlackError("hash_conflict")
                self.replace(view, payload)
                return {"view": self.render(view)}
        raise SlackError("not_found")

    def table(self) -> dict[str, tuple[str, Callable[[Arguments], Json]]]:
        """Return method name -> (scope needed, function)."""
        return {
            "views.open": ("", self.open),
            "views.push": ("", self.push),
            "views.update": ("", self.update),
        }

    def show(self, user: str, payload: Json, root: str = "") -> View:
        """Open a checked view for a person."""
        view = View(new_id("V"), user, payload, root=root)
        with self.workspace.lock:
            self.workspace.views[view.id] = view
        name_parts(payload["blocks"])
        return view

    def replace(self, view: View, payload: Json) -> None:
        """Put another checked view in the place of one."""
        name_parts(payload["blocks"])
        with self.workspace.lock:
            view.payload, view.errors = payload, {}
            view.hash = f"{self.workspace.now():.6f}.{new_id('')[:6].lower()}"

    def render(self, view: View, values: Json | None = None) -> Json:
        """Return the JSON of a view, with what was entered."""
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **view.payload,
            "id": view.id,
            "team_id": self.workspace.team_id,
            "hash": view.hash,
            "root_view_id": view.root or view.id,
            "previous_view_id": view.root or None,
            "app_id": self.workspace.app_id,
            "bot_id": self.workspace.bot_id,
            "state": {"values": values or {}},
        }

"""Reading a Web API call: its method, its token, its arguments (docs.slack.dev/apis/web-api)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.standins.slack.workspace import SlackError, Workspace
from tests.standins.web import Request


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call; structured ones may be JSON in a form field."""

    values: dict[str, Any]

    def text(self, name: str, *, required: bool = False) -> str:
        """Return a text argument, "" when it is missing; invalid_arguments when it is required."""
        value = self.values.get(name)
        if value is None or value == "":
            if required:
                raise missing(name)
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def structure(self, name: str, error: str) -> Any:
        """Return a list or object, decoded if it came as JSON text; None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as problem:
            raise SlackError(error) from problem

    def number(self, name: str, default: int) -> int:
        """Return a whole number; invalid_limit when it is none."""
        value = self.values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError) as problem:
            raise SlackError("invalid_limit") from problem

    def flag(self, name: str) -> bool:
        """Return a truth value."""
        return str(self.values.get(name, "")).lower() in {"true", "1"}


def missing(name: str) -> SlackError:
    """Return the error for an argument that was not given."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {name}"]})


def read_arguments(request: Request) -> Arguments:
    """Return the arguments of a call from its query and body; invalid_json, invalid_post_type."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(request.body or b"{}")
        except ValueError as problem:
            raise SlackError("invalid_json") from problem
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return Arguments(values | body)
    if request.body and request.content_type not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise SlackError("invalid_post_type")
    return Arguments(values | dict(request.form))


def authenticate(workspace: Workspace, request: Request, arguments: Arguments) -> None:
    """Raise not_authed, invalid_auth, or what was scripted, such as token_revoked."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = given if scheme.lower() == "bearer" else ""
    if not token and request.content_type != "application/json":
        token = arguments.text("token")
    if not token:
        raise SlackError("not_authed")
    if token != workspace.bot_token:
        raise SlackError("invalid_auth")
    if workspace.token_error:
        raise SlackError(workspace.token_error)

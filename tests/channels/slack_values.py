"""Smallest valid values for the tests of the slack channel, as Slack's pages show them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from channels.channel import Account, HookRequest
from channels.message import Address, IdentityKind, OutboundMessage

SECRET = "the-signing-secret"
TEAM, CHANNEL, USER = "T123ABC456", "C123ABC456", "U123ABC456"
CARD_TS, REPLY_TS = "1763803800.000100", "1763803860.000200"
HOOK_URL = "https://desk.example.org/hooks/slack"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OUTBOX_ID = UUID("0c1d2e3f-5d1b-4f3c-9d8e-2b7c6a5e4f30")


def an_account(**settings: str) -> Account:
    defaults = {"bot_token": "bot-token", "signing_secret": SECRET, "channel": CHANNEL}
    return Account(3, "slack", Address(IdentityKind.SLACK, TEAM), {**defaults, **settings})


def sign(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def a_call(body: bytes, *, age: float = 0, secret: str = SECRET, **headers: str) -> HookRequest:
    timestamp = str(int(NOW.timestamp() - age))
    signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": sign(body, timestamp, secret)}
    return HookRequest(HOOK_URL, "POST", {**signed, **headers}, body, {}, NOW)


def an_interaction(**payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def a_press(
    action: str = "task_accept", value: str = "T-88", action_ts: str = "1763803810.111", **more: object
) -> bytes:
    """A `block_actions` payload."""
    payload: dict[str, object] = {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": USER, "username": "tom", "team_id": TEAM},
        "trigger_id": "111.222.abc",
        "container": {"type": "message", "message_ts": CARD_TS, "channel_id": CHANNEL},
        "channel": {"id": CHANNEL, "name": "ops"},
        "message": {"type": "message", "ts": CARD_TS, "text": "T-88"},
        "response_url": "https://hooks.slack.com/actions/T123/1/abc",
        "actions": [{"type": "button", "action_id": action, "value": value, "action_ts": action_ts}],
    }
    return an_interaction(**{**payload, **more})


def an_event(event_id: str = "Ev123ABC456", **event: object) -> bytes:
    """A message in the thread of a card, in its `event_callback`."""
    said: dict[str, object] = {
        "type": "message",
        "channel": CHANNEL,
        "user": USER,
        "text": "The part is ordered",
        "ts": REPLY_TS,
        "thread_ts": CARD_TS,
        "event_ts": REPLY_TS,
        "channel_type": "channel",
    }
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": event_id,
        "event_time": 1763803860,
        "event": {**said, **event},
    }
    return json.dumps(body).encode()


def a_message(text: str = "Drain blocked", **more: object) -> OutboundMessage:
    fields: dict[str, object] = {
        "id": OUTBOX_ID,
        "channel": "slack",
        "sender": Address(IdentityKind.SLACK, TEAM),
        "recipients": (Address(IdentityKind.SLACK, CHANNEL),),
        "card": {"blocks": [{"type": "divider"}], "channel": CHANNEL},
    }
    return OutboundMessage(text=text, **{**fields, **more})

"""One Slack workspace with our app in it: people, channels, messages, files and open modals."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standins.web import Json

ALL_SCOPES = frozenset(
    {
        "chat:write",
        "channels:read",
        "channels:history",
        "channels:join",
        "groups:read",
        "files:read",
        "files:write",
        "users:read",
        "users:read.email",
        "reactions:write",
    }
)


class SlackError(Exception):
    """A call refused: `error` is the word in the answer, `more` goes into it as well."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def new_id(prefix: str) -> str:
    """Return an identifier such as C0A1B2C3D4."""
    return prefix + "".join(secrets.choice("ABCDEFGHJKMNPQRSTUVWXYZ0123456789") for _ in range(10))


@dataclass
class User:
    """A member of the workspace."""

    id: str
    name: str
    email: str = ""

    def render(self, team: str, *, with_email: bool) -> Json:
        """Return the JSON of docs.slack.dev/reference/objects/user-object."""
        profile = {"real_name": self.name, "display_name": self.name, **({"email": self.email} if with_email else {})}
        return {
            "id": self.id,
            "team_id": team,
            "name": self.name.lower().replace(" ", "."),
            "real_name": self.name,
            "deleted": False,
            "is_bot": False,
            "tz": "Europe/Berlin",
            "profile": profile,
        }


@dataclass
class Channel:
    """A channel; the bot is a member or not."""

    id: str
    name: str
    is_member: bool = True
    is_private: bool = False
    is_archived: bool = False

    def render(self) -> Json:
        """Return the JSON of docs.slack.dev/reference/objects/conversation-object."""
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_member": self.is_member,
            "created": 1449252889,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": 4,
        }


@dataclass
class File:
    """A file; `uploaded` bytes wait for the upload to be completed."""

    id: str
    name: str
    mimetype: str = "application/octet-stream"
    title: str = ""
    data: bytes | None = None
    length: int = 0
    completed: bool = False
    user: str = ""


@dataclass
class Message:
    """A message; `history` has its earlier texts and blocks."""

    channel: str
    ts: str
    text: str = ""
    blocks: list[Any] = field(default_factory=list)
    user: str = ""
    bot_id: str = ""
    thread_ts: str = ""
    files: list[str] = field(default_factory=list)
    reactions: dict[str, set[str]] = field(default_factory=dict)
    metadata: Json | None = None
    edits: int = 0


@dataclass
class View:
    """A modal as somebody sees it; `errors` are the ones shown under its inputs."""

    id: str
    user: str
    payload: Json
    hash: str = field(default_factory=lambda: f"{time.time():.0f}.{secrets.token_hex(4)}")
    state: str = "open"
    errors: dict[str, str] = field(default_factory=dict)
    root: str = ""


@dataclass
class Trigger:
    """A trigger_id: good for one modal within three seconds."""

    id: str
    user: str
    made_at: float
    used: bool = False


@dataclass
class Workspace:
    """Everything in the workspace; changes are made under `lock`."""

    bot_token: str
    signing_secret: str
    base_url: str = ""
    team_id: str = field(default_factory=lambda: new_id("T"))
    app_id: str = field(default_factory=lambda: new_id("A"))
    bot_id: str = field(default_factory=lambda: new_id("B"))
    bot_user: str = field(default_factory=lambda: new_id("U"))
    scopes: frozenset[str] = ALL_SCOPES
    token_error: str = ""
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    ephemerals: list[Json] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    now: Callable[[], float] = time.time
    lock: threading.RLock = field(default_factory=threading.RLock)
    _last_ts: int = 0

    def next_ts(self) -> str:
        """Return a message timestamp, unique and growing."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_user(self, name: str, email: str = "") -> User:
        """Add a person."""
        user = User(new_id("U"), name, email or f"{name.split(maxsplit=1)[0].lower()}@example.org")
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, *, is_member: bool = True, is_private: bool = False) -> Channel:
        """Add a channel."""
        channel = Channel(new_id("C"), name, is_member, is_private)
        self.channels[channel.id] = channel
        return channel

    def find_channel(self, reference: str, *, by_name: bool = False) -> Channel:
        """Return a channel by id, and by name where the method allows it; channel_not_found.

        A private channel does not exist for a bot that is not in it.
        """
        channel = self.channels.get(reference)
        if channel is None and by_name:
            name = reference.removeprefix("#")
            channel = next((one for one in self.channels.values() if one.name == name), None)
        if channel is None or (channel.is_private and not channel.is_member):
            raise SlackError("channel_not_found")
        return channel

    def find_message(self, channel: str, ts: str) -> Message:
        """Return a message; message_not_found."""
        with self.lock:
            if (channel, ts) not in self.messages:
                raise SlackError("message_not_found")
            return self.messages[channel, ts]

    def new_trigger(self, user: str) -> Trigger:
        """Return a fresh trigger_id for something a person did."""
        digits = secrets.randbelow(10**12)
        trigger = Trigger(f"{digits}.{digits // 7}.{secrets.token_hex(16)}", user, self.now())
        with self.lock:
            self.triggers[trigger.id] = trigger
        return trigger

    def render_message(self, message: Message) -> Json:
        """Return the JSON of a message."""
        shown: Json = {"type": "message", "ts": message.ts, "text": message.text, "team": self.team_id}
        if message.bot_id:
            shown |= {"bot_id": message.bot_id, "user": self.bot_user, "app_id": self.app_id}
        else:
            shown |= {"user": message.user}
        if message.blocks:
            shown["blocks"] = message.blocks
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        if message.files:
            shown["files"] = [self.render_file(self.files[file]) for file in message.files]
        if message.metadata:
            shown["metadata"] = message.metadata
        if message.edits:
            shown["edited"] = {"user": self.bot_user, "ts": message.ts}
        return shown

    def render_file(self, file: File) -> Json:
        """Return the JSON of docs.slack.dev/reference/objects/file-object; its bytes need the token."""
        address = f"{self.base_url}/files-pri/{self.team_id}-{file.id}/{file.name}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.mimetype,
            "filetype": file.name.rpartition(".")[2],
            "size": len(file.data or b""),
            "user": file.user,
            "mode": "hosted",
            "is_external": False,
            "url_private": address,
            "url_private_download": f"{address}?download=1",
        }

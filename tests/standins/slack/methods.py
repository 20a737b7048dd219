"""The Web API methods for people, conversations and messages (docs.slack.dev/reference/methods)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.standins.slack.arguments import Arguments
from tests.standins.slack.blocks import ALL_TEXT, check_blocks, name_parts, text_size
from tests.standins.slack.workspace import Channel, Message, SlackError, Workspace
from tests.standins.web import Json

POST_TEXT, UPDATE_TEXT = 40_000, 4_000
PAGE, LARGEST_PAGE = 100, 999


@dataclass
class Methods:
    """Implements methods; `happened` is called with every message posted or changed by the app."""

    workspace: Workspace
    happened: Callable[[Message, str], None]

    def auth_test(self, _given: Arguments) -> Json:
        """auth.test."""
        return {
            "url": "https://example.slack.com/",
            "team": "Example",
            "user": "frontdesk",
            "team_id": self.workspace.team_id,
            "user_id": self.workspace.bot_user,
            "bot_id": self.workspace.bot_id,
            "is_enterprise_install": False,
        }

    def users_info(self, given: Arguments) -> Json:
        """users.info."""
        user = self.workspace.users.get(given.text("user", required=True))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": user.render(self.workspace.team_id, with_email="users:read.email" in self.workspace.scopes)}

    def users_by_email(self, given: Arguments) -> Json:
        """users.lookupByEmail."""
        email = given.text("email", required=True).lower()
        for user in self.workspace.users.values():
            if user.email.lower() == email:
                return {"user": user.render(self.workspace.team_id, with_email=True)}
        raise SlackError("users_not_found")

    def conversations_list(self, given: Arguments) -> Json:
        """conversations.list: pages of `limit`, continued by `cursor`."""
        types = set((given.text("types") or "public_channel").split(","))
        if not types <= {"public_channel", "private_channel", "mpim", "im"}:
            raise SlackError("invalid_types")
        if "private_channel" in types and "groups:read" not in self.workspace.scopes:
            raise SlackError("missing_scope", needed="groups:read", provided=",".join(sorted(self.workspace.scopes)))
        shown = [channel for channel in self.workspace.channels.values() if self._listed(channel, types, given)]
        return self._page("channels", [channel.render() for channel in shown], given)

    @staticmethod
    def _listed(channel: Channel, types: set[str], given: Arguments) -> bool:
        if channel.is_archived and given.flag("exclude_archived"):
            return False
        if channel.is_private:
            return "private_channel" in types and channel.is_member
        return "public_channel" in types

    @staticmethod
    def _page(key: str, everything: list[Json], given: Arguments) -> Json:
        limit = given.number("limit", PAGE)
        if not 1 <= limit <= LARGEST_PAGE:
            raise SlackError("invalid_limit")
        cursor = given.text("cursor")
        try:
            start = int(base64.b64decode(cursor, validate=True).removeprefix(b"next:")) if cursor else 0
        except (binascii.Error, ValueError) as problem:
            raise SlackError("invalid_cursor") from problem
        more = start + limit < len(everything)
        following = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
        return {key: everything[start : start + limit], "response_metadata": {"next_cursor": following}}

    def conversations_info(self, given: Arguments) -> Json:
        """conversations.info."""
        return {"channel": self.workspace.find_channel(given.text("channel", required=True)).render()}

    def conversations_join(self, given: Arguments) -> Json:
        """conversations.join: public channels only."""
        channel = self.workspace.find_channel(given.text("channel", required=True))
        if channel.is_private:
            raise SlackError("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise SlackError("is_archived")
        channel.is_member = True
        return {"channel": channel.render()}

    def conversations_replies(self, given: Arguments) -> Json:
        """conversations.replies: a message and what was said under it."""
        channel = self._postable(given.text("channel", required=True), by_name=False)
        ts = given.text("ts", required=True)
        with self.workspace.lock:
            if (channel.id, ts) not in self.workspace.messages:
                raise SlackError("thread_not_found")
            thread = [one for one in self.workspace.messages.values() if one.channel == channel.id]
            thread = [one for one in thread if ts in {one.ts, one.thread_ts}]
        rendered = [self.workspace.render_message(one) for one in sorted(thread, key=lambda one: one.ts)]
        return self._page("messages", rendered, given)

    def _postable(self, reference: str, *, by_name: bool = True) -> Channel:
        channel = self.workspace.find_channel(reference, by_name=by_name)
        if channel.is_archived:
            raise SlackError("is_archived")
        if not channel.is_member and "chat:write.public" not in self.workspace.scopes:
            raise SlackError("not_in_channel")
        return channel

    def _content(self, given: Arguments) -> tuple[str, list[Any]]:
        blocks = given.structure("blocks", "invalid_blocks_format")
        text = given.text("text")
        if blocks is not None and not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        if not text and not blocks:
            raise SlackError("no_text")
        complaints = check_blocks(blocks or [])
        if complaints:
            raise SlackError("invalid_blocks", errors=complaints, response_metadata={"messages": complaints})
        if text_size(blocks or []) > ALL_TEXT:
            raise SlackError("msg_blocks_too_long")
        name_parts(blocks or [])
        return text, blocks or []

    def post_message(self, given: Arguments) -> Json:
        """chat.postMessage: a longer text than 40,000 characters is cut, as the method's page says."""
        channel = self._postable(given.text("channel", required=True))
        text, blocks = self._content(given)
        thread = given.text("thread_ts")
        if thread and (channel.id, thread) not in self.workspace.messages:
            raise SlackError("thread_not_found")
        message = Message(
            channel.id,
            self.workspace.next_ts(),
            text[:POST_TEXT],
            blocks,
            bot_id=self.workspace.bot_id,
            thread_ts=thread,
            metadata=given.structure("metadata", "invalid_metadata_format"),
        )
        with self.workspace.lock:
            self.workspace.messages[channel.id, message.ts] = message
        self.happened(message, "")
        return {"channel": channel.id, "ts": message.ts, "message": self.workspace.render_message(message)}

    def update(self, given: Arguments) -> Json:
        """chat.update: of the app's own messages; msg_too_long above 4,000 characters."""
        channel = self.workspace.find_channel(given.text("channel", required=True))
        message = self.workspace.find_message(channel.id, given.text("ts", required=True))
        if message.bot_id != self.workspace.bot_id:
            raise SlackError("cant_update_message")
        if channel.is_archived:
            raise SlackError("is_inactive")
        text, blocks = self._content(given)
        if len(text) > UPDATE_TEXT:
            raise SlackError("msg_too_long")
        with self.workspace.lock:
            if text or "text" in given.values:
                message.text = text
            if "blocks" in given.values:
                message.blocks = blocks
            message.edits += 1
        self.happened(message, "message_changed")
        shown = self.workspace.render_message(message)
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}

    def delete(self, given: Arguments) -> Json:
        """chat.delete: of the app's own messages."""
        channel = self.workspace.find_channel(given.text("channel", required=True))
        message = self.workspace.find_message(channel.id, given.text("ts", required=True))
        if message.bot_id != self.workspace.bot_id:
            raise SlackError("cant_delete_message")
        with self.workspace.lock:
            del self.workspace.messages[channel.id, message.ts]
        return {"channel": channel.id, "ts": message.ts}

    def post_ephemeral(self, given: Arguments) -> Json:
        """chat.postEphemeral: seen by one person only."""
        channel = self._postable(given.text("channel", required=True))
        user = given.text("user", required=True)
        if user not in self.workspace.users:
            raise SlackError("user_not_in_channel")
        text, blocks = self._content(given)
        self.workspace.ephemerals.append({"channel": channel.id, "user": user, "text": text, "blocks": blocks})
        return {"message_ts": self.workspace.next_ts()}

    def add_reaction(self, given: Arguments) -> Json:
        """reactions.add."""
        channel = self.workspace.find_channel(given.text("channel", required=True))
        message = self.workspace.find_message(channel.id, given.text("timestamp", required=True))
        name = given.text("name", required=True)
        if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
            raise SlackError("invalid_name")
        who = message.reactions.setdefault(name, set())
        if self.workspace.bot_user in who:
            raise SlackError("already_reacted")
        who.add(self.workspace.bot_user)
        return {}

    def table(self) -> dict[str, tuple[str, Callable[[Arguments], Json]]]:
        """Return method name -> (scope needed, function)."""
        return {
            "auth.test": ("", self.auth_test),
            "users.info": ("users:read", self.users_info),
            "users.lookupByEmail": ("users:read.email", self.users_by_email),
            "conversations.list": ("channels:read", self.conversations_list),
            "conversations.info": ("channels:read", self.conversations_info),
            "conversations.join": ("channels:join", self.conversations_join),
            "conversations.replies": ("channels:history", self.conversations_replies),
            "chat.postMessage": ("chat:write", self.post_message),
            "chat.postEphemeral": ("chat:write", self.post_ephemeral),
            "chat.update": ("chat:write", self.update),
            "chat.delete": ("chat:write", self.delete),
            "reactions.add": ("reactions:write", self.add_reaction),
        }

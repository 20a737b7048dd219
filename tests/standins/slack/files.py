"""Uploading in three steps, and reading files with the token.

From docs.slack.dev/reference/methods/files.getUploadURLExternal and files.completeUploadExternal:
until an upload is completed there is no file, and it can be completed once.
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes

from tests.standins.slack.arguments import Arguments, missing
from tests.standins.slack.workspace import File, Message, SlackError, Workspace, new_id
from tests.standins.web import Answer, Json, Request


@dataclass
class Files:
    """Implements the file methods and the two addresses that are not methods."""

    workspace: Workspace
    happened: Callable[[Message, str], None]
    tickets: dict[str, str] = field(default_factory=dict)

    def get_upload_url(self, given: Arguments) -> Json:
        """files.getUploadURLExternal; a length of 0 counts as missing, as its page says."""
        name = given.text("filename", required=True)
        length = given.number("length", 0)
        if length <= 0:
            raise SlackError("missing_argument")
        file = File(new_id("F"), name, mimetypes.guess_type(name)[0] or "application/octet-stream", length=length)
        ticket = secrets.token_urlsafe(24)
        with self.workspace.lock:
            self.workspace.files[file.id] = file
            self.tickets[ticket] = file.id
        return {"upload_url": f"{self.workspace.base_url}/upload/v1/{ticket}", "file_id": file.id}

    def upload(self, request: Request) -> Answer | None:
        """Take the bytes, raw or as a multipart form; None for another path."""
        if not request.path.startswith("/upload/v1/"):
            return None
        file_id = self.tickets.pop(request.path.rpartition("/")[2], "")
        if request.method != "POST" or not file_id:
            return Answer(404, b"no such upload", "text/plain")
        data = _form_file(request) if request.content_type == "multipart/form-data" else request.body
        self.workspace.files[file_id].data = data
        return Answer(200, f"OK - {len(data)}".encode(), "text/plain")

    def complete(self, given: Arguments) -> Json:
        """files.completeUploadExternal: shares the files in a channel or a thread."""
        wanted = given.structure("files", "invalid_arguments")
        if not isinstance(wanted, list) or not wanted:
            raise missing("files")
        files = [self._uploaded(str(item.get("id", ""))) for item in wanted]
        channels = [given.text("channel_id")] if given.text("channel_id") else []
        channels += [name for name in given.text("channels").split(",") if name]
        found = [self.workspace.find_channel(name) for name in channels]
        if any(not channel.is_member for channel in found):
            raise SlackError("not_in_channel")
        for file, item in zip(files, wanted, strict=True):
            file.completed, file.title, file.user = True, item.get("title") or file.name, self.workspace.bot_user
        for channel in found:
            message = Message(
                channel.id,
                self.workspace.next_ts(),
                given.text("initial_comment"),
                bot_id=self.workspace.bot_id,
                thread_ts=given.text("thread_ts"),
                files=[file.id for file in files],
            )
            self.workspace.messages[channel.id, message.ts] = message
            self.happened(message, "file_share")
        return {"files": [self.workspace.render_file(file) for file in files]}

    def _uploaded(self, file_id: str) -> File:
        file = self.workspace.files.get(file_id)
        if file is None or file.data is None or file.completed:
            raise SlackError("file_not_found")
        return file

    def info(self, given: Arguments) -> Json:
        """files.info."""
        file = self.workspace.files.get(given.text("file", required=True))
        if file is None or not file.completed:
            raise SlackError("file_not_found")
        return {"file": self.workspace.render_file(file)}

    def table(self) -> dict[str, tuple[str, Callable[[Arguments], Json]]]:
        """Return method name -> (scope needed, function)."""
        return {
            "files.getUploadURLExternal": ("files:write", self.get_upload_url),
            "files.completeUploadExternal": ("files:write", self.complete),
            "files.info": ("files:read", self.info),
        }

    def download(self, request: Request) -> Answer | None:
        """Give the bytes to the bearer of the token; anybody else gets the sign-in page with 200."""
        found = re.fullmatch(rf"/files-pri/{self.workspace.team_id}-(?P<id>\w+)/.*", request.path)
        if request.path == "/sign-in":
            return Answer(200, b"<!DOCTYPE html><title>Sign in to Slack</title>", "text/html")
        if not found:
            return None
        may = request.headers.get("authorization") == f"Bearer {self.workspace.bot_token}"
        if not may or "files:read" not in self.workspace.scopes or self.workspace.token_error:
            return Answer(302, headers={"Location": f"{self.workspace.base_url}/sign-in"}, content_type="text/html")
        file = self.workspace.files.get(found["id"])
        if file is None or file.data is None:
            return Answer(404, b"File not found", "text/plain")
        return Answer(200, file.data, file.mimetype)


def _form_file(request: Request) -> bytes:
    head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    for part in message_from_bytes(head + request.body).walk():
        if part.get_filename() is not None:
            return bytes(part.get_payload(decode=True))
    return b""

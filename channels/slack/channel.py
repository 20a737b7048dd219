"""The slack channel, as the registry and the hub see it."""

from __future__ import annotations

import json
from datetime import datetime

from channels.channel import Account, HookRequest, HookResult
from channels.message import (
    Address,
    Attachment,
    Envelope,
    IdentityKind,
    InboundMessage,
    MediaLink,
    OutboundMessage,
    Receipt,
    Trust,
    Unreadable,
)
from channels.slack.events import REPLY, read_event
from channels.slack.hook import verify_call
from channels.slack.media import fetch_file
from channels.slack.outbound import find, open_view, post, refusal, try_out, whisper


class SlackChannel:
    """Operations in a Slack workspace.

    Settings of an account: `bot_token`, `signing_secret`, `signing_secret_previous` (still accepted while it is being
    changed), `team_id` (calls from other workspaces are refused), `channel` (where cards go that name none),
    `api_base` (another server, for tests).
    """

    kind = "slack"

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:
        """Read a thread reply out of an event, as Slack posts it."""
        try:
            body = json.loads(envelope.raw)
        except (ValueError, RecursionError):
            return Unreadable("This is not an event from Slack: it is no JSON.")
        actions = read_event(body) if isinstance(body, dict) else ()
        if not actions or actions[0].name != REPLY:
            return Unreadable("This event from Slack is not a reply in a thread.")
        said = actions[0]
        files = json.loads(said.facts.get("files", "[]"))
        return InboundMessage(
            channel="slack",
            sender=Address(IdentityKind.SLACK, said.actor),
            text=said.text,
            reply_text=said.text,
            trust=Trust.VERIFIED,
            message_id=said.facts["message"],
            in_reply_to=(said.subject,),
            reference_ids=(said.subject,),
            media=tuple(MediaLink(file["url"], file["type"]) for file in files),
            extra={"team": said.facts["team"]},
        )

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Post a card or a text, or change the card that `update_of` (`channel:ts`) names."""
        return post(message, account)

    def refusal(self, message: OutboundMessage, account: Account) -> str:
        """Return why a message can never be posted, as a sentence, or nothing; asks nobody."""
        return refusal(message, account)

    def fetch_media(self, link: MediaLink, account: Account) -> Attachment:
        """Download a file from a thread; raises `Unreachable`."""
        return fetch_file(link, account)

    def verify(self, request: HookRequest, account: Account, *, part: str = "") -> HookResult:
        """Check and read a call to `/hooks/slack`: everything in it comes as actions."""
        return verify_call(request, account, part)

    def open_view(self, account: Account, *, trigger_id: str, view: dict[str, object]) -> Receipt:
        """Open a modal within three seconds of a press."""
        return open_view(account, trigger_id=trigger_id, view=view)

    def whisper(self, account: Account, *, channel: str, user: str, text: str) -> Receipt:
        """Tell one person something in a channel that nobody else sees."""
        return whisper(account, channel=channel, user=user, text=text)

    def try_out(self, account: Account) -> tuple[Receipt, dict[str, str]]:
        """Ask Slack whose token this is; returns the workspace's `team_id` and `team`."""
        return try_out(account)

    def recent(self, account: Account, *, since: datetime) -> list[Envelope]:  # noqa: ARG002
        """Return nothing: what people do in Slack comes as actions, never as envelopes."""
        return []

    def find_sent(
        self,
        message: OutboundMessage,
        account: Account,
        *,
        since: datetime,
        known: frozenset[str] = frozenset(),  # noqa: ARG002  # our own id decides
    ) -> Receipt | None:
        """Look a message up by the outbox id it carries; raises `Unreachable`."""
        return find(message, account, since)

"""Posting and changing cards, whispering to one person, opening a modal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web import SlackResponse

from channels.channel import Account, Unreachable
from channels.message import OutboundMessage, Outcome, Receipt
from channels.slack.api import attempt, connect
from channels.slack.text import MAX_TEXT, escape, escape_within

NOT_CONNECTED = "Slack: it is not connected; connect it under Admin, Slack."
FALLBACK_TEXT = "Frontdesk"  # what a phone's notification says of a card without words
EVENT_TYPE = "frontdesk_outbox"
MAX_BLOCKS = 50
MAX_PAGES = 20


def refusal(message: OutboundMessage, account: Account) -> str:
    """Return why a message must not be posted, as a sentence, or nothing."""
    blocks = (message.card or {}).get("blocks", [])
    fits = isinstance(blocks, list) and len(blocks) <= MAX_BLOCKS
    checks = (
        (channel_of(message, account), "Slack: no channel is chosen; choose one under Admin, Slack."),
        (not message.update_of or _timestamp(message.update_of), "Slack: the card to change is not known."),
        (fits, f"Slack: the card must be a list of at most {MAX_BLOCKS} blocks."),
        (blocks or escape(message.text).strip(), "Slack: the text is empty: write something first."),
        (not message.attachments, "Slack: files are not posted there; link to the task instead."),
    )
    return next((reason for holds, reason in checks if not holds), "")


def channel_of(message: OutboundMessage, account: Account) -> str:
    """Return the channel a message goes to: its card's, the changed card's, the thread's, the recipient's, ours."""
    named = (message.card or {}).get("channel")
    known = next((ref.partition(":")[0] for ref in (message.update_of, message.in_reply_to) if ":" in ref), "")
    recipient = message.recipients[0].value if message.recipients else ""
    return known or (named if isinstance(named, str) else "") or recipient or account.settings.get("channel", "")


def post(message: OutboundMessage, account: Account) -> Receipt:
    """Post a message, or change the one it updates; the provider id is `channel:ts`.

    https://docs.slack.dev/reference/methods/chat.postMessage, chat.update
    """
    connected = account.settings.get("bot_token", "")
    reason = refusal(message, account) or ("" if connected else NOT_CONNECTED)
    if reason:
        return Receipt(Outcome.FAILED, error=reason)
    client, fields = connect(account), _fields(message, account)
    if message.update_of:
        ts = _timestamp(message.update_of)
        answer, receipt = attempt(lambda: client.chat_update(ts=ts, **fields))
        if receipt.outcome is Outcome.UNKNOWN:  # a change can be made twice without harm
            receipt = Receipt(Outcome.RETRY, error=receipt.error)
    else:
        answer, receipt = attempt(lambda: client.chat_postMessage(unfurl_links=False, unfurl_media=False, **fields))
    return _name(answer, receipt, fields["channel"])


def find(message: OutboundMessage, account: Account, since: datetime) -> Receipt | None:
    """Look a message up by the outbox id in its metadata; raises `Unreachable`.

    https://docs.slack.dev/reference/methods/conversations.history, conversations.replies
    """
    client, channel = connect(account), channel_of(message, account)
    thread = _timestamp(message.in_reply_to)
    oldest = f"{(since - timedelta(minutes=5)).timestamp():.6f}"  # clocks differ
    cursor = ""
    for _ in range(MAX_PAGES):
        page: dict[str, Any] = {"channel": channel, "oldest": oldest, "limit": 200, "include_all_metadata": True}
        page |= {"cursor": cursor} if cursor else {}
        answer, receipt = attempt(
            (lambda page=page: client.conversations_replies(ts=thread, **page))  # type: ignore[misc]
            if thread
            else (lambda page=page: client.conversations_history(**page))  # type: ignore[misc]
        )
        if answer is None:
            raise Unreachable(receipt.error)
        found = next((row for row in _rows(answer) if _outbox_id(row) == str(message.id)), None)
        if found:
            return Receipt(Outcome.ACCEPTED, provider_id=f"{channel}:{found.get('ts', '')}")
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return None
    return None


def whisper(account: Account, *, channel: str, user: str, text: str) -> Receipt:
    """Tell one person something in a channel that nobody else sees (`chat.postEphemeral`)."""
    client, words = connect(account), escape_within(text, MAX_TEXT)
    return attempt(lambda: client.chat_postEphemeral(channel=channel, user=user, text=words))[1]


def try_out(account: Account) -> tuple[Receipt, dict[str, str]]:
    """Ask whose token this is (`auth.test`); returns the workspace's `team_id` and `team`."""
    if not account.settings.get("bot_token", ""):
        return Receipt(Outcome.FAILED, error=NOT_CONNECTED), {}
    client = connect(account)
    answer, receipt = attempt(client.auth_test)
    found = {name: str(answer.get(name) or "") for name in ("team_id", "team")} if answer is not None else {}
    return receipt, found


def open_view(account: Account, *, trigger_id: str, view: dict[str, object]) -> Receipt:
    """Open a modal within 3 seconds of a press (`views.open`); `view` as from `channels.slack.card`."""
    client = connect(account)
    return attempt(lambda: client.views_open(trigger_id=trigger_id, view=view))[1]


def _fields(message: OutboundMessage, account: Account) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "channel": channel_of(message, account),
        "text": escape_within(message.text, MAX_TEXT).strip() or FALLBACK_TEXT,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": str(message.id)}},
    }
    blocks = (message.card or {}).get("blocks")
    if blocks:
        fields["blocks"] = blocks
    thread = _timestamp(message.in_reply_to)
    if thread and not message.update_of:
        fields["thread_ts"] = thread
    return fields


def _name(answer: SlackResponse | None, receipt: Receipt, channel: str) -> Receipt:
    if answer is None:
        return receipt
    ts = answer.get("ts")
    if not isinstance(ts, str) or not ts:
        return Receipt(Outcome.UNKNOWN, error="Slack's answer had no timestamp.")
    return Receipt(Outcome.ACCEPTED, provider_id=f"{answer.get('channel') or channel}:{ts}")


def _timestamp(reference: str) -> str:
    return reference.partition(":")[2]


def _rows(answer: SlackResponse) -> list[dict[str, Any]]:
    rows = answer.get("messages")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _outbox_id(row: dict[str, Any]) -> str:
    metadata = row.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return str(payload.get("outbox_id", "")) if isinstance(payload, dict) else ""

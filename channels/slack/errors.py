"""Slack's error codes: what each means for a card, in words for the people who wait for it."""

from __future__ import annotations

import re

from channels.message import Outcome

# https://docs.slack.dev/reference/methods/chat.postMessage#errors; a code that is missing here is final.
_FAILURES = {
    "Slack: the channel does not exist or is hidden from our app: choose another under Admin, Slack.": (
        "channel_not_found",
        "no_channel",
        "channel_type_not_supported",
    ),
    "Slack: our app is not in the channel: invite it there with /invite.": ("not_in_channel",),
    "Slack: the channel is archived: choose another under Admin, Slack.": ("is_archived",),
    "Slack: our app was removed or its token withdrawn: connect Slack again under Admin, Slack.": (
        "token_revoked",
        "token_expired",
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "org_login_required",
        "ekm_access_denied",
        "team_access_not_granted",
    ),
    "Slack: our app may not do this: install it again with the permissions it asks for.": (
        "missing_scope",
        "no_permission",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "not_allowed_token_type",
        "access_denied",
    ),
    "Slack: the text is too long: shorten it.": ("msg_too_long", "msg_blocks_too_long", "too_many_attachments"),
    "Slack: the text is empty: write something first.": ("no_text",),
    "Slack: the card was deleted there: it is posted again with the next change.": ("message_not_found",),
    "Slack: the card can no longer be changed there.": (
        "cant_update_message",
        "edit_window_closed",
        "update_failed",
    ),
    "Slack: the thread was deleted there.": ("thread_not_found", "cannot_reply_to_message"),
    "Slack: the person is not in this workspace or channel.": ("user_not_in_channel", "user_not_found"),
    "Slack: the button was pressed too long ago: press it again.": ("expired_trigger_id", "exchanged_trigger_id"),
}
_SENTENCES = {code: sentence for sentence, codes in _FAILURES.items() for code in codes}
_OUTCOMES = dict.fromkeys(
    ("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org", "request_timeout"), Outcome.RETRY
) | dict.fromkeys(("internal_error", "fatal_error", "service_unavailable"), Outcome.UNKNOWN)
_CODE = re.compile(r"[a-z0-9_]{1,80}")


def outcome_of(http_status: int, code: str) -> Outcome:
    """Tell what an error answer means; a failure inside Slack leaves it open whether the message was posted."""
    if http_status == 429:
        return Outcome.RETRY
    if http_status >= 500 or not _CODE.fullmatch(code):
        return Outcome.UNKNOWN
    return _OUTCOMES.get(code, Outcome.FAILED)


def explain(code: str) -> str:
    """Return a sentence for an error code."""
    return f"{_SENTENCES.get(code, 'Slack refused the message.')} ({code})"

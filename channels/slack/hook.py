"""Checking and reading the calls that Slack makes to us."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import Clock, SignatureVerifier

from channels.channel import Account, Forged, HookRequest, HookResult, Malformed
from channels.slack.events import branch, read_event, read_interaction, word

MAX_BODY = 1_000_000
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def verify_call(request: HookRequest, account: Account, part: str) -> HookResult:
    """Check the signature (raw body, at most 300 seconds old) and read the call; raises `Forged` or `Malformed`.

    A retry (`X-Slack-Retry-Num`) or a replay has the same event keys as the first call.
    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    if part:
        raise Malformed("This address does not exist: Slack calls /hooks/slack.")
    if len(request.body) > MAX_BODY:
        raise Malformed("This call is longer than 1 MB.")
    is_json = request.body.lstrip()[:1] == b"{"
    form = {} if is_json else parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    if form.get("ssl_check") == ["1"]:
        return HookResult()  # Slack looks at our certificate; nothing is asked and nothing is done
    if not _is_signed(request, account):
        raise Forged("The signature of this call does not match, or it is older than five minutes.", status=401)
    if is_json:
        return _read_event_call(_read_json(request.body), account)
    payload = form.get("payload", [""])[0]
    if not payload:
        raise Malformed("payload: it is missing; Slack puts the interaction there.")
    return _read_interaction_call(_read_json(payload), account)


def _read_event_call(body: Mapping[str, Any], account: Account) -> HookResult:
    if body.get("type") == "url_verification":
        return HookResult(body=word(body, "challenge"))
    _check_team(word(body, "team_id"), account)
    return HookResult(actions=read_event(body))


def _read_interaction_call(payload: Mapping[str, Any], account: Account) -> HookResult:
    _check_team(word(branch(payload, "team"), "id"), account)
    return HookResult(actions=read_interaction(payload))


def _read_json(text: str | bytes) -> Mapping[str, Any]:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("This call is not the JSON that Slack sends.") from error
    if not isinstance(tree, dict):
        raise Malformed("This call is not the JSON object that Slack sends.")
    return tree


def _check_team(team: str, account: Account) -> None:
    ours = account.settings.get("team_id", "")
    if ours and team != ours:
        raise Forged("This call comes from another Slack workspace.")


def _is_signed(request: HookRequest, account: Account) -> bool:
    """Accept either signing secret, so that one can be changed without losing a press."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not signature.isascii():
        return False
    secrets = (account.settings.get("signing_secret", ""), account.settings.get("signing_secret_previous", ""))
    clock = _ReceiptClock(request.received_at)
    try:
        return any(
            SignatureVerifier(secret, clock).is_valid(request.body, timestamp, signature)
            for secret in secrets
            if secret.strip()
        )
    except UnicodeDecodeError:
        return False


class _ReceiptClock(Clock):
    """Tells the moment the call came in."""

    def __init__(self, received_at: datetime) -> None:
        self._seconds = received_at.timestamp()

    def now(self) -> float:
        """Return seconds since 1970."""
        return self._seconds

"""The road to Slack's Web API: the SDK's client with our limits, and its failures as receipts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from channels.channel import Account
from channels.message import Outcome, Receipt
from channels.slack.errors import explain, outcome_of

PUBLIC_API = "https://slack.com/api/"
TIMEOUT_SECONDS = 15
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, LookupError, RecursionError)

_log = logging.getLogger(__name__)
_log.setLevel(logging.CRITICAL)  # the SDK logs what it sends; the receipt says all that is needed


def connect(account: Account) -> WebClient:
    """Return the SDK's client for an account. It repeats nothing by itself: the outbox does, and knows what it does."""
    return WebClient(
        token=account.settings.get("bot_token", ""),
        base_url=api_base(account),
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[],
        logger=_log,
    )


def api_base(account: Account) -> str:
    """Return the API's address; one without a path gets Slack's own."""
    base = account.settings.get("api_base", "") or PUBLIC_API
    return base if urlsplit(base).path.strip("/") else base.rstrip("/") + "/api/"


def attempt(call: Callable[[], SlackResponse]) -> tuple[SlackResponse | None, Receipt]:
    """Make one call; never raises for what Slack or the network does.

    Returns the answer with an ACCEPTED receipt, or None with the receipt of the failure.
    """
    try:
        return call(), Receipt(Outcome.ACCEPTED)
    except SlackApiError as error:
        return None, _read_error(error)
    except URLError:  # raised while connecting or before the request was out
        return None, Receipt(Outcome.RETRY, error="Slack could not be reached.")
    except (OSError, HTTPException):
        return None, Receipt(Outcome.UNKNOWN, error="Slack did not answer in time.")
    except (SlackClientError, *_UNREADABLE):
        return None, Receipt(Outcome.UNKNOWN, error="Slack's answer could not be read.")


def _read_error(error: SlackApiError) -> Receipt:
    status = error.response.status_code
    body = error.response.data if isinstance(error.response.data, dict) else {}
    code = str(body.get("error", ""))
    outcome = outcome_of(status, code)
    if outcome is Outcome.RETRY:
        return Receipt(outcome, error="Slack asks us to slow down.", retry_after=_retry_after(error.response.headers))
    if outcome is Outcome.UNKNOWN:
        return Receipt(outcome, error=f"Slack failed ({status}).")
    return Receipt(outcome, error=explain(code))


def _retry_after(headers: dict[str, object]) -> float | None:
    for name, value in headers.items():
        text = str(value).strip()
        if name.lower() == "retry-after" and text.isascii() and text.isdigit():
            return min(float(text[:9]), 3600.0)
    return None

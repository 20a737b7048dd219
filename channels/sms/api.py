"""The road to Twilio's REST API: the SDK's client over an HTTP client of our own."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from channels.channel import Account
from channels.message import Outcome

PUBLIC_API = "https://api.twilio.com"
MAX_ANSWER = 5_000_000
# What a readable answer in an unexpected shape makes the SDK raise.
UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0


class CallError(Exception):
    """Raised when a call to Twilio brought no readable answer; `outcome` says what that means for what was sent.

    RETRY: nothing was handed over. UNKNOWN: it may have been taken. FAILED: it can never be handed over like this.
    `retry_after` is in seconds, where Twilio named them.
    """

    def __init__(self, outcome: Outcome, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.retry_after = retry_after


class BoundedHttpClient(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """Sends the SDK's requests to the API in force, each on a connection of its own, with time and size limits.

    A kept-alive connection that dies under a request leaves it open whether the text was taken, hence none is kept.
    Nothing is logged: URLs and parameters hold telephone numbers.
    """

    def __init__(self, base: str = PUBLIC_API, read_seconds: float = READ_SECONDS) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False, timeout=read_seconds)
        self._base = base
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds)
        )

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002  # ours is set above
        allow_redirects: bool = False,  # noqa: ARG002  # never followed with credentials
    ) -> Response:
        """Send one request; raises `CallError`."""
        address = self._rebase(url)
        if params:
            address += ("&" if "?" in address else "?") + urlencode(params, doseq=True)
        sent = {**(headers or {}), "Connection": "close"}
        if auth:
            sent["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode("ascii")
        body = urlencode(data, doseq=True) if data else None
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        return self._exchange(method, address, body, sent)

    def _exchange(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Response:
        try:
            answer = self._pool.request(
                method, address, body=body, headers=headers, preload_content=False, redirect=False
            )
            try:
                content = answer.read(MAX_ANSWER + 1, decode_content=True)
            finally:
                answer.close()
        except (NewConnectionError, ConnectTimeoutError) as error:
            raise CallError(Outcome.RETRY, "Twilio could not be reached.") from error
        except HTTPError as error:
            raise CallError(Outcome.UNKNOWN, "Twilio did not answer in time.") from error
        if len(content) > MAX_ANSWER:
            raise CallError(Outcome.UNKNOWN, "Twilio's answer was too long.")
        if answer.status == 429:
            pause = read_retry_after(answer.headers.get("Retry-After", ""))
            raise CallError(Outcome.RETRY, "Twilio asks us to slow down.", pause)
        return Response(answer.status, content.decode("utf-8", "replace"), answer.headers)

    def _rebase(self, url: str) -> str:
        return self._base + url.removeprefix(PUBLIC_API) if url.startswith(PUBLIC_API + "/") else url


def connect(account: Account) -> Any:
    """Return the SDK's client for an account; raises `CallError`."""
    sid, token = account.settings.get("account_sid", ""), account.settings.get("auth_token", "")
    if not sid or not token:
        reason = "Twilio's account SID or auth token is missing: enter both under Admin, Channels."
        raise CallError(Outcome.FAILED, reason)
    return Client(sid, token, http_client=BoundedHttpClient(api_base(account)))


def api_base(account: Account) -> str:
    """Return the API's address, without a slash at its end."""
    return (account.settings.get("api_base", "") or PUBLIC_API).rstrip("/")


def read_retry_after(text: str) -> float | None:
    """Return a Retry-After header's seconds, at most an hour; dates and nonsense give None (RFC 9110 10.2.3)."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return min(float(digits[:9]), 3600.0)

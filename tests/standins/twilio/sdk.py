"""The real Twilio SDK, pointed at a stand-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client


class RedirectedHttpClient(TwilioHttpClient):
    """Sends what is meant for api.twilio.com to another base address."""

    def __init__(self, base_url: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **settings: Any) -> Response:
        """Make the request at the other address."""
        parts = urlsplit(url)
        target = self._base_url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().request(method, target, *args, **settings)

    def close(self) -> None:
        """Close pooled connections."""
        if self.session is not None:
            self.session.close()


def client(base_url: str, account_sid: str, auth_token: str, timeout: float = 5.0) -> Client:
    """Return the SDK's client for a stand-in; time-outs in seconds."""
    return Client(account_sid, auth_token, http_client=RedirectedHttpClient(base_url, timeout=timeout))

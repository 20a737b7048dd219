"""Slack's requests to the app: signed, three seconds to answer, events told up to four times.

From docs.slack.dev/authentication/verifying-requests-from-slack, docs.slack.dev/apis/events-api
(error handling: retried at once, after a minute and after five) and
docs.slack.dev/interactivity/handling-user-interaction (interactions are not retried).
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tests.standins.web import Json

RETRY_DELAYS = (0.0, 60.0, 300.0)
REDIRECTS = 2


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return X-Slack-Signature: `v0=` and HMAC-SHA256 of `v0:timestamp:body`."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """One request and its answer; `problem` is a word of x-slack-retry-reason, "" when all is well."""

    url: str
    body: bytes
    headers: dict[str, str]
    status: int | None
    answer: str
    content_type: str
    seconds: float
    problem: str
    no_retry: bool = False

    @property
    def json(self) -> Any:
        """Return the answer's JSON, None when there is none."""
        return json.loads(self.answer) if self.answer.strip() and self.content_type == "application/json" else None


@dataclass
class Courier:
    """Posts to the app and keeps a record; `ack_seconds` is how long the app may take."""

    secret: str
    ack_seconds: float = 3.0
    retry_delays: tuple[float, ...] = RETRY_DELAYS
    routes: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], float] = time.time
    lock: threading.Lock = field(default_factory=threading.Lock)

    def interact(self, url: str, payload: Json, *, age: float = 0.0, secret: str = "") -> Delivery:
        """Send an interaction once, as a form with one field `payload`."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return self._send(url, body, "application/x-www-form-urlencoded", {}, age, secret)

    def tell(self, url: str, event: Json, *, age: float = 0.0, secret: str = "") -> list[Delivery]:
        """Send an event, and again while it fails; each attempt is signed anew."""
        body = json.dumps(event).encode()
        attempts = [self._send(url, body, "application/json", {}, age, secret)]
        for number, delay in enumerate(self.retry_delays, start=1):
            last = attempts[-1]
            if not last.problem or (last.no_retry and last.problem == "http_error") or self.stopping.wait(delay):
                break
            headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": last.problem}
            attempts.append(self._send(url, body, "application/json", headers, age, secret))
        return attempts

    def replay(self, delivery: Delivery) -> Delivery:
        """Send the very same bytes and headers again, as a thief of a request would."""
        return self._exchange(delivery.url, delivery.body, delivery.headers)

    def _send(
        self, url: str, body: bytes, content_type: str, more: dict[str, str], age: float, secret: str
    ) -> Delivery:
        timestamp = str(int(self.now() - age))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "*/*",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(secret or self.secret, timestamp, body),
            **more,
        }
        return self._exchange(url, body, headers)

    def _exchange(self, url: str, body: bytes, headers: dict[str, str]) -> Delivery:
        began = time.monotonic()
        target, outcome = url, Outcome(problem="too_many_redirects")
        for _ in range(REDIRECTS + 1):
            outcome = self._once(target, body, headers, began)
            if not outcome.location:
                break
            target, outcome = urljoin(target, outcome.location), Outcome(problem="too_many_redirects")
        seconds = time.monotonic() - began
        delivery = Delivery(
            url,
            body,
            headers,
            outcome.status,
            outcome.text,
            outcome.content_type,
            seconds,
            outcome.problem,
            outcome.no_retry,
        )
        with self.lock:
            self.deliveries.append(delivery)
        return delivery

    def _once(self, url: str, body: bytes, headers: dict[str, str], began: float) -> Outcome:
        public = urlsplit(url)
        actual = urlsplit(self.routes.get(f"{public.scheme}://{public.netloc}", url))
        kind = http.client.HTTPSConnection if actual.scheme == "https" else http.client.HTTPConnection
        left = max(self.ack_seconds - (time.monotonic() - began), 0.001)
        connection = kind(actual.hostname or "", actual.port, timeout=left)
        try:
            connection.connect()
            target = (public.path or "/") + (f"?{public.query}" if public.query else "")
            connection.request("POST", target, body, {**headers, "Host": public.netloc})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except TimeoutError:
            return Outcome(problem="http_timeout")
        except ssl.SSLError:
            return Outcome(problem="ssl_error")
        except (OSError, http.client.HTTPException):
            return Outcome(problem="connection_failed")
        finally:
            connection.close()
        # A trickle of bytes keeps a socket's own time-out from firing: the clock decides.
        late = time.monotonic() - began > self.ack_seconds
        failed = "http_timeout" if late else "" if 200 <= response.status < 300 else "http_error"
        location = response.headers.get("Location", "") if 300 <= response.status < 400 else ""
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        return Outcome(response.status, text, response.headers.get_content_type(), failed, location, no_retry)


@dataclass(frozen=True)
class Outcome:
    """What one HTTP request came to."""

    status: int | None = None
    text: str = ""
    content_type: str = ""
    problem: str = ""
    location: str = ""
    no_retry: bool = False

"""Twilio's requests to the application: signed, form-encoded, and seldom repeated.

Written from docs/usage/security (the signature), docs/usage/webhooks/webhooks-connection-overrides
(time-outs, and that only a failed connection is tried again unless the URL asks for more) and
docs/messaging/guides/webhook-request.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import secrets
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from tests.standins.web import Json

Params = dict[str, str]


def sign(auth_token: str, url: str, params: Params) -> str:
    """Return X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted parameters, in base64."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@dataclass(frozen=True)
class Delivery:
    """One request to the application and what came back; `status` is None when nothing did."""

    url: str
    params: Params
    headers: dict[str, str]
    status: int | None
    content_type: str = ""
    body: str = ""
    error: str = ""
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Tell whether the application answered 2xx."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Overrides:
    """The fragment of a webhook URL, e.g. `#rc=2&rp=5xx,rt`; times in seconds."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    connect_timeout: float = 5.0
    read_timeout: float = 15.0

    @classmethod
    def of(cls, url: str, read_timeout: float) -> Overrides:
        """Read the overrides of a URL; what it leaves out has the documented default."""
        pairs = dict(parse_qsl(urlsplit(url).fragment))
        return cls(
            retries=min(int(pairs.get("rc", 1)), 5),
            policy=frozenset(pairs.get("rp", "ct").split(",")),
            connect_timeout=int(pairs.get("ct", 5000)) / 1000,
            read_timeout=int(pairs["rt"]) / 1000 if "rt" in pairs else read_timeout,
        )

    def again(self, delivery: Delivery) -> bool:
        """Tell whether a failed delivery is of a kind that is tried again."""
        if "all" in self.policy and not delivery.accepted:
            return True
        if delivery.status is None:
            return delivery.error in self.policy
        return f"{delivery.status // 100}xx" in self.policy


@dataclass
class Caller:
    """Makes the requests and keeps a record of all of them.

    `routes` maps a public origin to the one really listening, as a TLS proxy in front of the
    application does: the signature is made for the public URL.
    """

    auth_token: str
    read_timeout: float = 15.0
    routes: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, url: str, params: Params) -> Delivery:
        """Send one event and return the last delivery; all attempts carry one idempotency token."""
        overrides = Overrides.of(url, self.read_timeout)
        target = urldefrag(url).url
        headers = {
            "X-Twilio-Signature": sign(self.auth_token, target, params),
            "I-Twilio-Idempotency-Token": secrets.token_hex(18),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        delivery = self._once(target, params, headers, overrides)
        for _ in range(overrides.retries):
            if not overrides.again(delivery):
                break
            delivery = self._once(target, params, headers, overrides)
        return delivery

    def fetch(self, url: str) -> tuple[str, bytes] | None:
        """Get the media at a public URL; return (content type, bytes), None unless it is 200."""
        public = urlsplit(url)
        connection = self._connection(url, self.read_timeout)
        try:
            target = (public.path or "/") + (f"?{public.query}" if public.query else "")
            connection.request("GET", target, headers={"Host": public.netloc, "User-Agent": "TwilioProxy/1.1"})
            response = connection.getresponse()
            data = response.read()
            return (response.headers.get_content_type(), data) if response.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _connection(self, url: str, timeout: float) -> http.client.HTTPConnection:
        public = urlsplit(url)
        actual = urlsplit(self.routes.get(f"{public.scheme}://{public.netloc}", url))
        kind = http.client.HTTPSConnection if actual.scheme == "https" else http.client.HTTPConnection
        return kind(actual.hostname or "", actual.port, timeout=timeout)

    def _once(self, url: str, params: Params, headers: dict[str, str], overrides: Overrides) -> Delivery:
        began = time.monotonic()
        outcome = self._exchange(url, params, headers, overrides)
        delivery = Delivery(url, params, headers, seconds=time.monotonic() - began, **outcome)
        with self.lock:
            self.deliveries.append(delivery)
        return delivery

    def _exchange(self, url: str, params: Params, headers: dict[str, str], overrides: Overrides) -> Json:
        public = urlsplit(url)
        connection = self._connection(url, overrides.connect_timeout)
        try:
            connection.connect()
        except OSError:
            connection.close()
            return {"status": None, "error": "ct"}
        try:
            connection.sock.settimeout(overrides.read_timeout)
            target = public.path + (f"?{public.query}" if public.query else "")
            sent = {**headers, "Host": public.netloc}
            if f"{public.scheme}://{public.netloc}" in self.routes:
                sent["X-Forwarded-Proto"] = public.scheme
            connection.request("POST", target or "/", urlencode(params), sent)
            response = connection.getresponse()
            body = response.read().decode("utf-8", "replace")
            return {"status": response.status, "content_type": response.headers.get_content_type(), "body": body}
        except (OSError, http.client.HTTPException):
            return {"status": None, "error": "rt"}
        finally:
            connection.close()

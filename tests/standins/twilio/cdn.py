"""Where the bytes of media lie: another host, short-lived signed addresses, no credentials."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.standins.twilio.account import Account, Media
from tests.standins.web import Answer, Request, WebServer

LIFETIME = 4 * 3600


@dataclass
class MediaStore:
    """Serves media at addresses good for four hours (support page on protecting media access).

    `credentials_seen` lists paths that were asked for with an Authorization header: the account's
    secrets were given to a host that has no business with them.
    """

    account: Account
    port: int = 0
    needs_authentication: bool = True
    credentials_seen: list[str] = field(default_factory=list)
    _server: WebServer = field(init=False)

    def __post_init__(self) -> None:
        self._server = WebServer(self._answer, self.port)

    def start(self) -> None:
        """Listen."""
        self._server.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()

    def address(self, media: Media, lifetime: float = LIFETIME) -> str:
        """Return an address of the media that works for `lifetime` seconds."""
        until = int(time.time() + lifetime)
        # Named by host name: not the origin of the API, so a careful client drops its credentials.
        return (
            f"http://localhost:{self._server.port}/{media.sid}?Expires={until}&Signature={self._sign(media.sid, until)}"
        )

    def _sign(self, sid: str, until: int) -> str:
        return hmac.new(self.account.auth_token.encode(), f"{sid}{until}".encode(), hashlib.sha256).hexdigest()

    def _answer(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            self.credentials_seen.append(request.path)
        sid, given = request.path.strip("/"), dict(request.query)
        until = int(given.get("Expires", "0"))
        if not hmac.compare_digest(given.get("Signature", ""), self._sign(sid, until)) or until < time.time():
            return Answer(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
        with self.account.lock:
            for message in self.account.messages.values():
                for media in message.media:
                    if media.sid == sid:
                        name = quote(media.sid)
                        return Answer(
                            200, media.data, media.content_type, {"Content-Disposition": f'inline; filename="{name}"'}
                        )
        return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")

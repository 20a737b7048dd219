"""The REST API: Messages, Media and Calls of version 2010-04-01."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from tests.standins.twilio.account import Account, Media, Message, new_sid, render_call, render_media, render_message
from tests.standins.twilio.calls import Calls
from tests.standins.twilio.cdn import MediaStore
from tests.standins.twilio.errors import TwilioError, not_found
from tests.standins.twilio.lifecycle import FINAL, Lifecycle
from tests.standins.twilio.rules import check_message, segments
from tests.standins.web import Answer, Json, Request, json_answer

DEFAULT_PAGE, LARGEST_PAGE = 50, 1000
FILTERS = {"To", "From", "DateSent", "DateSent<", "DateSent>"}


@dataclass
class Api:
    """Answers API requests of one account."""

    account: Account
    lifecycle: Lifecycle
    calls: Calls
    media: MediaStore
    created: list[Message] = field(default_factory=list)

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request; an error is the JSON of that error."""
        try:
            self._authenticate(request)
            return self._route(request)
        except TwilioError as error:
            return error.answer()

    def _authenticate(self, request: Request) -> None:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            given = ""
        if scheme.lower() != "basic" or not given:
            raise TwilioError(20003, "Authenticate", 401)
        if given.partition(":")[0] != self.account.sid:
            raise TwilioError(20003, "Authentication Error - invalid username", 401)
        if given != f"{self.account.sid}:{self.account.auth_token}":
            raise TwilioError(20003, "Authenticate", 401)

    def _route(self, request: Request) -> Answer:
        routes: list[tuple[str, dict[str, Callable[..., Answer]]]] = [
            (r"/Messages\.json", {"POST": self._create_message, "GET": self._list_messages}),
            (r"/Messages/(?P<sid>\w+)\.json", {"GET": self._read, "POST": self._update, "DELETE": self._delete}),
            (r"/Messages/(?P<sid>\w+)/Media\.json", {"GET": self._list_media}),
            (
                r"/Messages/(?P<sid>\w+)/Media/(?P<media>\w+)\.json",
                {"GET": self._read_media, "DELETE": self._delete_media},
            ),
            (r"/Calls\.json", {"POST": self._create_call}),
            (r"/Calls/(?P<sid>\w+)\.json", {"GET": self._read_call}),
        ]
        for pattern, methods in routes:
            found = re.fullmatch(re.escape(self.account.root) + pattern, request.path)
            if found and request.method in methods:
                return methods[request.method](request, **found.groupdict())
            if found:
                raise TwilioError(20004, "Method not allowed", 405)
        raise not_found(request.path)

    def _create_message(self, request: Request) -> Answer:
        wanted = check_message(self.account, request.form)
        message = Message(
            sid=new_sid("MM" if wanted.media_urls else "SM"),
            direction="outbound-api",
            sender=wanted.sender,
            recipient=wanted.recipient,
            body=wanted.body,
            status="queued",
            created_at=self.account.now(),
            num_segments=segments(wanted.body),
            status_callback=wanted.status_callback,
            media_urls=list(wanted.media_urls),
        )
        self.account.add(message)
        with self.account.lock:
            self.created.append(message)
        rendered = render_message(self.account, message)
        self.lifecycle.begin(message)
        return json_answer(rendered, 201)

    def _list_messages(self, request: Request) -> Answer:
        with self.account.lock:
            kept = [message for message in self.account.messages.values() if _matches(message, request.query)]
        newest_first = sorted(kept, key=lambda message: message.sent_at or message.created_at, reverse=True)
        rendered = [render_message(self.account, message) for message in newest_first]
        return json_answer(_page(request, "messages", rendered))

    def _read(self, _request: Request, sid: str) -> Answer:
        return json_answer(render_message(self.account, self.account.message(sid)))

    def _update(self, request: Request, sid: str) -> Answer:
        message = self.account.message(sid)
        fields = dict(request.form)
        if fields.get("Status") == "canceled":
            if message.status in FINAL | {"sent", "sending"}:
                raise TwilioError(30409, "Message cannot be canceled", 409)
            self.lifecycle.move(message, "canceled")
        if fields.get("Body") == "":
            if message.status not in FINAL | {"received", "sent"}:
                raise TwilioError(20009, "Cannot delete this resource before it is finished", 409)
            message.body = ""
        return json_answer(render_message(self.account, message))

    def _delete(self, _request: Request, sid: str) -> Answer:
        message = self.account.message(sid)
        if message.status not in FINAL | {"received", "sent"}:
            raise TwilioError(20009, "Cannot delete this resource before it is finished", 409)
        with self.account.lock:
            del self.account.messages[sid]
        return Answer(204)

    def _list_media(self, request: Request, sid: str) -> Answer:
        message = self.account.message(sid)
        rendered = [render_media(self.account, message, media) for media in message.media]
        return json_answer(_page(request, "media_list", rendered))

    def _read_media(self, request: Request, sid: str, media: str) -> Answer:
        message = self.account.message(sid)
        return json_answer(render_media(self.account, message, self._media(request, message, media)))

    def _delete_media(self, request: Request, sid: str, media: str) -> Answer:
        message = self.account.message(sid)
        message.media.remove(self._media(request, message, media))
        return Answer(204)

    def _media(self, request: Request, message: Message, sid: str) -> Media:
        for media in message.media:
            if media.sid == sid:
                return media
        raise not_found(request.path)

    def redirect_to_media(self, request: Request) -> Answer | None:
        """Answer a request for the bytes of a media; None when the path is not that of one.

        A 307 to a short-lived address on another host, after basic authentication where the account
        demands it (support page on protecting media access).
        """
        found = re.fullmatch(
            re.escape(self.account.root) + r"/Messages/(?P<sid>\w+)/Media/(?P<media>ME\w+)", request.path
        )
        if not found or request.method not in {"GET", "HEAD"}:
            return None
        try:
            if self.media.needs_authentication:
                self._authenticate(request)
            media = self._media(request, self.account.message(found["sid"]), found["media"])
        except TwilioError as error:
            return error.answer()
        return Answer(307, headers={"Location": self.media.address(media)}, content_type="text/plain")

    def _create_call(self, request: Request) -> Answer:
        return json_answer(render_call(self.account, self.calls.create(request.form)), 201)

    def _read_call(self, _request: Request, sid: str) -> Answer:
        return json_answer(render_call(self.account, self.calls.find(sid)))


def _matches(message: Message, query: list[tuple[str, str]]) -> bool:
    for name, value in query:
        if name == "To" and message.recipient != value:
            return False
        if name == "From" and message.sender != value:
            return False
        if name.startswith("DateSent") and not _sent_on(message, name, value):
            return False
    return True


def _sent_on(message: Message, name: str, value: str) -> bool:
    """Compare by GMT date; limits that have a time, by the second."""
    if message.sent_at is None:
        return False
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise TwilioError(20001, f"Invalid {name}: {value}") from error
    sent = message.sent_at.astimezone(UTC).replace(microsecond=0)
    wanted = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if name == "DateSent":
        return sent.date() == wanted.date()
    by_day = len(value) == len("2026-03-09")
    if name == "DateSent<":
        return sent.date() <= wanted.date() if by_day else sent <= wanted
    return sent.date() >= wanted.date() if by_day else sent >= wanted


def _page(request: Request, key: str, everything: list[Json]) -> Json:
    """Return one page; `PageToken` is the sid before it, so that new messages move no page."""
    given = dict(parse_qsl(request.target.partition("?")[2]))
    try:
        size, number = int(given.get("PageSize", DEFAULT_PAGE)), int(given.get("Page", 0))
    except ValueError as error:
        raise TwilioError(20001, "PageSize and Page must be integers") from error
    if not 1 <= size <= LARGEST_PAGE:
        size = min(max(size, 1), LARGEST_PAGE)
    sids = [item["sid"] for item in everything]
    token = given.get("PageToken", "")
    if token and token.removeprefix("PA") not in sids:
        raise TwilioError(20006, "Invalid page token")
    start = sids.index(token.removeprefix("PA")) + 1 if token else number * size
    items = everything[start : start + size]
    kept = [(name, value) for name, value in request.query if name in FILTERS]

    def uri(page: int, last_sid: str = "") -> str:
        pairs = [*kept, ("PageSize", str(size)), ("Page", str(page))]
        pairs += [("PageToken", f"PA{last_sid}")] if last_sid else []
        return f"{request.path}?{urlencode(pairs)}"

    more = start + size < len(everything)
    return {
        "end": start + max(len(items) - 1, 0),
        "first_page_uri": uri(0),
        key: items,
        "next_page_uri": uri(number + 1, items[-1]["sid"]) if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number > 0 else None,
        "start": start,
        "uri": request.target,
    }

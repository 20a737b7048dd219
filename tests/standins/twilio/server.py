"""The stand-in as a whole: the API on one port, the phones and the faults in the hand of the test."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from tests.standins.faults import Fault, Faults
from tests.standins.process import Control, control
from tests.standins.twilio.account import Account, Call, Message, Number, render_call, render_message
from tests.standins.twilio.api import Api
from tests.standins.twilio.calls import Calls
from tests.standins.twilio.cdn import MediaStore
from tests.standins.twilio.errors import TwilioError
from tests.standins.twilio.inbound import Inbound, Received
from tests.standins.twilio.lifecycle import Lifecycle, Plan
from tests.standins.twilio.webhooks import Caller, Delivery
from tests.standins.web import Answer, Json, Request, WebServer, json_answer

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "f" * 31 + "0"
NUMBER = "+12025550100"
FAULTS = frozenset(
    {
        "429",
        "500",
        "503",
        "html",
        "empty",
        "no_sid",
        "timeout_before_accepting",
        "timeout_after_accepting",
        "cut_before_accepting",
        "cut_after_accepting",
        "refused",
    }
)


@dataclass(frozen=True)
class Seen:
    """One API request and its answer; status 0: none was given."""

    method: str
    target: str
    form: dict[str, str]
    status: int


class TwilioStandIn:
    """Twilio on a loopback port; a context manager.

    `url` is what a client uses instead of https://api.twilio.com; give the webhook of a number with
    `sms_url`, or later in `account.numbers[NUMBER].sms_url`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        numbers: Sequence[str] = (NUMBER,),
        sms_url: str = "",
        plan: Plan | None = None,
        media_needs_authentication: bool = True,
    ) -> None:
        owned = {number: Number(number, sms_url=sms_url) for number in numbers}
        self.account = Account(account_sid, auth_token, owned)
        self.caller = Caller(auth_token)
        self.lifecycle = Lifecycle(self.account, self.caller, plan or Plan())
        self.calls = Calls(self.account, self.caller)
        self.media = MediaStore(self.account, needs_authentication=media_needs_authentication)
        self.inbound = Inbound(self.account, self.caller, self.lifecycle)
        self.api = Api(self.account, self.lifecycle, self.calls, self.media)
        self.faults = Faults(FAULTS)
        self.seen: list[Seen] = []
        self._server = WebServer(self._answer, port)

    @property
    def url(self) -> str:
        """Return the base address of the API."""
        return self._server.url

    @property
    def created(self) -> list[Message]:
        """Return the messages created over the API, oldest first, whether or not the client heard of it."""
        return list(self.api.created)

    @property
    def deliveries(self) -> list[Delivery]:
        """Return every request made to the application, repetitions included."""
        return list(self.caller.deliveries)

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        self._server.start()
        self.media.start()
        self.inbound.api_url = self.url
        return self

    def stop(self) -> None:
        """Stop listening and drop what was still to be told."""
        self.lifecycle.stop()
        self.media.stop()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def script(
        self,
        kind: str,
        *,
        times: int = 1,
        where: str = "POST .*/Messages.json",
        seconds: float = 30.0,
        retry_after: int = 1,
        code: int = 0,
    ) -> None:
        """Let the next `times` requests matching `where` (`METHOD /path`) run into a fault; `refused` with an error's `code`."""
        self.faults.script(Fault(kind, times, where, seconds, retry_after, str(code)))

    def receive_sms(self, from_: str, to: str, body: str, media: Sequence[tuple[str, bytes]] = ()) -> Received:
        """Text a number of the account; `media` are (content type, bytes). KeyError: not its number."""
        return self.inbound.receive(from_, to, body, media)

    def receive_sms_silently(self, from_: str, to: str, body: str, media: Sequence[tuple[str, bytes]] = ()) -> Message:
        """Text a number while the application cannot be reached: only the message list has it."""
        return self.inbound.store(from_, to, body, media)

    def notify(self, sid: str) -> Received:
        """Tell the application of an inbound message once more, as when two answers crossed."""
        return self.inbound.notify(self.account.message(sid))

    def callbacks(self, sid: str, statuses: Sequence[str]) -> list[Delivery]:
        """Send status callbacks of a message in just this order, leaving its state as it is.

        For a message Twilio does not know, sign and send any fields with `caller.post(url, fields)`.
        """
        return self.lifecycle.tell_all(self.account.message(sid), statuses)

    def answer_call(self, sid: str, digits: str = "") -> Call:
        """Pick up a call, press keys when asked, hang up."""
        return self.calls.answer(sid, digits)

    def leave_call(self, sid: str, status: str = "no-answer") -> Call:
        """Do not pick up: `no-answer`, `busy` or `failed`."""
        return self.calls.leave(sid, status)

    def phone(self, number: str) -> list[str]:
        """Return the texts a phone has received, oldest first, Twilio's own keyword replies last."""
        reached = {"sent", "delivered"}
        with self.account.lock:
            sent = [m.body for m in self.account.messages.values() if m.recipient == number and m.status in reached]
            return sent + [words for _, phone, words in self.inbound.keyword_replies if phone == number]

    def _answer(self, request: Request) -> Answer:
        steering = control(request, self._verbs())
        if steering is not None:
            return steering
        answer = self._answer_api(request)
        status = 0 if answer.silent else answer.status
        self.seen.append(Seen(request.method, request.target, dict(request.form), status))
        return answer

    def _answer_api(self, request: Request) -> Answer:
        fault = self.faults.take(f"{request.method} {request.path}")
        if fault is None:
            return self.api.redirect_to_media(request) or self.api.answer(request)
        if fault.kind == "429":
            return TwilioError(20429, "Too Many Requests", 429).answer(Retry_After=str(fault.retry_after))
        if fault.kind == "refused":
            return TwilioError(int(fault.word), "Refused on order").answer()
        if fault.kind in {"500", "503"}:
            return TwilioError(20500, "Internal Server Error", int(fault.kind)).answer()
        if fault.kind == "html":
            return Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", "text/html")
        if fault.kind == "empty":
            return Answer(200)
        if fault.kind.endswith("_after_accepting"):
            self.api.answer(request)
        if fault.kind == "no_sid":
            accepted = self.api.answer(request)
            body = {name: value for name, value in json.loads(accepted.body).items() if name != "sid"}
            return json_answer(body)
        wait = fault.seconds if fault.kind.startswith("timeout") else 0.0
        return Answer(silent=True, wait=wait)

    def state(self) -> Json:
        """Return everything that happened, as JSON values."""
        with self.account.lock:
            return {
                "messages": [render_message(self.account, message) for message in self.account.messages.values()],
                "created": [message.sid for message in self.api.created],
                "calls": [
                    {**render_call(self.account, call), "said": call.said} for call in self.account.calls.values()
                ],
                "opted_out": sorted(self.account.opted_out),
                "alerts": [asdict(alert) for alert in self.account.alerts],
                "deliveries": [asdict(delivery) for delivery in self.caller.deliveries],
                "keyword_replies": self.inbound.keyword_replies,
                "requests": [asdict(seen) for seen in self.seen],
                "credentials_seen": self.media.credentials_seen,
            }

    def _verbs(self) -> dict[str, Control]:
        return {
            "state": lambda _: self.state(),
            "script": lambda given: self.script(**given),
            "receive": self._receive,
            "notify": self._notify,
            "callbacks": lambda given: [asdict(told) for told in self.callbacks(given["sid"], given["statuses"])],
            "plan": self._plan,
            "answer_call": lambda given: self.answer_call(**given).said,
            "leave_call": lambda given: self.leave_call(**given).status,
            "webhook": self._webhook,
            "phone": lambda given: self.phone(given["number"]),
        }

    def _receive(self, given: dict[str, Any]) -> Json:
        media = [(item["content_type"], base64.b64decode(item["base64"])) for item in given.get("media", [])]
        if given.get("silently"):
            return {"sid": self.receive_sms_silently(given["from"], given["to"], given["body"], media).sid}
        received = self.receive_sms(given["from"], given["to"], given["body"], media)
        delivery = asdict(received.delivery) if received.delivery else None
        return {
            "sid": received.message.sid,
            "delivery": delivery,
            "replies": [reply.body for reply in received.replies],
        }

    def _notify(self, given: dict[str, Any]) -> Json | None:
        delivery = self.notify(given["sid"]).delivery
        return asdict(delivery) if delivery else None

    def _plan(self, given: dict[str, Any]) -> None:
        recipient = given.pop("recipient", "")
        listed: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        plan = Plan(**listed)
        if recipient:
            self.lifecycle.plans[recipient] = plan
        else:
            self.lifecycle.ordinary = plan

    def _webhook(self, given: dict[str, Any]) -> None:
        self.caller.routes.update(given.get("routes", {}))
        for number in self.account.numbers.values():
            number.sms_url = given.get("sms_url", number.sms_url)
            number.sms_fallback_url = given.get("sms_fallback_url", number.sms_fallback_url)

"""What becomes of a message after it was taken, and how the application is told.

Statuses from docs/messaging/guides/outbound-message-status-in-status-callbacks; callbacks carry the
fields of docs/messaging/guides/track-outbound-message-status and may come in any order, twice, or late.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.standins.twilio.account import VERSION, Account, Media, Message
from tests.standins.twilio.webhooks import Caller, Delivery, Params

FINAL = {"delivered", "undelivered", "failed", "canceled", "read"}
ORDINARY = ("sending", "sent", "delivered")
MEDIA_SIZE = 5 * 1024 * 1024
REASONS = {
    11200: "HTTP retrieval failure",
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}


@dataclass(frozen=True)
class Plan:
    """The statuses a message will pass through.

    `gap` seconds lie before each. `told` overrides the order in which callbacks are sent, with
    repetitions and omissions as wanted. `before_answer` tells all of it before the create request
    is answered.
    """

    statuses: tuple[str, ...] = ORDINARY
    error_code: int | None = None
    gap: float = 0.0
    told: tuple[str, ...] | None = None
    before_answer: bool = False


NOTHING = Plan(statuses=())


@dataclass
class Lifecycle:
    """Moves messages through their plans; `plans` has one for a recipient, `ordinary` for the rest."""

    account: Account
    caller: Caller
    ordinary: Plan = field(default_factory=Plan)
    plans: dict[str, Plan] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, message: Message) -> None:
        """Start a message on its way, in a thread unless its plan is told before the answer."""
        plan = self.plans.get(message.recipient, self.ordinary)
        if plan.before_answer:
            self._follow(message, plan)
            return
        thread = threading.Thread(target=self._follow, args=(message, plan), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _follow(self, message: Message, plan: Plan) -> None:
        if plan.statuses and not self._fetch_media(message):
            self.move(message, "failed", 11200)
            self.tell(message)
            return
        for status in plan.statuses:
            if self.stopping.wait(plan.gap):
                return
            self.move(message, status, plan.error_code)
            if plan.told is None:
                self.tell(message)
        for status in plan.told or ():
            if self.stopping.wait(plan.gap):
                return
            self.tell(message, status)

    def _fetch_media(self, message: Message) -> bool:
        for url in message.media_urls:
            fetched = self.caller.fetch(url)
            if fetched is None or len(fetched[1]) > MEDIA_SIZE:
                return False
            with self.account.lock:
                message.media.append(Media(*fetched, message.sid))
        return True

    def move(self, message: Message, status: str, error_code: int | None = None) -> None:
        """Set the status of a message without telling anybody."""
        with self.account.lock:
            message.status = status
            message.updated_at = self.account.now()
            if status == "sent" and message.sent_at is None:
                message.sent_at = message.updated_at
            if status in {"failed", "undelivered"}:
                message.error_code = error_code or 30008
                message.error_message = REASONS.get(message.error_code, "Unknown error")

    def tell(self, message: Message, status: str = "") -> Delivery | None:
        """Send one status callback; None when the message has no callback URL."""
        if not message.status_callback:
            return None
        return self.caller.post(message.status_callback, self.params(message, status or message.status))

    def tell_all(self, message: Message, statuses: Sequence[str]) -> list[Delivery]:
        """Send callbacks in just this order, one after another, leaving the message as it is."""
        return [delivery for status in statuses if (delivery := self.tell(message, status))]

    def params(self, message: Message, status: str) -> Params:
        """Return the fields of a status callback."""
        params = {
            "AccountSid": self.account.sid,
            "ApiVersion": VERSION,
            "From": message.sender,
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "To": message.recipient,
        }
        if status in {"failed", "undelivered"}:
            params["ErrorCode"] = str(message.error_code or 30008)
        if status in {"delivered", "undelivered"}:
            params["RawDlrDoneDate"] = self.account.now().strftime("%y%m%d%H%M")
        return params

    def finish(self, timeout: float = 5.0) -> None:
        """Wait until every message has come to the end of its plan."""
        for thread in self._threads:
            thread.join(timeout)

    def stop(self) -> None:
        """End all waiting; callbacks not yet sent are never sent."""
        self.stopping.set()
        self.finish()

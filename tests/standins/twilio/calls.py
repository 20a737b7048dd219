"""Voice calls, as far as paging somebody needs: place, ring, speak, take keys pressed, hang up.

From docs/voice/api/call-resource, docs/voice/twiml#twilios-request-to-your-application and
docs/voice/twiml/gather.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import urljoin

from tests.standins.twilio.account import VERSION, Account, Call, new_sid
from tests.standins.twilio.errors import not_found
from tests.standins.twilio.rules import check_call
from tests.standins.twilio.twiml import Instructions, read_answer, read_twiml
from tests.standins.twilio.webhooks import Caller, Params

EVENT_OF = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}


@dataclass
class Calls:
    """Places calls and plays the person called."""

    account: Account
    caller: Caller

    def create(self, form: list[tuple[str, str]]) -> Call:
        """Place a call; it stays queued until the person called is played. Raises TwilioError."""
        fields = dict(form)
        check_call(self.account, fields)
        events = tuple(value for name, value in form if name == "StatusCallbackEvent") or ("completed",)
        call = Call(
            sid=new_sid("CA"),
            sender=fields["From"],
            recipient=fields["To"],
            url=fields.get("Url", ""),
            twiml=fields.get("Twiml", ""),
            created_at=self.account.now(),
            status_callback=fields.get("StatusCallback", ""),
            status_events=events,
        )
        with self.account.lock:
            self.account.calls[call.sid] = call
        return call

    def find(self, sid: str) -> Call:
        """Return a call; raise TwilioError 20404 when there is none."""
        with self.account.lock:
            if sid not in self.account.calls:
                raise not_found(f"{self.account.root}/Calls/{sid}.json")
            return self.account.calls[sid]

    def answer(self, sid: str, digits: str = "") -> Call:
        """Pick up, listen, press `digits` when asked for keys, and hang up; what was heard is in `said`."""
        call = self.find(sid)
        self._progress(call, "initiated", "ringing", "in-progress")
        instructions, base = self._instructions(call)
        call.said += [*instructions.said, *(word for gather in instructions.gathers for word in gather.said)]
        if digits and instructions.gathers:
            gather = instructions.gathers[0]
            pressed = digits[: gather.num_digits] if gather.num_digits else digits
            action = urljoin(base, gather.action)
            heard = self._fetch(call, action, {"Digits": pressed, "FinishedOnKey": "", "msg": "Gather End"})
            call.said += heard.said
        call.duration = 7
        self._progress(call, "completed")
        return call

    def leave(self, sid: str, status: str = "no-answer") -> Call:
        """Let it ring out (`no-answer`), or be `busy` or `failed`."""
        call = self.find(sid)
        self._progress(call, "initiated", "ringing", status)
        return call

    def _instructions(self, call: Call) -> tuple[Instructions, str]:
        if call.url:
            return self._fetch(call, call.url, {}), call.url
        return read_twiml(call.twiml), ""

    def _fetch(self, call: Call, url: str, more: Params) -> Instructions:
        instructions = read_answer(self.caller.post(url, {**self._params(call), **more}))
        if instructions.alert:
            self.account.alert(instructions.alert, call.sid, instructions.detail)
        return instructions

    def _params(self, call: Call) -> Params:
        return {
            "AccountSid": self.account.sid,
            "ApiVersion": VERSION,
            "CallSid": call.sid,
            "CallStatus": call.status,
            "Called": call.recipient,
            "Caller": call.sender,
            "Direction": "outbound-api",
            "From": call.sender,
            "To": call.recipient,
        }

    def _progress(self, call: Call, *statuses: str) -> None:
        for status in statuses:
            call.status = status
            event = EVENT_OF.get(status, "completed")
            if not call.status_callback or event not in call.status_events:
                continue
            more = {
                "CallbackSource": "call-progress-events",
                "SequenceNumber": str(call.status_events.index(event)),
                "Timestamp": format_datetime(self.account.now()),
            }
            if status == "completed":
                more |= {"CallDuration": str(call.duration), "Duration": "1"}
            self.caller.post(call.status_callback, {**self._params(call), **more})

"""A person writes to a number of the account.

The request has the fields of docs/messaging/guides/webhook-request. Keywords are handled as the
support page on SMS STOP filtering says: the block is kept per pair of numbers, only single words
count, and the text is still passed on to the application.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import phonenumbers

from tests.standins.twilio.account import VERSION, Account, Media, Message, new_sid
from tests.standins.twilio.errors import TwilioError
from tests.standins.twilio.lifecycle import Lifecycle
from tests.standins.twilio.rules import BODY_LIMIT, check_message, segments
from tests.standins.twilio.twiml import Instructions, Reply, read_answer
from tests.standins.twilio.webhooks import Caller, Delivery, Params

OPT_OUT = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
OPT_IN = {"START", "YES", "UNSTOP"}
ASK = {"HELP", "INFO"}
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


@dataclass(frozen=True)
class Received:
    """An inbound message, the request made for it (None: no webhook set) and what it led to."""

    message: Message
    delivery: Delivery | None
    instructions: Instructions
    replies: tuple[Message, ...]


@dataclass
class Inbound:
    """Takes texts from phones; `keyword_replies` are (number, phone, words) that Twilio sent by itself."""

    account: Account
    caller: Caller
    lifecycle: Lifecycle
    api_url: str = ""
    keyword_replies: list[tuple[str, str, str]] = field(default_factory=list)

    def store(self, sender: str, recipient: str, body: str, media: Sequence[tuple[str, bytes]] = ()) -> Message:
        """Keep an inbound message without telling the application, as when it cannot be reached."""
        sid = new_sid("MM" if media else "SM")
        now = self.account.now()
        message = Message(
            sid=sid,
            direction="inbound",
            sender=sender,
            recipient=recipient,
            body=body[:BODY_LIMIT],
            status="received",
            created_at=now,
            sent_at=now,
            num_segments=segments(body[:BODY_LIMIT]),
            media=[Media(kind, data, sid) for kind, data in media],
        )
        if len(body) > BODY_LIMIT:
            message.status, message.error_code = "failed", 21617
        self.account.add(message)
        self._obey_keyword(message)
        return message

    def _obey_keyword(self, message: Message) -> None:
        word = message.body.strip().upper()
        pair = (message.recipient, message.sender)
        with self.account.lock:
            was_out = pair in self.account.opted_out
            if word in OPT_OUT:
                self.account.opted_out.add(pair)
                reply = "" if was_out else STOPPED
            elif word in OPT_IN:
                self.account.opted_out.discard(pair)
                reply = STARTED if was_out else ""
            else:
                reply = HELPED if word in ASK and not was_out else ""
            if reply:
                self.keyword_replies.append((*pair, reply))

    def receive(self, sender: str, recipient: str, body: str, media: Sequence[tuple[str, bytes]] = ()) -> Received:
        """Keep a message and tell the application; an error answer is not followed by another try."""
        return self.notify(self.store(sender, recipient, body, media))

    def notify(self, message: Message) -> Received:
        """Tell the application of a message once (again, if called again) and obey its answer."""
        number = self.account.numbers[message.recipient]
        if not number.sms_url:
            return Received(message, None, Instructions(), ())
        params = self.params(message)
        delivery = self.caller.post(number.sms_url, params)
        instructions = read_answer(delivery)
        if instructions.alert:
            self.account.alert(instructions.alert, message.sid, instructions.detail)
            if number.sms_fallback_url:
                more = {"ErrorCode": str(instructions.alert), "ErrorUrl": number.sms_url}
                delivery = self.caller.post(number.sms_fallback_url, {**params, **more})
                instructions = read_answer(delivery)
        replies = tuple(sent for reply in instructions.replies if (sent := self._send(message, reply)))
        return Received(message, delivery, instructions, replies)

    def _send(self, message: Message, reply: Reply) -> Message | None:
        form = [
            ("To", reply.recipient or message.sender),
            ("From", reply.sender or message.recipient),
            ("Body", reply.body),
        ]
        form += [("MediaUrl", url) for url in reply.media_urls]
        try:
            wanted = check_message(self.account, form)
        except TwilioError as error:
            self.account.alert(error.code, message.sid, error.message)
            return None
        sent = Message(
            sid=new_sid("MM" if wanted.media_urls else "SM"),
            direction="outbound-reply",
            sender=wanted.sender,
            recipient=wanted.recipient,
            body=wanted.body,
            status="queued",
            created_at=self.account.now(),
            num_segments=segments(wanted.body),
            status_callback=reply.status_callback,
            media_urls=list(wanted.media_urls),
        )
        self.account.add(sent)
        self.lifecycle.begin(sent)
        return sent

    def params(self, message: Message) -> Params:
        """Return the fields of the request to the incoming-message webhook."""
        params = {
            "AccountSid": self.account.sid,
            "ApiVersion": VERSION,
            "Body": message.body,
            "From": message.sender,
            "FromCity": "",
            "FromCountry": _country(message.sender),
            "FromState": "",
            "FromZip": "",
            "MessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.num_segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.recipient,
            "ToCity": "",
            "ToCountry": _country(message.recipient),
            "ToState": "",
            "ToZip": "",
        }
        for index, media in enumerate(message.media):
            params[f"MediaContentType{index}"] = media.content_type
            params[f"MediaUrl{index}"] = f"{self.api_url}{self.account.root}/Messages/{message.sid}/Media/{media.sid}"
        return params


def _country(number: str) -> str:
    try:
        return str(phonenumbers.region_code_for_number(phonenumbers.parse(number)) or "")
    except phonenumbers.NumberParseException:
        return ""

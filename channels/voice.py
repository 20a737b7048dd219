"""Ringing the on-call person: a call that reads a sentence aloud and asks for a key. Nobody writes to us this way."""

from __future__ import annotations

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.twiml.voice_response import VoiceResponse

from channels.channel import Account
from channels.message import Envelope, InboundMessage, OutboundMessage, Outcome, Receipt, Unreadable
from channels.sms.api import UNREADABLE, CallError, connect
from channels.sms.errors import explain_call, outcome_of

MAX_SPOKEN = 1_000
RING_SECONDS = 30
KEY_SECONDS = 15
KEYS_TO = "keys_to"


class VoiceLine:
    """Calls through Twilio, from the number of an sms account.

    A message's `text` is read aloud, its card's `keys_to` hears the key that was pressed, its `status_callback` how the call
    ended. It is no channel of the registry: a call is placed, never received.
    """

    kind = "voice"

    def parse(self, envelope: Envelope) -> InboundMessage | Unreadable:  # noqa: ARG002
        """Say that nothing can come in this way."""
        return Unreadable("Calls are placed from here and never received.")

    def send(self, message: OutboundMessage, account: Account) -> Receipt:
        """Place the call, once."""
        reason = self.refusal(message, account)
        if reason:
            return Receipt(Outcome.FAILED, error=reason)
        keys_to = str((message.card or {}).get(KEYS_TO, ""))
        return call(account, message.recipients[0].value, message.text, keys_to, ended=message.status_callback)

    def refusal(self, message: OutboundMessage, account: Account) -> str:
        """Return why a call can never be placed, as a sentence, or nothing; asks nobody."""
        if len(message.recipients) != 1:
            return "On-call number: a call goes to exactly one number."
        return number_refusal(message.recipients[0].value, account)


def call(account: Account, to: str, say: str, callback: str, *, ended: str = "", language: str = "en-US") -> Receipt:
    """Ring a number (E.164), read `say` twice and post the pressed key to `callback` (`/hooks/sms/voice?page=…`).

    `ended` is told how the call ended (`/hooks/sms/call?id=…`). Never raises for what Twilio or the network does; UNKNOWN
    means it may be ringing. https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
    """
    reason = number_refusal(to, account)
    if reason:
        return Receipt(Outcome.FAILED, error=reason)
    fields = {"to": to, "from_": calling_number(account), "twiml": words_to_say(say, callback, language)}
    if ended:  # without StatusCallbackEvent only how it ended is told: completed, busy, no-answer, failed, canceled
        fields["status_callback"] = ended
    try:
        call_sid = connect(account).calls.create(timeout=RING_SECONDS, **fields).sid
    except CallError as error:
        return Receipt(error.outcome, error=str(error), retry_after=error.retry_after)
    except (TwilioRestException, TwilioServiceException) as error:
        status = error.status if isinstance(error.status, int) else 500
        code = error.code if isinstance(error.code, int) else None
        return Receipt(outcome_of(status, code), error=explain_call(code, str(getattr(error, "msg", ""))))
    except (TwilioException, *UNREADABLE):
        call_sid = None
    if not isinstance(call_sid, str) or not call_sid:
        return Receipt(Outcome.UNKNOWN, error="Twilio's answer could not be read.")
    return Receipt(Outcome.ACCEPTED, provider_id=call_sid)


def calling_number(account: Account) -> str:
    """Return the number calls come from; a Messaging Service (`MG…`) has none that can call."""
    number = account.settings.get("number", "")
    return number if number.startswith("+") else account.address.value


def number_refusal(to: str, account: Account) -> str:
    """Return why a number cannot be called, as a sentence, or nothing."""
    if not to.startswith("+"):
        return "On-call number: write it with its country code, like +1 202 555 0123."
    if not calling_number(account).startswith("+"):
        return "Our own number: calls need one with its country code; enter it under Admin, Channels."
    return ""


def words_to_say(say: str, callback: str, language: str) -> str:
    """Return the TwiML of a call: the sentence twice, waiting for one key.

    https://www.twilio.com/docs/voice/twiml/gather (without a key in time the call ends and `callback` hears nothing)
    """
    response = VoiceResponse()
    gather = response.gather(num_digits=1, action=callback, method="POST", timeout=KEY_SECONDS)
    gather.say(say[:MAX_SPOKEN], language=language, loop=2)
    return str(response)

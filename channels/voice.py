"""Ringing the on-call person: a call that reads a sentence aloud and asks for a key. Not a channel."""

from __future__ import annotations

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.twiml.voice_response import VoiceResponse

from channels.channel import Account
from channels.message import Outcome, Receipt
from channels.sms.api import UNREADABLE, CallError, connect
from channels.sms.errors import explain_call, outcome_of

MAX_SPOKEN = 1_000
RING_SECONDS = 30
KEY_SECONDS = 15


def call(account: Account, to: str, say: str, callback: str, *, language: str = "en-US") -> Receipt:
    """Ring a number (E.164), read `say` twice and post the pressed key to `callback` (`/hooks/sms/voice?page=…`).

    Never raises for what Twilio or the network does; UNKNOWN means it may be ringing.
    https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
    """
    number = account.settings.get("number", "") or account.address.value
    if not (to.startswith("+") and number.startswith("+")):
        return Receipt(Outcome.FAILED, error="On-call number: write it with its country code, like +1 202 555 0123.")
    spoken = words_to_say(say, callback, language)
    try:
        created = connect(account).calls.create(to=to, from_=number, twiml=spoken, timeout=RING_SECONDS)
        call_sid = created.sid
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


def words_to_say(say: str, callback: str, language: str) -> str:
    """Return the TwiML of a call: the sentence twice, waiting for one key."""
    response = VoiceResponse()
    gather = response.gather(num_digits=1, action=callback, method="POST", timeout=KEY_SECONDS)
    gather.say(say[:MAX_SPOKEN], language=language, loop=2)
    return str(response)

"""Handing a text message to Twilio, once, and telling what came of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import phonenumbers
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from channels.channel import Account
from channels.message import OutboundMessage, Outcome, Receipt
from channels.segments import count_segments
from channels.sms.api import UNREADABLE, CallError, connect
from channels.sms.errors import explain, outcome_of
from channels.sms.form import CONTROL
from channels.sms.hook import OUTBOX_PARAMETER

MAX_CHARACTERS = 1600  # https://www.twilio.com/docs/messaging/api/message-resource: Body
_PREMIUM = phonenumbers.PhoneNumberType.PREMIUM_RATE
_SATELLITE_AND_NETWORKS = frozenset({870, 881, 882, 883, 888, 979})


def refusal(message: OutboundMessage, account: Account) -> str:
    """Return why a text must not be handed over, as a sentence, or nothing."""
    if len(message.recipients) != 1:
        return "To: a text goes to exactly one number; write to each person separately."
    to = message.recipients[0].value
    if to == sending_number(account) or to in account.own_addresses:
        return "To: this is our own number; choose the person's number."
    if message.attachments:
        return "Files: a text cannot carry files from here; send them by email."
    body = body_of(message)
    if not body.strip():
        return "Text: it is empty; write something first."
    if len(body) > MAX_CHARACTERS:
        size = count_segments(body)
        return (
            f"Text: it has {len(body):,} characters ({size.segments} segments) and may have "
            f"{MAX_CHARACTERS:,}; shorten it or send an email."
        )
    return _number_refusal(to)


def _number_refusal(to: str) -> str:
    try:
        number = phonenumbers.parse(to)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not to.startswith("+") or not phonenumbers.is_possible_number(number):
        return f"To: {to[:40]} is no telephone number one can text; write it like +1 202 555 0123."
    if number.country_code in _SATELLITE_AND_NETWORKS or phonenumbers.number_type(number) == _PREMIUM:
        return "To: premium and satellite numbers are not texted; use another number, email or a call."
    return ""


def send_text(message: OutboundMessage, account: Account) -> Receipt:
    """Create a Message resource; never raises for what Twilio or the network does.

    https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
    """
    reason = refusal(message, account)
    if reason:
        return Receipt(Outcome.FAILED, error=reason)
    try:
        created = connect(account).messages.create(**_fields(message, account))
        message_sid = created.sid
    except CallError as error:
        return Receipt(error.outcome, error=str(error), retry_after=error.retry_after)
    except (TwilioRestException, TwilioServiceException) as error:
        return _read_error(error)
    except (TwilioException, *UNREADABLE):
        message_sid = None
    if not isinstance(message_sid, str) or not message_sid:
        return Receipt(Outcome.UNKNOWN, error="Twilio's answer could not be read.")
    return Receipt(Outcome.ACCEPTED, provider_id=message_sid)


def body_of(message: OutboundMessage) -> str:
    """Return the text as it is handed over: without control characters, which no telephone shows."""
    return CONTROL.sub("", message.text)


def sending_number(account: Account) -> str:
    """Return the number (or Messaging Service SID) this account sends from."""
    return account.settings.get("number", "") or account.address.value


def _fields(message: OutboundMessage, account: Account) -> dict[str, str]:
    number = sending_number(account)
    fields = {"to": message.recipients[0].value, "body": body_of(message)}
    fields["messaging_service_sid" if number.startswith("MG") else "from_"] = number
    if message.status_callback:
        fields["status_callback"] = _callback_for(message)
    return fields


def _callback_for(message: OutboundMessage) -> str:
    """Return the callback URL with the outbox id, so that a state that comes before our answer finds its row."""
    parts = urlsplit(message.status_callback)
    if OUTBOX_PARAMETER in parse_qs(parts.query):
        return message.status_callback
    query = "&".join(part for part in (parts.query, urlencode({OUTBOX_PARAMETER: str(message.id)})) if part)
    return urlunsplit(parts._replace(query=query))


def _read_error(error: TwilioRestException | TwilioServiceException) -> Receipt:
    words = getattr(error, "msg", "") or getattr(error, "detail", "") or getattr(error, "title", "")
    status = error.status if isinstance(error.status, int) else 500
    code = error.code if isinstance(error.code, int) and error.code != status else None
    outcome = outcome_of(status, code)
    if code is None or outcome is Outcome.UNKNOWN:  # no word of Twilio's own
        return Receipt(outcome, error=f"Twilio did not take the text (HTTP {status}).")
    return Receipt(outcome, error=explain(code, str(words).removeprefix("Unable to create record: ")))

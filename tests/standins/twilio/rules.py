"""Whether Twilio would take a message or a call: the documented refusals, in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import phonenumbers

from tests.standins.twilio.account import Account
from tests.standins.twilio.errors import TwilioError

BODY_LIMIT = 1600
MEDIA_LIMIT = 10

NOT_SMS_CAPABLE = (
    "The From phone number {n} is not a valid, SMS-capable inbound phone number or short code for your account."
)

# Numbers of docs/iam/test-credentials that always give one error.
MAGIC_TO = {
    "+15005550001": (21211, "The 'To' number {n} is not a valid phone number."),
    "+15005550002": (21612, "The 'To' phone number: {n}, is not currently reachable using the 'From' phone number."),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {n}.",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number: {n}"),
}
MAGIC_FROM = {
    "+15005550001": (21212, "The 'From' number {n} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    "+15005550007": (21606, NOT_SMS_CAPABLE),
    "+15005550008": (21611, "This 'From' number has exceeded the maximum number of queued messages"),
}

_GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_EXTENDED = set("^{}\\[~]|€\f")


@dataclass(frozen=True)
class WantedMessage:
    """The parameters of a create request that matter here."""

    recipient: str
    sender: str
    body: str
    media_urls: tuple[str, ...]
    status_callback: str


def is_e164(number: str) -> bool:
    """Tell whether a number is `+`, country code and a possible number of digits (error 21211)."""
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
        return False
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return False


def segments(text: str) -> int:
    """Count the segments of a text: 160/153 GSM-7 septets or 70/67 UCS-2 units (docs/glossary)."""
    if all(letter in _GSM_7 or letter in _GSM_7_EXTENDED for letter in text):
        size = sum(2 if letter in _GSM_7_EXTENDED else 1 for letter in text)
        single, many = 160, 153
    else:
        size = len(text.encode("utf-16-be")) // 2
        single, many = 70, 67
    return 1 if size <= single else -(-size // many)


def check_message(account: Account, form: list[tuple[str, str]]) -> WantedMessage:
    """Return what is to be sent; raise TwilioError as docs/messaging/api/message-resource says.

    A body that is not a form has no parameters, which gives 21604 as that error's page says.
    """
    fields = dict(form)
    wanted = WantedMessage(
        recipient=fields.get("To", "").strip(),
        sender=fields.get("From", "").strip(),
        body=fields.get("Body", ""),
        media_urls=tuple(value for name, value in form if name == "MediaUrl"),
        status_callback=fields.get("StatusCallback", ""),
    )
    _check_presence(fields, wanted)
    _check_content(wanted)
    _check_recipient(wanted.recipient)
    _check_sender(account, wanted.sender)
    _check_pair(account, wanted)
    return wanted


def _check_presence(fields: dict[str, str], wanted: WantedMessage) -> None:
    if not wanted.recipient:
        raise TwilioError(21604, "A 'To' phone number is required.")
    if fields.get("MessagingServiceSid"):
        raise TwilioError(21701, "The Messaging Service Sid is not found.", 404)
    if not wanted.sender:
        raise TwilioError(21603, "A 'From' phone number is required.")
    if not wanted.body and not wanted.media_urls:
        raise TwilioError(21602, "Message body is required.")


def _check_content(wanted: WantedMessage) -> None:
    if len(wanted.body) > BODY_LIMIT:
        raise TwilioError(21617, "The concatenated message body exceeds the 1600 character limit")
    if len(wanted.media_urls) > MEDIA_LIMIT:
        raise TwilioError(21623, "Number of media files exceeds allowed limit")
    for url in wanted.media_urls:
        if not is_web_url(url):
            raise TwilioError(21620, "Invalid media URL(s)")
    if wanted.status_callback and not is_web_url(wanted.status_callback):
        raise TwilioError(21609, f"The StatusCallback URL {wanted.status_callback} is not a valid URL.")


def is_web_url(url: str) -> bool:
    """Tell whether a URL is absolute http(s) with a host without underscores, as callbacks must be."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "_" not in (parts.hostname or "")


def _check_recipient(number: str) -> None:
    if number in MAGIC_TO:
        code, message = MAGIC_TO[number]
        raise TwilioError(code, message.format(n=number))
    if not is_e164(number):
        raise TwilioError(21211, f"The 'To' number {number} is not a valid phone number.")


def _check_sender(account: Account, number: str) -> None:
    if number in MAGIC_FROM:
        code, message = MAGIC_FROM[number]
        raise TwilioError(code, message.format(n=number))
    alphanumeric = re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", number)
    short_code = re.fullmatch(r"\d{5,6}", number)
    if not (is_e164(number) or alphanumeric or short_code):
        text = f"The 'From' number {number} is not a valid phone number, shortcode, or alphanumeric sender ID."
        raise TwilioError(21212, text)
    owned = account.numbers.get(number)
    if owned is None and account.newer_codes:
        raise TwilioError(21660, "Mismatch between the 'From' number and the account")
    if owned is not None and not owned.sms and account.newer_codes:
        raise TwilioError(21661, "'From' number is not SMS-capable")
    if owned is None or not owned.sms:
        raise TwilioError(21606, NOT_SMS_CAPABLE.format(n=number))


def _check_pair(account: Account, wanted: WantedMessage) -> None:
    if wanted.recipient == wanted.sender:
        if account.newer_codes:
            raise TwilioError(21266, "'To' and 'From' number cannot be the same")
        raise TwilioError(21211, f"The 'To' number {wanted.recipient} is not a valid phone number.")
    if account.trial and wanted.recipient not in account.verified:
        text = (
            f"The number {wanted.recipient} is unverified. Trial accounts cannot send messages to unverified numbers."
        )
        raise TwilioError(21608, text)
    if wanted.recipient in account.landlines:
        if account.newer_codes:
            raise TwilioError(21635, "'To' number cannot be a landline")
        raise TwilioError(21614, f"'To' number is not a valid mobile number: {wanted.recipient}")
    with account.lock:
        if (wanted.sender, wanted.recipient) in account.opted_out:
            raise TwilioError(21610, "Attempt to send to unsubscribed recipient")


def check_call(account: Account, fields: dict[str, str]) -> None:
    """Raise TwilioError unless a call may be placed (docs/voice/api/call-resource)."""
    recipient, sender = fields.get("To", ""), fields.get("From", "")
    if not recipient:
        raise TwilioError(21201, "No 'To' number is specified")
    if not sender:
        raise TwilioError(21213, "No 'From' number is specified")
    if not is_e164(recipient):
        raise TwilioError(21211, f"The phone number you are attempting to call, {recipient}, is not valid.")
    if not is_e164(sender):
        raise TwilioError(21212, f"The source phone number provided, {sender}, is not valid.")
    owned = account.numbers.get(sender)
    if owned is None or not owned.voice:
        text = f"The source phone number provided, {sender}, is not yet verified for your account."
        raise TwilioError(21210, text)
    if account.trial and recipient not in account.verified:
        raise TwilioError(
            21219, f"The number {recipient} is unverified. Trial accounts may only make calls to verified numbers."
        )
    if not fields.get("Url") and not fields.get("Twiml"):
        raise TwilioError(21205, "Url parameter is required.")
    if fields.get("Url") and not is_web_url(fields["Url"]):
        raise TwilioError(21205, f"Url is not a valid URL: {fields['Url']}")

"""Twilio's error codes: what each means for the message, in words for the agent who wrote it."""

from __future__ import annotations

from channels.address import clean_line
from channels.message import Outcome

# https://www.twilio.com/docs/api/errors; a code that is missing here is final and shown with Twilio's own words.
_FAILURES = {
    "The number cannot receive texts: check it, or use email or a call.": (21211, 21217, 21421, 21614, 30005),
    "The number is a landline and cannot receive texts: call it, or use email.": (21635, 30006),
    "The person texted STOP, so texts to them are blocked: call or email them. START lifts the block.": (21610,),
    "The number is a short code, which cannot be written to.": (21265,),
    "The number is our own: choose the person's number.": (21266,),
    "Texts from our number do not reach this network: call, or use email.": (21612,),
    "Texts to this country are switched off: ask an admin to allow it at Twilio, or call or email.": (21408,),
    "The text is longer than 1,600 characters: shorten it or send an email.": (21605, 21617),
    "The text is empty: write something first.": (21602, 21619),
    "The number was not given: choose whom to write to.": (21604,),
    "Our own number cannot send this text: ask an admin to check the number under Admin, Channels.": (
        *(21212, 21601, 21603, 21606, 21607, 21659, 21660, 21661, 21703, 21704),
        *(30032, 30034, 30035),
    ),
    "This trial account may write to verified numbers only: ask an admin to upgrade it at Twilio.": (21608, 21267),
    "The files cannot be sent by text: send them by email.": (21620, 21623, 30011, 30019),
    "Twilio does not accept our credentials: ask an admin to enter them again under Admin, Channels.": (20003, 20404),
    "Our account at Twilio is not active: ask an admin to look at it there.": (10001, 20005, 30002, 90010),
    "The phone could not be reached: it may be switched off. Try again later or call.": (30003, 30017, 30036),
    "The carrier or the person blocks our texts: call or email them.": (30004,),
    "The carrier filtered the text as spam: reword it without links, or call.": (30007,),
    "The carrier gave no reason: try again, or call or email.": (30008, 30009),
    "The text would have cost more than allowed: shorten it or send an email.": (30010,),
}
_RETRIES = {
    "Twilio is busy; this is tried again by itself.": (20429, 14107, 21611, 21730, 30001, 30022),
}
_FAILED_LATER = "Too many texts went out at once, and Twilio dropped this one: wait a minute, then send it again."
_SENTENCE_OF_CODE = {
    code: sentence for table in (_FAILURES, _RETRIES) for sentence, codes in table.items() for code in codes
}
_RETRY_CODES = frozenset(code for codes in _RETRIES.values() for code in codes)
_OUTCOME_OF_HTTP = {408: Outcome.UNKNOWN, 409: Outcome.RETRY, 425: Outcome.RETRY, 429: Outcome.RETRY}


def explain(code: str | int | None, words: str | None = "") -> str:
    """Return a sentence for an error code; `words` are Twilio's own, for a code that is not in the table."""
    text = str(code or "").strip()
    known = _SENTENCE_OF_CODE.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else None
    said = clean_line(words or "")[:200].rstrip(".")
    reason = known or (f"Twilio refused the text: {said}." if said else "The text could not be delivered.")
    return f"{reason} (Twilio {text})" if text else reason


def explain_report(code: str | int | None, words: str | None = "") -> str:
    """Return a sentence for a text that was taken and has failed since: nothing tries it again by itself."""
    text = str(code or "").strip()
    return f"{_FAILED_LATER} (Twilio {text})" if text in map(str, _RETRY_CODES) else explain(text, words)


def explain_call(code: int | None, words: str = "") -> str:
    """Return a sentence for a call that could not be made."""
    said = clean_line(words)[:200].rstrip(".") or "no reason was given"
    return f"The call could not be made: {said}." + (f" (Twilio {code})" if code else "")


def outcome_of(http_status: int, code: int | None) -> Outcome:
    """Tell what an error answer means for the attempt: a server's failure leaves it open whether the text was taken."""
    if http_status >= 500:
        return Outcome.UNKNOWN
    if code in _RETRY_CODES or 300 <= http_status < 400:  # redirected: not by Twilio, but by something on the way
        return Outcome.RETRY
    return _OUTCOME_OF_HTTP.get(http_status, Outcome.FAILED)

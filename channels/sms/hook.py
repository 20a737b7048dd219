"""Checking and reading the calls that Twilio makes to us."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from channels.address import clean_line
from channels.channel import Account, Action, Forged, HookRequest, HookResult, Malformed
from channels.message import DeliveryReport, Envelope
from channels.sms.errors import explain_report
from channels.sms.form import Form, read_form
from channels.sms.status import read_status

OUTBOX_PARAMETER = "id"
PAGE_PARAMETER = "page"
KEY_PRESSED = "key_pressed"
TAKING_KEY = "1"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
TAKEN_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Thank you. It is yours.</Say></Response>'
NOT_TAKEN_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>That was not one. Text back the code to take it.</Say></Response>'
_CALLS_NOT_TAKEN = {
    "busy": "The line was busy.",
    "no-answer": "Nobody picked up.",
    "failed": "The call could not be put through: check the number.",
    "canceled": "The call was cancelled before anybody picked up.",
}
_SID = re.compile(r"[A-Za-z]{2}[0-9A-Za-z]{32}")


def verify_call(request: HookRequest, account: Account, part: str) -> HookResult:
    """Check the signature and read the call: a text (`part` empty), a delivery state (`status`), a key (`voice`), a call's end.

    Raises `Forged` or `Malformed`. https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    form = _read_body(request)
    if not _is_signed(request, account, form):
        raise Forged("The signature of this call does not match: check the auth token and the public base URL.")
    if form.first("AccountSid") != account.settings.get("account_sid", ""):
        raise Forged("This call belongs to another Twilio account.")
    if part not in _READERS:
        raise Malformed("This address does not exist: Twilio calls /hooks/sms, and status, voice and call below it.")
    return _READERS[part](request, account, form)


def make_envelope(
    account: Account, message_sid: str, raw: bytes, received_at: datetime, headers: Mapping[str, str] | None = None
) -> Envelope:
    """Wrap a form for intake; the same message gets the same source key, however it was learnt of.

    The fact `rcpt_to` is the number that was texted: where companies share a Twilio account it says whose text it is.
    """
    facts = {"own_addresses": " ".join(sorted(account.own_addresses | {account.address.value}))}
    called = clean_line(read_form(raw).first("To"))[:64]
    if called:
        facts["rcpt_to"] = called
    token = _header(headers or {}, "I-Twilio-Idempotency-Token")
    if token:
        facts["idempotency_token"] = clean_line(token)[:200]
    return Envelope("sms", f"twilio:{account.id}", message_sid, raw, received_at, facts)


def _read_body(request: HookRequest) -> Form:
    if request.method.upper() != "POST":
        raise Malformed("Twilio must be told to call this address by POST.")
    try:
        return read_form(request.body)
    except ValueError as error:
        raise Forged("This form has more fields than Twilio sends.") from error


def _is_signed(request: HookRequest, account: Account, form: Form) -> bool:
    """Accept either auth token, so that one can be changed without losing a message.

    The validator tries the URL with and without its port, because Twilio signs either.
    """
    signature = _header(request.headers, "X-Twilio-Signature")
    tokens = (account.settings.get("auth_token", ""), account.settings.get("auth_token_previous", ""))
    return any(RequestValidator(token).validate(request.url, form, signature) for token in tokens if token)


def _read_text(request: HookRequest, account: Account, form: Form) -> HookResult:
    envelope = make_envelope(account, _message_sid(form), request.body, request.received_at, request.headers)
    return HookResult(envelopes=(envelope,), body=EMPTY_TWIML, content_type="text/xml")


def _read_report(request: HookRequest, _account: Account, form: Form) -> HookResult:
    message_sid = _message_sid(form)
    word = clean_line(form.first("MessageStatus") or form.first("SmsStatus")).lower()[:40]
    code = clean_line(form.first("ErrorCode"))[:12]
    status = read_status(word)
    report = DeliveryReport(
        event_key=f"{message_sid}:{word}:{code}",
        provider_id=message_sid,
        outbox_id=_query_value(request, OUTBOX_PARAMETER),
        state=status.state,
        error=explain_report(code) if status.state == "failed" else "",
        body={"status": word, "rank": str(status.rank), "error_code": code},
    )
    return HookResult(reports=(report,), status=204)


def _read_key(request: HookRequest, _account: Account, form: Form) -> HookResult:
    """Read the key pressed in a call (https://www.twilio.com/docs/voice/twiml/gather); `subject` is the page's id."""
    call_sid, digits = form.first("CallSid"), form.first("Digits")
    if not _SID.fullmatch(call_sid):
        raise Malformed("CallSid: it must be Twilio's id of the call, 34 letters and digits.")
    pressed = Action(
        event_key=f"{call_sid}:{digits[:8]}",
        name=KEY_PRESSED,
        subject=_query_value(request, PAGE_PARAMETER),
        actor=clean_line(form.first("To"))[:64],
        text=clean_line(digits)[:8],
    )
    body = TAKEN_TWIML if pressed.text == TAKING_KEY else NOT_TAKEN_TWIML
    return HookResult(actions=(pressed,), body=body, content_type="text/xml")


def _read_end(request: HookRequest, _account: Account, form: Form) -> HookResult:
    """Read how a call ended (https://www.twilio.com/docs/voice/api/call-resource#call-status-values).

    A call that was picked up is delivered, by whatever picked it up: only the key says that a person has heard.
    """
    call_sid = form.first("CallSid")
    if not _SID.fullmatch(call_sid):
        raise Malformed("CallSid: it must be Twilio's id of the call, 34 letters and digits.")
    word = clean_line(form.first("CallStatus")).lower()[:40]
    failed = _CALLS_NOT_TAKEN.get(word, "")
    report = DeliveryReport(
        event_key=f"{call_sid}:{word}",
        provider_id=call_sid,
        outbox_id=_query_value(request, OUTBOX_PARAMETER),
        state="failed" if failed else "delivered" if word == "completed" else "accepted",
        error=failed,
        body={"status": word},
    )
    return HookResult(reports=(report,), status=204)


def _message_sid(form: Form) -> str:
    message_sid = form.first("MessageSid") or form.first("SmsSid")
    if not _SID.fullmatch(message_sid):
        raise Malformed("MessageSid: it must be Twilio's id of the message, 34 letters and digits.")
    return message_sid


def _query_value(request: HookRequest, name: str) -> str:
    return clean_line(parse_qs(urlsplit(request.url).query).get(name, [""])[0])[:200]


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


_READERS: dict[str, Callable[[HookRequest, Account, Form], HookResult]] = {
    "": _read_text,
    "status": _read_report,
    "voice": _read_key,
    "call": _read_end,
}

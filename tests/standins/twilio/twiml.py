"""What an application answered: TwiML, plain text, nothing, or something Twilio cannot use."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from tests.standins.twilio.webhooks import Delivery

XML_TYPES = {"text/xml", "application/xml", "text/html"}


@dataclass(frozen=True)
class Reply:
    """A text the application asked Twilio to send."""

    body: str
    recipient: str = ""
    sender: str = ""
    status_callback: str = ""
    media_urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gather:
    """A request for keys pressed; the digits are posted to `action`."""

    action: str
    num_digits: int
    said: tuple[str, ...]


@dataclass(frozen=True)
class Instructions:
    """What an answer asks for; `alert` is the debugger's error code, 0 when all is well."""

    replies: tuple[Reply, ...] = ()
    said: tuple[str, ...] = ()
    gathers: tuple[Gather, ...] = ()
    alert: int = 0
    detail: str = ""
    verbs: tuple[str, ...] = field(default=())


def read_answer(delivery: Delivery) -> Instructions:
    """Return what an answer to a webhook means.

    11200: no answer or not 2xx; 12100: not well-formed; 12200: no <Response>; 12300: another
    content type. Plain text is sent to the person as a message (docs/messaging/twiml).
    """
    if not delivery.accepted:
        told = delivery.error or str(delivery.status)
        return Instructions(alert=11200, detail=f"HTTP retrieval failure: {told}")
    if not delivery.body.strip():
        return Instructions()
    if delivery.content_type == "text/plain":
        return Instructions(replies=(Reply(delivery.body),))
    if delivery.content_type not in XML_TYPES:
        return Instructions(alert=12300, detail=f"Invalid Content-Type: {delivery.content_type}")
    return read_twiml(delivery.body)


def read_twiml(text: str) -> Instructions:
    """Return the instructions of a TwiML document."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        return Instructions(alert=12100, detail=f"Document parse failure: {error}")
    if root.tag != "Response":
        return Instructions(alert=12200, detail=f"Schema validation warning: <{root.tag}> is not <Response>")
    return Instructions(
        replies=tuple(_reply(verb) for verb in root if verb.tag in {"Message", "Sms"}),
        said=tuple(_text(verb) for verb in root if verb.tag == "Say"),
        gathers=tuple(_gather(verb) for verb in root if verb.tag == "Gather"),
        verbs=tuple(verb.tag for verb in root),
    )


def _text(element: ET.Element) -> str:
    return "".join(element.itertext()).strip()


def _reply(verb: ET.Element) -> Reply:
    body = verb.find("Body")
    return Reply(
        body=_text(body) if body is not None else (verb.text or "").strip(),
        recipient=verb.get("to", ""),
        sender=verb.get("from", ""),
        status_callback=verb.get("statusCallback", ""),
        media_urls=tuple(_text(media) for media in verb.findall("Media")),
    )


def _gather(verb: ET.Element) -> Gather:
    return Gather(
        action=verb.get("action", ""),
        num_digits=int(verb.get("numDigits", "0")),
        said=tuple(_text(inner) for inner in verb if inner.tag == "Say"),
    )

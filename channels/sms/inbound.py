"""Reading a text message out of Twilio's form."""

from __future__ import annotations

from channels.address import AddressError, clean_line, phone_address
from channels.message import (
    Address,
    Envelope,
    IdentityKind,
    InboundMessage,
    Kind,
    MediaLink,
    Trust,
    Unreadable,
)
from channels.sms.form import CONTROL, Form, read_form
from channels.sms.keywords import kind_of_text

MAX_MEDIA = 10  # Twilio's limit for one message
_WITHHELD = frozenset({"anonymous", "unknown", "unavailable", "restricted", "+266696687", "+7378742833"})
_EXTRA = {
    "from_country": "FromCountry",
    "from_city": "FromCity",
    "segments": "NumSegments",
    "account_sid": "AccountSid",
}


def parse_form(envelope: Envelope) -> InboundMessage | Unreadable:
    """Read an envelope whose raw bytes are Twilio's form."""
    try:
        form = read_form(envelope.raw)
    except ValueError:
        return Unreadable("This is not a text message: the form has too many fields. Look at the original.")
    message_sid = clean_line(form.first("MessageSid") or form.first("SmsSid"))
    if not message_sid:
        return Unreadable("This is not a text message as Twilio sends it: the field MessageSid is missing.")
    sender, dialable = read_sender(form.first("From"))
    own = frozenset(envelope.facts.get("own_addresses", "").split())
    looped = sender is not None and sender.value in own
    body = CONTROL.sub("", form.first("Body"))
    recipient = _read_recipient(form.first("To"))
    replied_to = clean_line(form.first("OriginalRepliedMessageSid"))
    return InboundMessage(
        channel="sms",
        sender=sender,
        text=body,
        reply_text=body.strip(),
        kind=kind_of_text(body, form.first("OptOutType")) if dialable else Kind.PERSONAL,
        trust=Trust.VERIFIED if dialable else Trust.UNVERIFIED,
        to=(recipient,) if recipient else (),
        message_id=message_sid,
        in_reply_to=(replied_to,) if replied_to else (),
        reference_ids=(replied_to,) if replied_to else (),
        media=_read_media(form),
        may_answer=dialable and not looped,
        defects=_defects(form, sender, recipient, own, looped=looped),
        extra={name: clean_line(form.first(field)) for name, field in _EXTRA.items() if form.first(field)},
    )


def read_sender(text: str) -> tuple[Address | None, bool]:
    """Return who a text is from, and whether that is a telephone number one can write back to.

    Short codes and names (`12345`, `DHL`) are kept as they are; a withheld number is nobody.
    """
    shown = clean_line(text)[:64]
    if not shown or shown.lower() in _WITHHELD:
        return None, False
    if shown.startswith("+"):
        try:
            return phone_address(shown), True
        except AddressError:
            pass
    return Address(IdentityKind.PHONE, shown), False


def _read_recipient(text: str) -> Address | None:
    recipient, _ = read_sender(text)
    return recipient


def _read_media(form: Form) -> tuple[MediaLink, ...]:
    links = []
    for number in range(MAX_MEDIA):
        url = form.first(f"MediaUrl{number}").strip()
        if url:
            links.append(MediaLink(url, clean_line(form.first(f"MediaContentType{number}")).lower()))
    return tuple(links)


def _defects(
    form: Form, sender: Address | None, recipient: Address | None, own: frozenset[str], *, looped: bool
) -> tuple[str, ...]:
    found = []
    if sender is None:
        found.append("The sender's number was withheld, so nobody can be answered.")
    if looped:
        found.append("This text came from one of our own numbers.")
    if own and (recipient is None or recipient.value not in own):
        found.append("This text was sent to a number that does not belong to this desk.")
    announced = form.first("NumMedia").strip() or "0"
    if not (announced.isascii() and announced.isdigit()) or int(announced[:4]) > MAX_MEDIA:
        found.append(f"The number of attached files is not believable ({clean_line(announced)[:20]}).")
    elif int(announced) > len(_read_media(form)):
        found.append("Fewer files came than the message announced.")
    return tuple(found)

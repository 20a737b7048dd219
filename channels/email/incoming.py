"""From the bytes of a mail to what it means: sender, words, files, thread, kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.address import AddressList, misleading_name, parse_addresses
from channels.email.bounces import read_report
from channels.email.charset import decode
from channels.email.forwards import read_forward, says_forward
from channels.email.headers import decode_header, decode_words, message_ids, read_date, subject_text
from channels.email.loops import OUTBOX_HEADER, machine_kind, may_answer
from channels.email.mime import Content, declared_charsets, read_content
from channels.email.quotes import reply_text
from channels.email.structure import Part, read_structure
from channels.email.threads import find_tokens
from channels.email.trust import is_forged, sender_trust
from channels.message import Address, Bounce, Envelope, InboundMessage, Kind, Trust, Unreadable

_RECIPIENT_FIELDS = ("delivered-to", "x-original-to", "x-forwarded-to", "envelope-to", "x-envelope-to", "apparently-to")
_OUTBOX = OUTBOX_HEADER.lower().encode()
_RETURNED = re.compile(rb"^%s:[ \t]*([0-9a-f-]{36})" % _OUTBOX, re.MULTILINE)
_PLAIN_WORD = re.compile(r"[a-z]{4,}")
_COMPARED, _FEWEST_COMPARED, _WORDS_COMPARED = 2_000, 8, 24
"""Of a text and its HTML: letters looked at, the fewest words that tell anything, and the most that are looked for."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_mail(envelope: Envelope) -> InboundMessage | Unreadable:
    """Read a raw message; `Unreadable` only for what is no mail at all."""
    raw = envelope.raw
    if reason := _no_mail(raw):
        return Unreadable(reason)
    structure = read_structure(raw)
    root = structure.root
    if not root.fields and b"\x00" in raw:
        return Unreadable("The message has no header and is no text: it is not an email. The original is kept.")
    content = read_content(root)
    return _Mail(envelope, root, content, structure.defects).message()


def _no_mail(raw: bytes) -> str:
    if not raw:
        return "The message is empty: nothing arrived but the fact. Ask the sender to send it again."
    if not raw.strip(b"\x00"):
        return "The message consists of zero bytes only; it was damaged on its way. Ask the sender to send it again."
    if raw.startswith(_UTF16_MARKS):
        return "The message is a UTF-16 text file, not an email. The original is kept."
    return ""


def says_otherwise(text: str, html: str) -> bool:
    """Tell whether hardly a word of a mail's text stands in its HTML: then a reader of one is told something else."""
    words = list(dict.fromkeys(_PLAIN_WORD.findall(text[:_COMPARED].lower())))[:_WORDS_COMPARED]
    shown = html.lower()
    return len(words) >= _FEWEST_COMPARED and sum(word in shown for word in words) * 4 < len(words)


class _Mail:
    """One mail while it is being read."""

    def __init__(self, envelope: Envelope, root: Part, content: Content, defects: Sequence[str]) -> None:
        self._facts = envelope.facts
        self._root = root
        self._content = content
        self._defects = [*defects, *content.defects]
        self._hints = declared_charsets(root)
        self._lists: dict[str, AddressList] = {}
        self._own = frozenset(re.split(r"[\s,;]+", envelope.facts.get("own_addresses", "").lower())) - {""}

    def message(self) -> InboundMessage:
        """Put everything together."""
        root, content = self._root, self._content
        senders = self._addresses("from")
        sender = senders.addresses[0] if senders.addresses else None
        subject = subject_text(root.first("subject"), self._hints)
        kind, bounces = self._kind(sender, subject)
        in_reply_to = message_ids(root.all("in-reply-to"))
        references = message_ids(root.all("references"))
        if len(root.all("message-id")) > 1:
            self._defects.append("The message has two Message-IDs; the first one counts.")
        if content.html and says_otherwise(content.text, content.html):
            self._defects.append("Its plain text and its formatted text say different things: look at both.")
        is_forward, forwarded = read_forward(root, content.text, subject, answers=bool(in_reply_to or references))
        answered = [*in_reply_to, *reversed(references), *self._returned_ids(kind)]
        return InboundMessage(
            channel="email",
            sender=sender,
            also_from=senders.addresses[1:],
            text=content.text,
            subject=subject,
            # who says 'Fwd:' wants the other's words read
            reply_text=content.text.strip()
            if is_forward and says_forward(subject)
            else reply_text(content.text, content.html),
            html=content.html,
            kind=kind,
            trust=self._trust(senders),
            sent_at=read_date(root.first("date")),
            to=self._addresses("to").addresses,
            cc=self._addresses("cc").addresses,
            reply_to=self._reply_to(sender),
            message_id=next(iter(message_ids(root.all("message-id")[:1])), ""),
            in_reply_to=in_reply_to,
            references=references,
            reference_ids=tuple(dict.fromkeys(answered)),
            reply_tokens=self._tokens(),
            attachments=content.attachments,
            forwarded=forwarded,
            is_forward=is_forward,
            bounces=bounces,
            may_answer=len(senders.addresses) == 1
            and may_answer(root, kind, senders.addresses[0].value, self._facts, self._own),
            defects=tuple(dict.fromkeys(self._defects)),
            extra=self._extra(),
        )

    def _addresses(self, name: str) -> AddressList:
        if name not in self._lists:
            fields = [decode(value[:1_000_000], "utf-8", self._hints)[0] for value in self._root.all(name)]
            self._lists[name] = parse_addresses(fields, decode_words)
        return self._lists[name]

    def _reply_to(self, sender: Address | None) -> tuple[Address, ...]:
        found = tuple(one for one in self._addresses("reply-to").addresses if one.value not in self._own)
        if sender and found and all(one.value != sender.value for one in found):
            self._defects.append(f"Answers are asked to go to {found[0].value}, not to the sender.")
        return found

    def _kind(self, sender: Address | None, subject: str) -> tuple[Kind, tuple[Bounce, ...]]:
        address = sender.value if sender else ""
        report = read_report(self._root, self._content.text, address, self._facts)
        if report is not None:
            return report.kind, report.bounces
        return machine_kind(self._root, subject), ()

    def _trust(self, senders: AddressList) -> Trust:
        """Believe only one certain sender that our own server vouches for."""
        fields = self._root.all("from")
        if len(fields) > 1 or len(senders.addresses) > 1:
            self._defects.append("The message names more than one sender.")
        elif not senders.certain and fields:
            self._defects.append("The sender's address is not written correctly and may be forged.")
        if senders.addresses and (other := misleading_name(senders.addresses[0])):
            self._defects.append(f"The sender's name shows another address than the sender's own: {other}.")
        if not senders.certain or len(fields) != 1 or len(senders.addresses) != 1:
            return Trust.UNVERIFIED
        domain = senders.addresses[0].value.rpartition("@")[2]
        return sender_trust(self._root.all("authentication-results"), self._facts.get("authserv_id", ""), domain)

    def _authentication(self) -> str:
        """Say `fail` where our server found the sender forged, `unclear` where more or less than one address is named."""
        if is_forged(self._root.all("authentication-results"), self._facts.get("authserv_id", "")):
            return "fail"
        fields, senders = self._root.all("from"), self._addresses("from")
        return "" if senders.certain and len(fields) == len(senders.addresses) == 1 else "unclear"

    def _tokens(self) -> tuple[str, ...]:
        names = ("to", "cc", "bcc", "resent-to", *_RECIPIENT_FIELDS)
        fields = [decode_header(value) for name in names for value in self._root.all(name)]
        return find_tokens([self._facts.get("rcpt_to", ""), *fields])

    def _returned_ids(self, kind: Kind) -> tuple[str, ...]:
        """Return the Message-IDs in what a report gives back: they say which of our messages it is about (RFC 8098 3.2.5)."""
        if kind not in (Kind.BOUNCE, Kind.RECEIPT, Kind.COMPLAINT):
            return ()
        return message_ids(
            re.findall(
                rb"(?im)^(?:original-)?message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^>\r\n]+>)", self._root.body[:1_000_000]
            )
        )

    def _extra(self) -> dict[str, str]:
        """Keep what only some uses need: our id in what comes back, the sender before a mailing list rewrote it."""
        found = {
            "list_id": decode_header(self._root.first("list-id"))[:500],
            "original_sender": decode_header(self._root.first("x-original-sender"))[:500],
            "thread_topic": decode_header(self._root.first("thread-topic"))[:500],
            "authentication": self._authentication(),
        }
        body = self._root.body[:1_000_000].lower()
        returned = _RETURNED.search(body) if _OUTBOX in body else None  # the search costs ten times the look
        if returned:
            found["outbox_id"] = returned[1].decode("ascii")
        return {name: value for name, value in found.items() if value}

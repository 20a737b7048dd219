"""Every row of the bad-input catalogue for mail, A and B of reliability.md 4: read in time, stored, nothing believed."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email import EmailChannel
from channels.email.incoming import read_mail
from channels.message import InboundMessage, Kind, Trust, Unreadable
from tests.channels.email.letters import NOW, an_envelope

Check = Callable[[InboundMessage], bool]
ANNA = b"From: Anna <anna@example.com>\r\n"
OURS = {"authserv_id": "mx.example.org", "own_addresses": "desk@example.org"}
VOUCHED = b"Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\r\n"


def mail(*lines: bytes, body: bytes = b"Hello") -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def sent_by(value: bytes) -> bytes:
    return mail(VOUCHED.strip(), b"From: " + value)


def with_type(content_type: bytes, body: bytes = b"Hello", encoding: bytes = b"8bit") -> bytes:
    return mail(ANNA.strip(), b"Content-Type: " + content_type, b"Content-Transfer-Encoding: " + encoding, body=body)


def unverified(message: InboundMessage) -> bool:
    return message.trust is Trust.UNVERIFIED


def from_nobody(message: InboundMessage) -> bool:
    return message.sender is None and not message.may_answer and message.trust is Trust.UNVERIFIED


def sender_is(value: str, trust: Trust = Trust.UNVERIFIED) -> Check:
    return lambda message: message.sender is not None and message.sender.value == value and message.trust is trust


def subject_is(subject: str) -> Check:
    return lambda message: message.subject == subject


def text_is(text: str) -> Check:
    return lambda message: message.text.strip() == text


def received_time_used(message: InboundMessage) -> bool:
    return message.sent_at is None


def never_answered(message: InboundMessage) -> bool:
    return not message.may_answer


def text_has(*words: str) -> Check:
    return lambda message: all(word in message.text for word in words)


def files(count: int) -> Check:
    return lambda message: len(message.attachments) == count


def any_mail(message: InboundMessage) -> bool:
    return bool(message.channel)


UNREADABLE = {
    "A01 nothing": b"",
    "A03 only NUL": b"\0" * 1_000,
    "A57 UTF-16": "From: a@example.com\r\n\r\nHello".encode("utf-16"),
    "random bytes": bytes((number * 7_919) % 256 for number in range(2_000)),
}

READABLE: dict[str, tuple[bytes, Check]] = {
    "A02 only CRLF": (b"\r\n" * 3, lambda m: from_nobody(m) and m.subject == "" and m.text == ""),
    "A04 no From": (mail(b"Subject: x"), from_nobody),
    "A05 From <>": (sent_by(b"<>"), lambda m: m.kind is Kind.BOUNCE and not m.may_answer),
    "A06 two From": (sent_by(b"a@example.com\r\nFrom: b@example.net"), lambda m: unverified(m) and len(m.also_from) == 1),
    "A07 two addresses": (sent_by(b"a@example.com, b@example.com"), unverified),
    "A08 CVE-2023-27043": (sent_by(b"alice@example.com)bob@example.net"), from_nobody),
    "A09 bracket": (sent_by(b"alice@example.com]<bob@example.com>"), sender_is("bob@example.com")),
    "A10 name is an address": (sent_by(b'"victim@example.org" <a@example.com>'), lambda m: "victim@example.org" in m.defects[0]),
    "A11 name is ours": (sent_by(b"=?q?desk=40example=2Eorg?= <a@example.com>"), sender_is("a@example.com", Trust.VERIFIED)),
    "A12 CRLF in a word": (
        sent_by(b"=?utf-8?q?x=0D=0ABcc=3A_v=40example.net?= <a@example.com>"),
        lambda m: m.sender is not None and m.sender.name == "x Bcc: v@example.net",
    ),
    "A13 word as address": (sent_by(b"=?utf-8?q?admin=40example.org?="), from_nobody),
    "A14 NUL in address": (sent_by(b"a\0@example.com"), sender_is("a@example.com")),
    "A15 raw bytes": (sent_by(b"\xff\xfe <a@example.com>"), lambda m: m.sender is not None and "\udcff" not in m.sender.name),
    "A16 IDN": (sent_by("a@bücher.example".encode()), sender_is("a@xn--bcher-kva.example")),
    "A17 RTL": (sent_by("\u202eabc <a@example.com>".encode()), lambda m: m.sender is not None and m.sender.name == "abc"),
    "A18 group": (sent_by(b"G: a@example.com, b@example.com;"), unverified),
    "A19 undisclosed": (sent_by(b"undisclosed"), from_nobody),
    "A20 open quote": (sent_by(b'"abc <a@example.com>'), sender_is("a@example.com")),
    "A21 comments": (sent_by(b"(" * 5_000), from_nobody),
    "A22 IP literal": (sent_by(b"a@[192.0.2.1]"), sender_is("a@[192.0.2.1]")),
    "A23 quoted": (sent_by(b'"a b"@example.com'), sender_is('"a b"@example.com', Trust.VERIFIED)),
    "A24 long": (sent_by(b"x" * 300 + b"@example.com"), sender_is("x" * 300 + "@example.com", Trust.VERIFIED)),
    "A25 our own": (sent_by(b"desk@example.org"), never_answered),
    "A26 Reply-To": (mail(ANNA.strip(), b"Reply-To: b@example.net"), lambda m: "b@example.net" in m.defects[0]),
    "A27 Reply-To ours": (mail(ANNA.strip(), b"Reply-To: desk@example.org"), lambda m: m.reply_to == ()),
    "A28 no subject": (mail(ANNA.strip(), b"Subject:   "), subject_is("")),
    "A29 1 MB subject": (mail(ANNA.strip(), b"Subject: " + b"a" * 1_000_000), subject_is("a" * 998)),
    "A30 folded": (mail(ANNA.strip(), b"Subject: a" + b"\r\n b" * 50_000), lambda m: m.subject.startswith("a b b")),
    "A31 CRLF": (mail(ANNA.strip(), b"Subject: =?utf-8?q?a=0D=0AX-Evil:1?="), subject_is("a X-Evil:1")),
    "A32 NUL": (mail(ANNA.strip(), b"Subject: =?utf-8?q?a=00b?="), subject_is("a b")),
    "A33 klingon": (mail(ANNA.strip(), b"Subject: =?klingon?q?abc?="), subject_is("=?klingon?q?abc?=")),
    "A34 no base64": (mail(ANNA.strip(), b"Subject: =?utf-8?b?!!!?="), subject_is("")),
    "A35 3,000 words": (mail(ANNA.strip(), b"Subject: " + b"=?utf-8?q?a?= " * 3_000), subject_is("a" * 998)),
    "A36 Re: Re:": (mail(ANNA.strip(), b"Subject: " + b"Re: " * 5_000), lambda m: len(m.subject) <= 998),
    "A37 zalgo": (mail(ANNA.strip(), b"Subject: a" + "\u0301".encode() * 500), lambda m: len(m.subject) <= 998),
    "A38 split": (mail(ANNA.strip(), b"Subject: =?utf-8?B?w7?= =?utf-8?B?w=?="), any_mail),
    "A39 no Message-ID": (mail(ANNA.strip()), lambda m: m.message_id == ""),
    "A40 empty Message-ID": (mail(ANNA.strip(), b"Message-ID: <>"), lambda m: m.message_id == ""),
    "A41 odd Message-ID": (mail(ANNA.strip(), b"Message-ID: <[@b>"), lambda m: m.message_id == "[@b"),
    "A42 100 kB Message-ID": (mail(ANNA.strip(), b"Message-ID: <" + b"x" * 99_000 + b"@b>"), lambda m: len(m.message_id) < 100),
    "A43 two Message-IDs": (mail(ANNA.strip(), b"Message-ID: <a@b>", b"Message-ID: <c@d>"), lambda m: m.message_id == "a@b"),
    "A46 10,000 references": (
        mail(ANNA.strip(), b"References: " + b"\r\n ".join(b"<%d@example.com>" % n for n in range(5_000))),
        lambda m: len(m.references) == 100,
    ),
    "A47 prose": (mail(ANNA.strip(), b"In-Reply-To: your message of Monday"), lambda m: m.in_reply_to == ()),
    "A49 yesterday": (mail(ANNA.strip(), b"Date: yesterday"), received_time_used),
    "A50 year 99999": (mail(ANNA.strip(), b"Date: 1 Jan 99999 00:00:00 +0000"), received_time_used),
    "A50 31 Feb": (mail(ANNA.strip(), b"Date: 31 Feb 2026 00:00:00 +0000"), received_time_used),
    "A50 +9999": (mail(ANNA.strip(), b"Date: 1 Feb 2026 00:00:00 +9999"), received_time_used),
    "A51 1970": (mail(ANNA.strip(), b"Date: 1 Jan 1970 00:00:00 +0000"), received_time_used),
    "A52 20 MB header": (mail(ANNA.strip(), b"X: " + b"a" * 20_000_000), text_is("Hello")),
    "A53 100,000 headers": (mail(ANNA.strip(), *[b"X-A: b"] * 100_000), lambda m: bool(m.defects) and m.text == "Hello"),
    "A54 odd lines": (mail(ANNA.strip(), b"no colon", b"X Y: z", b"X\0Y: z", b"Subject: x"), subject_is("x")),
    "A55 bare LF": (mail(ANNA.strip(), b"Subject: x").replace(b"\r\n", b"\n"), subject_is("x")),
    "A55 bare CR": (mail(ANNA.strip(), b"Subject: x").replace(b"\r\n", b"\r"), subject_is("x")),
    "A56 mbox": (b"From a@b Mon Nov 16\r\n" + mail(ANNA.strip(), b"Subject: x"), subject_is("x")),
    "A58 control headers": (mail(ANNA.strip(), b"X-Hub-Ticket-Id: 4711"), lambda m: not m.reply_tokens and not m.extra),
    "A59 auto-generated": (mail(ANNA.strip(), b"Auto-Submitted: Auto-Generated"), lambda m: m.kind is Kind.AUTO_REPLY),
    "A60 two Precedence": (mail(ANNA.strip(), b"Precedence: never-bounce", b"Precedence: bulk"), never_answered),
    "A61 forged results": (mail(b"Authentication-Results: mx.example.net; dmarc=pass", VOUCHED.strip(), ANNA.strip()), unverified),
    "A62 two tokens": (
        mail(ANNA.strip(), b"To: desk+1.1." + b"a" * 26 + b"@example.org, desk+2.1." + b"b" * 26 + b"@example.org"),
        lambda m: len(m.reply_tokens) == 2,
    ),
    "A63 5,000 recipients": (mail(ANNA.strip(), b"To: " + b"a@example.org, " * 5_000), lambda m: len(m.to) == 1_000),
    "A64 only Bcc": (mail(ANNA.strip()), lambda m: m.to == ()),
    "B01 klingon": (with_type(b"text/plain; charset=klingon-8", "Grüße".encode()), lambda m: text_is("Grüße")(m) and bool(m.defects)),
    "B02 NUL charset": (with_type(b'text/plain; charset="utf-8\0"'), text_is("Hello")),
    "B03 rot13": (with_type(b"text/plain; charset=rot13", b"<script>"), text_is("<script>")),
    "B04 utf-7": (with_type(b"text/plain; charset=utf-7", b"+ADw-script+AD4-"), text_is("+ADw-script+AD4-")),
    "B05 really utf-8": (with_type(b"text/plain; charset=us-ascii", "Grüße".encode()), text_is("Grüße")),
    "B05 really cp1252": (with_type(b"text/plain; charset=utf-8", "Grüße, überall Wasser im Keller".encode("cp1252")), text_has("Grüße")),
    "B06 broken base64": (with_type(b"text/plain", b"SGVs\0bG8!=", b"base64"), text_is("Hello")),
    "B07 broken uuencode": (with_type(b"text/plain", b"begin 644 a\r\n~~~~~~\r\nend\r\n"), text_has("~~~~~~")),
    "B08 unknown encoding": (with_type(b"text/plain", b"H4sI", b"x-gzip64"), files(1)),
    "B09 no boundary": (with_type(b"multipart/mixed", b"words"), text_is("words")),
    "B09 empty boundary": (with_type(b'multipart/mixed; boundary=""', b"words"), text_is("words")),
    "B09 long boundary": (with_type(b"multipart/mixed; boundary=" + b"x" * 10_000, b"words"), text_is("words")),
    "B10 no end": (with_type(b"multipart/mixed; boundary=b", b"--b\r\n\r\nwords"), text_is("words")),
    "B11 boundary in base64": (with_type(b"multipart/mixed; boundary=AAAA", b"--AAAA\r\n\r\nx--AAAA y\r\n--AAAA--"), text_is("x--AAAA y")),
    "B12 100,000 parts": (with_type(b"multipart/mixed; boundary=b", b"--b\r\n\r\nx\r\n" * 100_000), lambda m: bool(m.defects)),
    "B13 1,000 levels": (
        ANNA + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1_000)) + b"x",
        lambda m: bool(m.defects),
    ),
    "B14 1,000 messages": (ANNA + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"x", files(1)),
    "B16 only a file": (with_type(b"application/pdf; name=a.pdf", b"%PDF-1.4"), lambda m: m.text == "" and files(1)(m)),
    "B16 only HTML": (with_type(b"text/html", b"<p>words</p>"), text_is("words")),
    "B17 empty text": (
        with_type(b"multipart/alternative; boundary=b", b"--b\r\n\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>words\r\n--b--"),
        text_is("words"),
    ),
    "B19 10 MB line": (with_type(b"text/plain", b"a" * 10_000_000), text_has("aaa")),
    "B20 2 MB of >": (with_type(b"text/plain", b">" * 2_000_000), text_has(">>>")),
    "B20 quoted lines": (with_type(b"text/plain", b">>>>>>\r\n" * 250_000), text_has(">>>")),
    "B21 250,000 words": (with_type(b"text/plain", b" ".join(b"w%d" % n for n in range(250_000))), text_has("w249999")),
    "B22 NUL and escapes": (with_type(b"text/plain", "a\0b\x1b[31m\u2028c".encode()), text_is("ab[31m\nc")),
    "B24 PGP": (with_type(b"application/pgp-encrypted; name=a.asc", b"Version: 1"), lambda m: files(1)(m) and bool(m.defects)),
    "B25 p7m": (with_type(b"application/pkcs7-mime; name=smime.p7m", b"0\x80"), files(1)),
    "B26 invitation": (with_type(b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR"), files(1)),
    "B30 external body": (with_type(b"message/external-body; access-type=URL; URL=file:///etc/passwd"), lambda m: m.text == ""),
    "B30 partial": (with_type(b"message/partial; id=x; number=1; total=2"), any_mail),
    "B31 flowed": (
        with_type(b"text/plain; format=flowed; delsp=yes; charset=utf-8", b"Fu=C3=9F =\r\n\r\nball", b"quoted-printable"),
        text_is("Fußball"),
    ),
    "B32 gb18030": (with_type(b"text/plain; charset=gb2312", "热水没有了".encode("gb18030")), text_is("热水没有了")),
    "B32 iso-2022-jp": (with_type(b"text/plain; charset=iso-2022-jp", "お湯".encode("iso-2022-jp")), text_is("お湯")),
    "B33 escape in HTML": (with_type(b"text/html; charset=iso-2022-jp", b"<p>a\x1b(B</p>"), text_is("a")),
    "B34 picture in HTML": (
        with_type(b"text/html", b'<img src="data:image/png;base64,' + base64.b64encode(b"\x89PNG\r\n\x1a\n" * 300_000) + b'">'),
        lambda m: files(1)(m) and len(m.html) < 200,
    ),
    "B35 5,001 links": (with_type(b"text/html", b'<a href="https://example.org">l</a> ' * 5_001), text_has("l l l")),
    "C17 in a mail": (with_type(b"text/html", b"<div>" * 100_000 + b"words"), text_has("words")),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_mail_is_unreadable_with_a_sentence(name: str) -> None:
    found = EmailChannel().parse(an_envelope(UNREADABLE[name]))

    assert isinstance(found, Unreadable)
    assert found.reason.endswith(".")


@pytest.mark.parametrize("name", READABLE)
def test_bad_mail_is_read_in_time_and_can_be_stored(name: str) -> None:
    raw, expected = READABLE[name]
    began = time.thread_time()

    message = read_mail(an_envelope(raw, **OURS))

    assert time.thread_time() - began < 4
    assert isinstance(message, InboundMessage)
    assert expected(message), message
    assert_storable(message)


def assert_storable(value: object) -> None:
    """Fail for text that PostgreSQL refuses."""
    if isinstance(value, str):
        assert "\0" not in value
        value.encode("utf-8")
    elif isinstance(value, tuple):
        for each in value:
            assert_storable(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            assert_storable((key, each))
    elif is_dataclass(value):
        for one in fields(value):
            assert_storable(getattr(value, one.name))


PIECES = [
    b"From: ", b"To: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: text/html; charset=", b"\r\n",
    b"\r\n\r\n", b"--b", b"--b--", b"Content-Transfer-Encoding: base64", b"=?utf-8?q?=00=0D?=", b"a@example.com", b"<", b">", b"(",
    b'"', b"Content-Disposition: attachment; filename*0*=", b"Message-ID: <>", b"From MAILER-DAEMON", b"begin 644 x\n", b"utf-7",
    b"Content-Type: message/delivery-status", b"Action: failed\r\nFinal-Recipient: rfc822; a@example.com",
    b"On 1 Jan 2026 10:00 a@b.cc wrote:",
]  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=30), max_size=25))
def test_any_bytes_are_read_without_the_last_net(pieces: list[bytes]) -> None:
    found = read_mail(an_envelope(b"".join(pieces), **OURS))

    assert_storable(found)


def test_reading_is_pure() -> None:
    raw = READABLE["B10 no end"][0]

    first, again = EmailChannel().parse(an_envelope(raw)), EmailChannel().parse(an_envelope(raw))

    assert first == again
    assert an_envelope(raw).received_at == NOW

"""Damage to real mail, by seed: headers, boundaries, charsets, encodings, nesting, bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from channels.message import InboundMessage

MAX_SIZE = 300_000
_CHARSETS = [
    b"utf-8",
    b"utf-7",
    b"klingon-8",
    b"us-ascii",
    b"gb2312",
    b"iso-2022-jp",
    b"rot13",
    b"x\x00y",
    b"utf-16",
    b"",
]
_ENCODINGS = [b"base64", b"quoted-printable", b"x-uuencode", b"x-gzip64", b"7-bit", b"", b"8bits", b"binary"]
_FIELDS = [
    b"From: a@example.org)b@example.com", b"From: =?utf-8?q?x=0D=0ABcc=3A_v=40example.org?= <a@example.org>",
    b"Message-ID: <>", b"Message-ID: <[@b>", b"Subject: =?klingon?q?abc?=", b"Subject: " + b"=?utf-8?q?a?= " * 300,
    b"Date: 31 Feb 99999 25:61:61 +9999", b"To: G: a@example.org, (" + b"(" * 200, b"References: " + b"<a@b> " * 2_000,
    b"Content-Type: multipart/mixed; boundary=\"\"", b"Content-Type: text/html; charset=\"\x00\"", b"X\x00Y: z",
    b"Content-Disposition: attachment; filename*0*=x''%00; filename*7=\"a", b"no colon here", b"From: \xff\xfe <a@b>",
]  # fmt: skip

Mutation = Callable[[random.Random, bytes], bytes]


def _flip(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 2_000) :]


def _end(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _double(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 500)]
    return data[:start] + piece * chance.randint(2, 20) + data[start:]


def _header(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 3)):
        lines.insert(chance.randrange(min(20, len(lines)) + 1), chance.choice(_FIELDS) + b"\r")
    return b"\n".join(lines)


def _charset(chance: random.Random, data: bytes) -> bytes:
    return re.sub(rb'(?i)charset="?[\w-]+', lambda _: b"charset=" + chance.choice(_CHARSETS), data)


def _encoding(chance: random.Random, data: bytes) -> bytes:
    pattern = rb"(?i)(content-transfer-encoding:)[^\r\n]*"
    return re.sub(pattern, lambda found: found[1] + b" " + chance.choice(_ENCODINGS), data)


def _boundary(chance: random.Random, data: bytes) -> bytes:
    found = re.search(rb'(?i)boundary="?([^"\s;]+)', data)
    if not found:
        return _header(chance, data)
    other = chance.choice([found[1][:-1], found[1] + b"x", b"a b", b"-" * 200, b"\x00", found[1][::-1]])
    if chance.random() < 0.5:
        return data[: found.start(1)] + other + data[found.end(1) :]
    return data.replace(b"--" + found[1], b"--" + other, chance.randint(1, 3))


def _nest(chance: random.Random, data: bytes) -> bytes:
    for level in range(chance.randint(1, 60)):
        if chance.random() < 0.5:
            data = b"Content-Type: message/rfc822\r\n\r\n" + data
        else:
            mark = b"n%d" % level
            data = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n%s\r\n--%s--\r\n" % (
                mark,
                mark,
                data,
                mark,
            )
    return data


def _line_ends(chance: random.Random, data: bytes) -> bytes:
    end = chance.choice([b"\r", b"\n", b"\r\r\n", b"\n\n"])
    return data.replace(b"\r\n", b"\n").replace(b"\n", end)


MUTATIONS: Sequence[Mutation] = (
    _flip, _cut, _end, _double, _header, _charset, _encoding, _boundary, _nest, _line_ends,
)  # fmt: skip


def mutations(originals: Sequence[tuple[str, bytes]], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of damaged mail, the same for the same seed."""
    chance = random.Random(seed)
    small = [(name, data) for name, data in originals if 0 < len(data) <= MAX_SIZE]
    for number in range(count):
        name, data = chance.choice(small)
        kinds = chance.sample(MUTATIONS, chance.randint(1, 3))
        for kind in kinds:
            data = kind(chance, data) or b"\n"
        yield f"{number} {name} {'+'.join(kind.__name__.strip('_') for kind in kinds)}", data


def unsafe_words(message: InboundMessage) -> list[str]:
    """Return the fields whose text PostgreSQL would refuse: NUL or lone surrogates."""
    return sorted({name for name, text in _texts("message", message) if "\x00" in text or not _encodes(text)})


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(name, each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(name, each)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _texts(one.name, getattr(value, one.name))

"""Outlook's winmail.dat: the files and words inside (MS-OXTNEF, MS-OXRTFCP). Reads damaged ones as far as they go."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email.charset import clean_text, codec_for, decode

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_FILES = 1_000
MAX_DEPTH = 3
_MAX_BODY = 20_000_000

# attribute ids, MS-OXTNEF 2.1.3.2
_CODEPAGE, _BODY, _MESSAGE_PROPERTIES = 0x00069007, 0x0002800C, 0x00069003
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# property ids, MS-OXPROPS
_PR_BODY, _PR_RTF, _PR_HTML = 0x1000, 0x1009, 0x1013
_PR_NAME, _PR_DATA, _PR_SHORT_NAME, _PR_LONG_NAME = 0x3001, 0x3701, 0x3704, 0x3707
_PR_MIME_TYPE, _PR_CONTENT_ID = 0x370E, 0x3712
# property types, MS-OXCDATA 2.11.1
_FIXED = {0x01: 4, 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MULTIPLE = 0x1000
_GUID = 16


class DamagedTnef(ValueError):
    """Raised when bytes are no TNEF at all."""


@dataclass
class TnefFile:
    """One file in a winmail.dat."""

    name: str = ""
    data: bytes = b""
    declared_type: str = ""
    content_id: str = ""


@dataclass
class Tnef:
    """What a winmail.dat holds; `rtf` is the body of mail that was written as rich text."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""


def read_tnef(data: bytes, depth: int = 0) -> Tnef:
    """Read a TNEF stream; raises `DamagedTnef` when it is none. What stands behind the first damage is left out."""
    if not data.startswith(SIGNATURE):
        raise DamagedTnef("This is no TNEF stream.")
    found = Tnef()
    codec = "cp1252"
    for attribute, value in _attributes(data):
        if attribute == _CODEPAGE and len(value) >= 4:
            codec = codec_for(f"cp{struct.unpack_from('<I', value)[0]}") or codec
        elif attribute == _BODY:
            found.text = found.text or _string(value, codec)
        elif attribute == _MESSAGE_PROPERTIES:
            _take_body(found, value, codec)
        elif attribute == _NEW_ATTACHMENT and len(found.files) < MAX_FILES:
            found.files.append(TnefFile())
        elif found.files:
            _take_file(found, attribute, value, codec, depth)
    _number_nameless(found.files)
    return found


def _number_nameless(files: list[TnefFile]) -> None:
    """Tell apart by numbers the files that Outlook, for want of a name, all calls 'Untitled Attachment'."""
    nameless = Counter(file.name for file in files if "." not in file.name)
    given: Counter[str] = Counter()
    for file in files:
        if nameless[file.name] > 1:
            given[file.name] += 1
            file.name = f"{file.name}.{given[file.name]}"


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (id, data) of each attribute; behind the signature stands a key of two bytes, behind each a checksum."""
    at = 6
    while at + 9 <= len(data):
        attribute, length = struct.unpack_from("<II", data, at + 1)
        end = at + 9 + length
        if end > len(data):
            return
        yield attribute, data[at + 9 : end]
        at = end + 2


def _take_body(found: Tnef, value: bytes, codec: str) -> None:
    for kind, number, content in _properties(value):
        if number == _PR_BODY:
            found.text = found.text or _text(kind, content, codec)
        elif number == _PR_HTML:
            found.html = found.html or clean_text(decode(content, codec)[0])
        elif number == _PR_RTF:
            found.rtf = found.rtf or decompress_rtf(content)


def _take_file(found: Tnef, attribute: int, value: bytes, codec: str, depth: int) -> None:
    file = found.files[-1]
    if attribute == _TITLE:
        file.name = file.name or _string(value, codec)
    elif attribute == _DATA:
        file.data = file.data or value
    elif attribute == _ATTACHMENT_PROPERTIES:
        names: dict[int, str] = {}
        for kind, number, content in _properties(value):
            if number in (_PR_LONG_NAME, _PR_SHORT_NAME, _PR_NAME):
                names[number] = _text(kind, content, codec)
            elif number == _PR_DATA and kind == _OBJECT:  # attAttachData then holds but a sentence of regret
                file.data = content[_GUID:]
                _take_inner(found, file.data, depth)
            elif number == _PR_DATA:
                file.data = file.data or content
            elif number == _PR_MIME_TYPE:
                file.declared_type = _text(kind, content, codec)
            elif number == _PR_CONTENT_ID:
                file.content_id = _text(kind, content, codec)
        file.name = names.get(_PR_LONG_NAME) or file.name or names.get(_PR_SHORT_NAME) or names.get(_PR_NAME) or ""


def _take_inner(found: Tnef, data: bytes, depth: int) -> None:
    """Take the files out of a mail inside the mail, which is a TNEF stream again; the stream stays a file too."""
    if data.startswith(SIGNATURE) and depth < MAX_DEPTH:
        known = {(file.name, file.data) for file in found.files}
        new = [file for file in read_tnef(data, depth + 1).files if (file.name, file.data) not in known]
        found.files[-1:-1] = new[: max(0, MAX_FILES - len(found.files))]


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (type, id, first value) of each MAPI property; stops at the first that does not fit."""
    if len(data) < 4:
        return
    (count,) = struct.unpack_from("<I", data)
    at = 4
    try:
        for _ in range(min(count, 10_000)):
            kind, number = struct.unpack_from("<HH", data, at)
            at = _skip_name(data, at + 4) if number >= 0x8000 else at + 4
            value, at = _value(data, at, kind)
            yield kind & ~_MULTIPLE, number, value
    except (struct.error, KeyError):
        return


def _skip_name(data: bytes, at: int) -> int:
    """Skip the name of a named property: a GUID, then a number or a string."""
    (form,) = struct.unpack_from("<I", data, at + _GUID)
    if form == 0:
        return at + _GUID + 8
    (length,) = struct.unpack_from("<I", data, at + _GUID + 4)
    return at + _GUID + 8 + _padded(length)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    base = kind & ~_MULTIPLE
    variable = base in (_STRING8, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if variable or kind & _MULTIPLE:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    first = b""
    for index in range(min(count, 10_000)):
        if variable:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        else:
            length = _FIXED[base]
        if at + length > len(data):
            raise struct.error("a property is longer than its attribute")
        first = data[at : at + length] if index == 0 else first
        at += _padded(length)
    return first, at


def _padded(length: int) -> int:
    return length + -length % 4


def _text(kind: int, value: bytes, codec: str) -> str:
    return (
        clean_text(value.decode("utf-16-le", "replace")).rstrip("\x00") if kind == _UNICODE else _string(value, codec)
    )


def _string(value: bytes, codec: str) -> str:
    return clean_text(decode(value.rstrip(b"\x00"), codec)[0])


_PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompress_rtf(data: bytes) -> bytes:
    """Return the RTF of a compressed body (MS-OXRTFCP 3.1), or nothing where it is damaged from the start."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<I", data, 4)[0], data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu" or size > _MAX_BODY:
        return b""
    window = bytearray(_PRESET.ljust(4096, b"\x00"))
    write, at = len(_PRESET), 16
    out = bytearray()
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not control >> bit & 1:
                run = data[at : at + 1]
                at += 1
            elif at + 1 < len(data):
                token = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = token >> 4, (token & 15) + 2
                if offset == write:
                    return bytes(out)
                run = _copy(window, offset, length, write)
            else:
                return bytes(out)
            out += run
            for byte in run:
                window[write] = byte
                write = (write + 1) % 4096
    return bytes(out)


def _copy(window: bytearray, offset: int, length: int, write: int) -> bytes:
    """Read from the ring; a run may reach into what it is just writing."""
    run = bytearray()
    for step in range(length):
        source = (offset + step) % 4096
        ahead = (source - write) % 4096
        run.append(run[ahead] if ahead < len(run) else window[source])
    return bytes(run)

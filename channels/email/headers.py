"""Header values as text, lists of ids and instants, out of whatever bytes stand there (RFC 5322, 2047, 6532)."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from channels.address import clean_line
from channels.email.charset import codec_for, decode
from channels.email.structure import decode_base64

MAX_SUBJECT = 998  # RFC 5322 2.1.1: no line is longer, so no honest subject is
MAX_REFERENCES = 100
MAX_ID = 500
_MAX_VALUE = 200_000

_WORD = re.compile(r"=\?([^\s?*=]+)(?:\*[^\s?]*)?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,4000})\?=")
_BETWEEN = re.compile(r"[ \t\r\n]*\Z")


def decode_header(raw: bytes, hints: Iterable[str] = ()) -> str:
    """Return a header value as one clean line: encoded words decoded, 8-bit bytes read by `hints` or guessed.

    Neighbouring encoded words of one charset are joined before decoding, since senders split inside characters.
    """
    if not raw:
        return ""
    text, _ = decode(raw[:_MAX_VALUE], "utf-8", hints)
    return clean_line(decode_words(text))


def decode_words(text: str) -> str:
    """Decode the encoded words of a text (RFC 2047); words in an unknown charset stay as they are."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run = _Run()
    at = 0
    for found in _WORD.finditer(text):
        codec = codec_for(found[1])
        between = text[at : found.start()]
        if not (run.open and not between.strip()):
            pieces += [run.close(), between]
        elif codec != run.codec:
            pieces.append(run.close())
        if codec is None:
            pieces.append(found[0])
        else:
            run.add(codec, _word_bytes(found[2], found[3]))
        at = found.end()
    return "".join([*pieces, run.close(), text[at:]])


class _Run:
    """Bytes of neighbouring encoded words that share a charset."""

    def __init__(self) -> None:
        self.codec = ""
        self.open = False
        self._data: list[bytes] = []

    def add(self, codec: str, data: bytes) -> None:
        self.codec, self.open = codec, True
        self._data.append(data)

    def close(self) -> str:
        text = decode(b"".join(self._data), self.codec)[0] if self._data else ""
        self._data, self.open, self.codec = [], False, ""
        return text


def _word_bytes(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return decode_base64(data)
    return binascii.a2b_qp(data, header=True)


def subject_text(raw: bytes, hints: Iterable[str] = ()) -> str:
    """Return a subject, cut where no honest subject goes on."""
    return decode_header(raw[: MAX_SUBJECT * 20], hints)[:MAX_SUBJECT].strip()


_ID = re.compile(r"<([^<>\s]{1,100000})>")
_BARE_ID = re.compile(r"[^\s<>@\"']+@[^\s<>@\"']+")


def message_ids(values: Iterable[bytes]) -> tuple[str, ...]:
    """Return the message ids in header values, without brackets, in order, each once; free text is passed over.

    Of more than 100 the last are kept. Ids longer than 500 characters become `sha256-<hash>@overlong.invalid`, the same
    each time, so that they thread and still fit an index.
    """
    found: dict[str, None] = {}
    for value in values:
        text = decode_words(decode(value, "utf-8")[0])
        ids = _ID.findall(text)
        if not ids and (bare := _BARE_ID.fullmatch(text.strip())):
            ids = [bare[0]]
        found.update(dict.fromkeys(_short(clean_line(one)) for one in ids))
    return tuple(one for one in found if one)[-MAX_REFERENCES:]


def _short(message_id: str) -> str:
    if len(message_id) <= MAX_ID:
        return message_id
    return f"sha256-{hashlib.sha256(message_id.encode()).hexdigest()}@overlong.invalid"


def read_date(raw: bytes) -> datetime | None:
    """Return the instant of a Date field in UTC, or None when it is missing, impossible, or not within 1980 to 2100."""
    try:
        parts = parsedate_tz(decode(raw[:200], "utf-8")[0])
        if parts is None or not 1980 <= parts[0] <= 2100 or b" 0000 " in raw:  # which the parser takes for 2000
            return None
        offset = parts[9] or 0
        if abs(offset) > 24 * 3600:
            return None
        return datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=offset)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

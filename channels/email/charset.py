"""Bytes of unknown honesty into text: the declared charset if it is known and true, else the likeliest."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

import chardet

_GUESS_WINDOW = 65_536
_GUESS_MINIMUM = 32  # every guesser fails on a bare word

# Names that mail uses, and the codec that reads what is meant: a superset where senders mean the superset.
_ALIASES = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi-x3.4-1968": "cp1252", "ansi-x3.110-1983": "cp1252", "646": "cp1252",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252",
    "8859-1": "cp1252", "iso-8859-9": "cp1254", "iso8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "utf8": "utf-8", "iso-utf-8": "utf-8", "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8n": "utf-8",
    "gb2312": "gb18030", "gb-2312-80": "gb18030", "gb2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "ms936": "gb18030", "windows-936": "gb18030", "euc-cn": "gb18030", "chinese": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-big5": "big5hkscs", "cp950": "big5hkscs", "ms950": "cp950",
    "ks-c-5601-1987": "cp949", "ks-c-5601": "cp949", "euc-kr": "cp949", "korean": "cp949", "windows-949": "cp949",
    "ksc5601": "cp949", "uhc": "cp949",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms-kanji": "cp932", "windows-31j": "cp932",
    "cswindows31j": "cp932", "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-1": "iso2022_jp_ext",
    "iso-2022-jp-2": "iso2022_jp_2", "iso-2022-jp-3": "iso2022_jp_3", "iso-2022-jp-2004": "iso2022_jp_2004",
    "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "iso-2022-kr": "iso2022_kr", "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "eucjp": "euc_jp",
    "macintosh": "mac-roman", "mac": "mac-roman", "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "koi8": "koi8-r", "koi8-ru": "koi8-u", "x-cp1251": "cp1251", "ansi": "cp1252",
}  # fmt: skip
# Codecs that mail text may be decoded with. Not utf-7 (its escapes turn into markup behind every filter), not rot13,
# zlib, hex, idna and the other codecs of Python that are no charsets.
_ALLOWED = frozenset(
    {
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "gb18030",
        "hz",
        "big5hkscs",
        "cp949",
    }
    | {"cp932", "cp950", "johab", "euc_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004"}
    | {"iso2022_kr", "koi8-r", "koi8-u", "koi8-t", "kz1048", "ptcp154", "tis-620", "hp-roman8"}
    | {f"cp{number}" for number in (*range(1250, 1259), 437, 720, 737, 775, *range(850, 870), 874, 1006, 1125)}
    | {f"iso8859-{number}" for number in range(2, 17)}
    | {f"mac-{name}" for name in ("roman", "cyrillic", "greek", "latin2", "iceland", "turkish", "croatian", "romanian")}
)
_CODEPAGE = re.compile(r"(?:windows|win|cp|x-cp|ms|ibm)-?(\d{3,4})")
_LATIN = re.compile(r"(?:x-)?iso-?8859-?(\d{1,2})(?:-[ei])?")


@lru_cache(maxsize=1_000)
def codec_for(charset: str) -> str | None:
    """Return Python's codec for a charset name as mail writes it, or None when it is unknown or refused."""
    name = charset.strip().strip("'\"").lower().replace("_", "-").removeprefix("charset=")
    name = re.sub(r"[^a-z0-9.:+-].*", "", name, flags=re.DOTALL)
    if not name:
        return None
    if name in _ALIASES:
        return _ALIASES[name]
    if found := _LATIN.fullmatch(name):
        name = f"iso8859-{found[1]}"
    elif found := _CODEPAGE.fullmatch(name):
        name = f"cp{found[1]}"
    name = _ALIASES.get(name, name)
    return next((codec for codec in (name, name.replace("-", "_")) if codec in _ALLOWED and _exists(codec)), None)


def _exists(codec: str) -> bool:
    try:
        codecs.lookup(codec)
    except LookupError:
        return False
    return True


def decode(data: bytes, charset: str = "", hints: Iterable[str] = ()) -> tuple[str, bool]:
    """Return the text of some bytes, and whether the declared charset was true.

    `hints` are charsets declared elsewhere in the same mail: better than any guess on short texts. Never raises.
    """
    if data.isascii() and b"\x1b" not in data and b"~{" not in data and b"\x00" not in data:
        return data.decode("ascii"), not charset or codec_for(charset) is not None
    codec = codec_for(charset)
    if codec in (None, "cp1252", "cp1254"):
        # bytes that form UTF-8 are UTF-8, whatever a Latin declaration says
        text = _strict(data, "utf-8")
        if text is not None:
            return text, codec is not None and not charset.lower().startswith(("us", "ascii"))
    if codec is not None and (text := _strict(data, codec)) is not None:
        return text, True
    for candidate in ("utf-8", *(hint for hint in map(codec_for, hints) if hint and hint != codec)):
        if (text := _strict(data, candidate)) is not None:
            return text, False
    if codec is not None and _nearly(data, codec):
        return data.decode(codec, "replace"), False
    return _guess(data), False


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _nearly(data: bytes, codec: str) -> bool:
    """Tell whether a declared charset fits but for a few bad bytes."""
    text = data.decode(codec, "replace")
    foreign = sum(1 for byte in data[:_GUESS_WINDOW] if byte >= 0x80)
    return text[:_GUESS_WINDOW].count("\ufffd") <= max(1, foreign // 20)


def _guess(data: bytes) -> str:
    codec = None
    if len(data) >= _GUESS_MINIMUM:
        found = chardet.detect(data[:_GUESS_WINDOW]).get("encoding")
        codec = codec_for(found) if found else None
    text = _strict(data, codec) if codec else None
    return data.decode("cp1252", "replace") if text is None else text


_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASCII_CONTROL = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])


def clean_text(text: str) -> str:
    """Return text that any database and terminal takes: LF line ends, no NUL, escape or lone surrogate."""
    if text.isascii():  # most of all texts, and many times quicker
        return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ASCII_CONTROL)
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", _LINE_ENDS.sub("\n", text)))

"""Structured header values: a token and its parameters (RFC 2045 5.1, RFC 2231), read from whatever senders write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from channels.email.charset import decode

_PARAMETER = re.compile(
    r';\s*([^\s=;"]+)\s*=\s*'  # name
    r'(?:"((?:[^"\\]|\\.)*)"?|([^;]*))',  # quoted value, its end perhaps missing; or everything up to the semicolon
    re.DOTALL,
)
_SECTION = re.compile(r"(.+?)\*(\d{1,3})(\*)?")
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass
class Parameters:
    """A structured value: the token in lower case, its parameters by lower-case name."""

    value: str
    items: dict[str, str] = field(default_factory=dict)


def read_parameters(raw: bytes) -> Parameters:
    """Read `token; name=value; ...` with RFC 2231 continuations and charsets; never raises.

    Where a parameter stands in both its plain and its extended form, the extended one wins (RFC 6266 4.3 for mail too).
    """
    if not raw:
        return Parameters("")
    return _read_short(raw) if len(raw) <= _SHORT else _read(raw)


def _read(raw: bytes) -> Parameters:
    text = raw.decode("utf-8", "surrogateescape").replace("\x00", "")
    head, semicolon, _ = text.partition(";")
    value = _COMMENT.sub("", head).strip().strip("\"'").lower()
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _PARAMETER.finditer(text, len(head) if semicolon else len(text)):
        name = found[1].lower()
        item = found[3].strip() if found[2] is None else re.sub(r"\\([\"\\])", r"\1", found[2])
        if section := _SECTION.fullmatch(name):
            sections.setdefault(section[1], {}).setdefault(int(section[2]), (item, bool(section[3])))
        elif name.endswith("*"):
            sections.setdefault(name[:-1], {})[-1] = (item, True)
        else:
            plain.setdefault(name, item)
    return Parameters(value, plain | {name: _join(parts) for name, parts in sections.items()})


# `text/plain; charset=utf-8` and a few dozen others stand in nearly all mail. Nobody changes what is read.
_SHORT = 64
_read_short = lru_cache(maxsize=500)(_read)


def _join(parts: dict[int, tuple[str, bool]]) -> str:
    """Join RFC 2231 sections; a gap in their numbers is passed over."""
    if -1 in parts:
        parts = {0: parts[-1]}
    charset = ""
    data = b""
    for at, number in enumerate(sorted(parts)):
        item, encoded = parts[number]
        if encoded and at == 0 and item.count("'") >= 2:
            charset, _, item = item.split("'", 2)
        raw = item.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if encoded else raw
    return decode(data, charset)[0]

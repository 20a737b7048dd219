"""How many parts a text message is cut into, as the carriers count them (3GPP TS 23.038, TS 23.040)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")  # each is an escape and a character: two septets


class Encoding(StrEnum):
    """The two alphabets of a text message."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


_ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}  # alone, and when a header joins the parts


@dataclass(frozen=True, slots=True)
class Segments:
    """The size of a text: `units` are septets (GSM-7) or UTF-16 units (UCS-2), `segments` what is paid for."""

    encoding: Encoding
    units: int
    segments: int
    room: int
    """Units still free in the last segment."""


def count_segments(text: str) -> Segments:
    """Count the parts of a text; an empty text has none. A character that needs two units is never cut in half."""
    encoding = Encoding.GSM7 if _GSM_BASIC.union(_GSM_EXTENSION).issuperset(text) else Encoding.UCS2
    widths = [_width(character, encoding) for character in text]
    alone, joined = _ROOM[encoding]
    units = sum(widths)
    if not units:
        return Segments(encoding, 0, 0, alone)
    if units <= alone:
        return Segments(encoding, units, 1, alone - units)
    segments, free = 1, joined
    for width in widths:
        if width > free:
            segments, free = segments + 1, joined
        free -= width
    return Segments(encoding, units, segments, free)


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in _GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1

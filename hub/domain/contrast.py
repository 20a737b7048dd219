"""How well a colour can be read on another (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

READABLE = 4.5
PAPER, NIGHT = "#FFFFFF", "#161E26"
INK_AT_NIGHT = "#06222B"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def is_colour(words: str) -> bool:
    """Tell whether words are a colour as `#0B5F75`."""
    return _COLOUR.fullmatch(words) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def at_night(colour: str) -> str:
    """Return the first lighter shade of a colour that can be read on a dark page."""
    shades = (mixed(colour, PAPER, step / 20) for step in range(21))
    return next(
        each for each in shades if contrast(each, NIGHT) >= READABLE and contrast(each, INK_AT_NIGHT) >= READABLE
    )


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02X}" for one, two in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(each / 255) for each in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

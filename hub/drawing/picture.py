"""Drawing one picture again: small, upright, without what came with it."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from hub.drawing.wire import Drawn

MOST_PIXELS = 40_000_000
MOST_UNSCALED = 20_000_000  # only JPEG can be decoded small: the others stand in memory as they are, WebP four times
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
SMOOTH = frozenset({"L", "RGB", "RGBA", "CMYK", "YCbCr"})  # the others lose their colours where they are made smaller
TROUBLE = (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def redraw(data: bytes, side: int) -> tuple[Drawn, bytes]:
    """Return a picture as WebP, no side longer than `side` pixels, turned upright, without metadata.

    The size is checked before anything is decoded: a picture may be a bomb (reliability T-20). It is made small before
    anything else is done to it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > (MOST_PIXELS if picture.format == "JPEG" else MOST_UNSCALED):
                    return Drawn.TOO_LARGE, b""
                picture.draft("RGB", (side * 2, side * 2))
                whole = picture if picture.mode in SMOOTH else picture.convert("RGB")
                whole.thumbnail((side, side), reducing_gap=2.0)
                out = io.BytesIO()
                upright = ImageOps.exif_transpose(whole)
                upright.convert("RGBA" if upright.mode == "RGBA" else "RGB").save(out, "WEBP", quality=80)
                return Drawn.DONE, out.getvalue()
    except TROUBLE:
        return Drawn.UNREADABLE, b""

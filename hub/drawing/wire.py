"""What the two processes say to each other: a head of fixed size, then bytes."""

from __future__ import annotations

import struct
from enum import IntEnum
from io import FileIO
from typing import IO

ASKED = struct.Struct(">II")  # the longest side in pixels, the size of the picture
ANSWERED = struct.Struct(">BI")  # an outcome, the size of what was drawn


class Drawn(IntEnum):
    """How drawing a picture ended."""

    DONE = 0
    TOO_LARGE = 1
    UNREADABLE = 2


def read_exactly(stream: IO[bytes] | FileIO, size: int) -> bytes:
    """Return so many bytes; raises `EOFError` where the other side has gone."""
    data = bytearray()
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise EOFError("The other side of the pipe has ended.")
        data += more
    return bytes(data)

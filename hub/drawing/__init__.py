"""Pictures made small in a process of their own: what they cost in time and memory is never the pages' to pay.

Whoever sends a picture chooses how much work it is. So one process draws for all threads of another, one picture at a time,
behind everything else (nice), without our secrets and within limits of its own; it ends when nobody asks for a minute.
"""

from __future__ import annotations

from hub.drawing.studio import NotDrawn, Studio

__all__ = ["NotDrawn", "Studio"]

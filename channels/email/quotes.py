"""What a person wrote now, without the history below it; for display and triage only, the full text is always kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WROTE = re.compile(
    r"^\s*(?:On|Am|Le|El|Il|Op)\b.{3,200}(?:wrote|schrieb|écrit|escribió|scritto|geschreven).{0,80}:\s*$"
)
_DIVIDER = re.compile(
    r"^\s*-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Forwarded message)\s*-{2,}\s*$", re.IGNORECASE
)


def reply_text(text: str, html: str = "", sent_texts: Sequence[str] = ()) -> str:
    """Return the new words of a message."""
    del html, sent_texts
    kept = []
    for line in text.split("\n"):
        if _WROTE.match(line) or _DIVIDER.match(line) or line == "-- ":
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text.strip()

"""How a message waits for files that its provider keeps: three facts on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

WAITING = "media_waiting"
NEXT_AT = "media_next_at"
ATTEMPTS = "media_attempts"


def waiting_facts(links: Iterable[tuple[str, str]], next_at: datetime, *, attempts: int = 0) -> dict[str, Any]:
    """Return the facts of a message whose files, each an address and a type, are to be fetched at an instant."""
    listed = [{"url": url, "type": content_type} for url, content_type in links]
    return {WAITING: listed, NEXT_AT: next_at.isoformat(), ATTEMPTS: attempts} if listed else {}


def without_waiting(facts: dict[str, Any]) -> dict[str, Any]:
    """Return a message's facts once it waits for nothing."""
    return {key: value for key, value in facts.items() if key not in {WAITING, NEXT_AT, ATTEMPTS}}

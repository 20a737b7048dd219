"""What a person in danger is told at once, by kind of emergency and language; texts in `safety_texts.json`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from classifiers.emergencies import EmergencyKind

_FILE = Path(__file__).parent / "safety_texts.json"
_FALLBACK = "en"


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return texts


def languages() -> tuple[str, ...]:
    """Name the languages that have safety texts."""
    return tuple(_texts())


def safety_text(kind: str, language: str, *, phone: str = "") -> str:
    """Give the safety text for a kind of emergency, in English where the language has none.

    `phone` is the number of the company's emergency line and is added at the end. An unknown kind gets the text for any
    danger: call the emergency services.
    """
    texts = _texts().get(language[:2].lower(), _texts()[_FALLBACK])
    text = texts[kind] if kind in set(EmergencyKind) else texts["any"]
    return f"{text} {texts['phone'].format(phone=phone)}" if phone else text

"""Taking people out of a text before operations see it."""

from __future__ import annotations

import re
from collections.abc import Iterable

EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
PHONE = re.compile(r"(?<![\w#])(?:\+|00)?\(?\d[\d\s()./-]{5,18}\d(?!\w)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\s?[A-Z0-9]{0,4}\b")
SHORTEST_NAME = 3
FEWEST_DIGITS = 7


def mask(text: str, *, names: Iterable[str] = ()) -> str:
    """Return a text with mail addresses, phone numbers, account numbers and the given names put out of sight."""
    masked = IBAN.sub("[account]", EMAIL.sub("[email]", text))
    masked = PHONE.sub(_mask_phone, masked)
    words = {
        word
        for name in names
        for word in re.split(r"[\s,]+", name)
        if len(word) >= SHORTEST_NAME and not word.isdigit()
    }
    for word in sorted(words, key=len, reverse=True):
        masked = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "[name]", masked, flags=re.IGNORECASE)
    return re.sub(r"\[name\](?:\s+\[name\])+", "[name]", masked)


def _mask_phone(found: re.Match[str]) -> str:
    """Mask what has enough digits for a phone number; dates and short counts stay."""
    return "[phone]" if sum(each.isdigit() for each in found.group()) >= FEWEST_DIGITS else found.group()

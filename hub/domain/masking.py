"""Taking people out of a text before operations see it."""

from __future__ import annotations

import re
from collections.abc import Iterable

EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
PHONE = re.compile(r"(?<![\w#])(?:\+|00)?\(?\d[\d\s()./-]{5,18}\d(?!\w)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\s?[A-Z0-9]{0,4}\b", re.IGNORECASE)
DATE = re.compile(
    r"(?<![\d./-])((?:19|20)\d\d-[01]?\d-[0-3]?\d|[0-3]?\d\.[01]?\d\.(?:(?:19|20)?\d\d)?|[0-3]?\d[/-][0-3]?\d[/-](?:(?:19|20)?\d\d))(?![./-]?\d)"
)
SHORT_NAME = 2
FEWEST_DIGITS = 7
FEWEST_DIGITS_OF_ACCOUNT = 10


def mask(text: str, *, names: Iterable[str] = ()) -> str:
    """Return a text with mail addresses, phone numbers, account numbers and the given names put out of sight.

    Dates and short counts stay: operations work by them.
    """
    masked = IBAN.sub(
        lambda found: _mask_digits(found, "[account]", FEWEST_DIGITS_OF_ACCOUNT), EMAIL.sub("[email]", text)
    )
    parts = DATE.split(masked)
    parts[::2] = [PHONE.sub(lambda found: _mask_digits(found, "[phone]", FEWEST_DIGITS), each) for each in parts[::2]]
    masked = "".join(parts)
    for word in sorted(_words_of(names), key=len, reverse=True):
        masked = _mask_name(masked, word)
    return re.sub(r"\[name\](?:[\s-]+\[name\])+", "[name]", masked)


def _words_of(names: Iterable[str]) -> set[str]:
    """Return the words that names are made of; initials and house numbers are not worth hiding."""
    words = {word for name in names for word in re.split(r"[\s,-]+", name)}
    return {word for word in words if len(word) >= SHORT_NAME and not word.isdigit()}


def _mask_name(text: str, word: str) -> str:
    """Mask a name, its genitive too. One of two letters counts only as it is spelt: 'Li', but not every 'li'."""
    flags = re.IGNORECASE if len(word) > SHORT_NAME else re.NOFLAG
    return re.sub(rf"(?<!\w){re.escape(word)}(?:['’]?s)?(?!\w)", "[name]", text, flags=flags)


def _mask_digits(found: re.Match[str], mark: str, fewest: int) -> str:
    """Mask what has enough digits to be a number that reaches somebody."""
    return mark if sum(each.isdigit() for each in found.group()) >= fewest else found.group()

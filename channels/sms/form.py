"""The urlencoded form in which Twilio describes a message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

MAX_FIELDS = 500
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # in no text a person means


class Form(dict[str, list[str]]):
    """The fields of a form, each with all its values; `getlist` is what Twilio's validator asks for."""

    def getlist(self, name: str) -> list[str]:
        """Return all values of a field."""
        return self.get(name, [])

    def first(self, name: str) -> str:
        """Return the first value of a field, or nothing."""
        return next(iter(self.get(name, ())), "")


def read_form(body: bytes) -> Form:
    """Read a urlencoded body; bytes that are no UTF-8 become U+FFFD.

    Raises `ValueError` for more than 500 fields.
    """
    form = Form()
    pairs = parse_qsl(
        body.decode("ascii", "replace"), keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS
    )
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def write_form(fields: Iterable[tuple[str, str]]) -> bytes:
    """Write fields as Twilio would have posted them."""
    return urlencode(list(fields)).encode("ascii")

"""Links that anybody may open who was sent one: a number and its signature, which nobody can guess."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode

from hub.desk import Desk

SIGNATURE_BYTES = 12
TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{16})")


def sign_number(desk: Desk, purpose: str, number: int) -> str:
    """Return a number as the token of a link of some purpose."""
    return f"{number}-{_sign(desk.vault.keys(purpose)[0], number)}"


def read_number(desk: Desk, purpose: str, token: str) -> int | None:
    """Return the number of a token, or None alike for a guess and what is no token of this purpose."""
    found = TOKEN.fullmatch(token)
    if found is None:
        return None
    number = int(found[1])
    genuine = any(hmac.compare_digest(_sign(key, number), found[2]) for key in desk.vault.keys(purpose))
    return number if genuine else None


def _sign(key: bytes, number: int) -> str:
    return urlsafe_b64encode(hmac.digest(key, str(number).encode(), "sha256")[:SIGNATURE_BYTES]).decode()

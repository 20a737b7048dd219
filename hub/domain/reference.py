"""The ids by which messages name one another."""

from __future__ import annotations

import hashlib


def hash_id(message_id: str) -> bytes:
    """Return the hash under which a Message-ID is kept: ids may be longer than an index entry."""
    return hashlib.sha256(message_id.strip().strip("<>").encode("utf-8", "replace")).digest()

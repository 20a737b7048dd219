"""How sure we are of a sender: the word of our own receiving server, and nobody else's (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.address import clean_line
from channels.email.charset import decode
from channels.message import Trust

_PIECE = re.compile(r'\\.|["()]|[^\\"()]+', re.DOTALL)
_NAME = re.compile(r"[\w.@+-]+")
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z-]+\.[a-z-]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def sender_trust(results: Sequence[bytes], authserv_id: str, sender_domain: str) -> Trust:
    """Return VERIFIED only if our server's own results say that the sender's domain stands behind the mail.

    `results` are the Authentication-Results fields from the top. Only the topmost is read, and only when its first
    token is `authserv_id`: a server adds its own above all others (RFC 8601 5), what stands below may be forged. DMARC
    must pass for the domain of From; without a DMARC result a DKIM signature of exactly that domain is enough.
    """
    verdicts = _own_verdicts(results, authserv_id)
    if not verdicts or not sender_domain:
        return Trust.UNVERIFIED
    dmarc = [(result, properties) for method, result, properties in verdicts if method == "dmarc"]
    if dmarc:
        passed = all(
            result == "pass" and properties.get("header.from", sender_domain) == sender_domain
            for result, properties in dmarc
        )
    else:
        passed = any(
            method == "dkim" and result == "pass" and properties.get("header.d") == sender_domain
            for method, result, properties in verdicts
        )
    return Trust.VERIFIED if passed else Trust.UNVERIFIED


def is_forged(results: Sequence[bytes], authserv_id: str) -> bool:
    """Tell whether our server's own results say that the domain of From disowns the mail (DMARC, RFC 7489 11.2)."""
    return any(method == "dmarc" and result == "fail" for method, result, _ in _own_verdicts(results, authserv_id))


def _own_verdicts(results: Sequence[bytes], authserv_id: str) -> list[tuple[str, str, dict[str, str]]]:
    """Return what our own server found, nothing where the topmost field is not its."""
    if not results or not authserv_id:
        return []
    text = _own_words(clean_line(decode(results[0][:20_000], "utf-8")[0]))
    server, _, rest = text.partition(";")
    ours = bool(server.split()) and server.split()[0].lower() == authserv_id.strip().lower()
    return _verdicts(rest) if ours else []


def _own_words(text: str) -> str:
    """Leave out comments, however deep, and quoted words that are no name (RFC 5322 3.2): strangers' words stand in both."""
    kept: list[str] = []
    quoted: list[str] | None = None
    depth = 0
    for piece in _PIECE.findall(text):
        if quoted is not None and piece != '"':
            quoted.append(piece)
        elif quoted is not None:
            word, quoted = "".join(quoted), None
            kept.append(word if _NAME.fullmatch(word) else "")
        elif piece in "()":
            depth = depth + 1 if piece == "(" else max(depth - 1, 0)
            kept.append(" ")
        elif depth == 0 and piece == '"':
            quoted = []
        elif depth == 0:
            kept.append(piece)
    return "".join(kept)


def _verdicts(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Return (method, result, properties) of each result, in lower case."""
    verdicts = []
    for piece in text.split(";"):
        if found := _RESULT.fullmatch(piece):
            properties = {name.lower(): value.lower() for name, value in _PROPERTY.findall(found[3])}
            verdicts.append((found[1].lower(), found[2].lower(), properties))
    return verdicts

"""Delivery reports: who could not be reached and why (RFC 3464, 3463), receipts (8098) and complaints (5965)."""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flufl.bounce import all_failures

from channels.address import AddressError, canonical_email, clean_line
from channels.email.charset import clean_text, decode
from channels.email.headers import decode_header
from channels.email.loops import null_sender
from channels.email.structure import Part
from channels.message import Bounce, Kind

log = logging.getLogger(__name__)

_MAX_TEXT = 100_000
_DAEMON = re.compile(r"\b(?:mailer-?daemon|mail-?daemon|postmaster|postoffice|mailerdaemon|mdaemon)\b", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.#-])([45]\d\d)(?=[ -][\w#<(\[])")
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]{1,64}@[a-z0-9.-]{1,255}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """What a machine reports on mail we sent: kind, and the recipients it names."""

    kind: Kind
    bounces: tuple[Bounce, ...] = ()


def read_report(root: Part, text: str, sender: str, facts: Mapping[str, str]) -> Report | None:
    """Return what a delivery report says, or None for mail that is no report; never raises.

    `delayed`, `delivered`, `relayed` and `expanded` are no bounces (RFC 3464 2.3.3): they come back as receipts.
    """
    types = {part.type for part in root.walk()} | {root.content_type.items.get("report-type", "").lower()}
    if "message/feedback-report" in types or "feedback-report" in types:
        return Report(Kind.COMPLAINT)
    if types & {"message/disposition-notification", "disposition-notification"}:
        return Report(Kind.RECEIPT)
    groups = _status_groups(root)
    if groups:
        return _from_status(groups, text)
    if not _looks_like_bounce(root, sender, facts, types):
        return None
    return Report(Kind.BOUNCE, _from_words(root, text))


def _looks_like_bounce(root: Part, sender: str, facts: Mapping[str, str], types: set[str]) -> bool:
    """Apply the header rule: half of all bounces are not RFC 3464."""
    if root.all("x-failed-recipients") or types & {"delivery-status", "text/rfc822-headers"}:
        return True
    if _is_vacation(root):
        return False
    return bool(null_sender(root, facts) or _DAEMON.search(sender) or _DAEMON.search(decode_header(root.first("from"))))


def _is_vacation(root: Part) -> bool:
    return decode_header(root.first("auto-submitted")).lower().startswith("auto-replied")


def _status_groups(root: Part) -> list[dict[str, str]]:
    """Return the per-recipient groups of every delivery-status part, field names in lower case."""
    groups: list[dict[str, str]] = []
    for part in root.walk():
        if part.type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        text = clean_text(decode(part.content[:_MAX_TEXT])[0])
        for block in re.split(r"\n[ \t]*\n", re.sub(r"\n[ \t]+", " ", text)):
            fields = dict(re.findall(r"^([A-Za-z-]{1,60})[ \t]*:[ \t]*(.*)$", block, re.MULTILINE)[::-1])
            group = {name.lower(): value.strip() for name, value in fields.items()}
            if "action" in group or "final-recipient" in group or "status" in group:
                groups.append(group)
    return groups


def _from_status(groups: list[dict[str, str]], text: str) -> Report:
    failed = [group for group in groups if group.get("action", "failed").lower().startswith("fail")]
    if not failed:
        return Report(Kind.RECEIPT)
    return Report(Kind.BOUNCE, tuple(_bounce(group, text) for group in failed))


def _bounce(group: dict[str, str], text: str) -> Bounce:
    diagnostic = clean_line(group.get("diagnostic-code", ""))
    declared = _STATUS.search(group.get("status", ""))
    status = declared[0] if declared else ""
    if not status or status.endswith((".0.0", ".0")):  # the explicit code often stands in the server's own words
        found = _STATUS.search(diagnostic)
        status = found[0] if found else status
    recipient = _address(group.get("original-recipient", "")) or _address(group.get("final-recipient", ""))
    reason = diagnostic.partition(";")[2].strip() or diagnostic or _first_reason(text)
    return Bounce(recipient, status, reason[:500], permanent=not status.startswith("4"))


def _from_words(root: Part, text: str) -> tuple[Bounce, ...]:
    """Read a bounce that is no RFC 3464 report: its words, and what flufl.bounce knows of such words."""
    temporary, permanent = _flufl_failures(root)
    named = [_address(one) for one in decode_header(root.first("x-failed-recipients")).split(",")]
    words = text[:_MAX_TEXT]
    status = next((found[0] for found in _STATUS.finditer(words) if found[1] in "45"), "")
    if not status and (code := _REPLY_CODE.search(words)):
        status = f"{code[1][0]}.0.0"
    hard = not status.startswith("4")
    recipients = {one: hard for one in named if one} | dict.fromkeys(permanent, True) | dict.fromkeys(temporary, False)
    reason = _first_reason(words)
    return tuple(Bounce(one, status, reason, permanent) for one, permanent in recipients.items()) or (
        Bounce("", status, reason, hard),
    )


def _first_reason(text: str) -> str:
    """Return the line of a bounce's text that says why."""
    lines = [clean_line(line) for line in text[:20_000].splitlines()]
    marked = [line for line in lines if _STATUS.search(line) or _REPLY_CODE.search(line)]
    return (marked or [line for line in lines if line] or [""])[0][:500]


def _flufl_failures(root: Part) -> tuple[list[str], list[str]]:
    """Ask flufl.bounce, which raises on a fifth of all mail and is therefore asked only when all signs say bounce."""
    header = b"".join(b"%s: %s\r\n" % (name.encode(), value[:2_000]) for name, value in root.fields[:100])
    try:
        found = all_failures(email.message_from_bytes(header + b"\r\n" + root.body[:_MAX_TEXT]))
        temporary, permanent = ([_address(clean_line(decode(one)[0])) for one in group] for group in found)
    except Exception as error:  # noqa: BLE001  its detectors raise IndexError, AttributeError and others
        log.info("flufl.bounce could not read a bounce: %s", type(error).__name__)
        return [], []
    return sorted(filter(None, temporary)), sorted(filter(None, permanent))


def _address(text: str) -> str:
    found = _ADDRESS.search(text.partition(";")[2] or text)
    if not found:
        return ""
    try:
        return canonical_email(found[0].strip("<>.'"))
    except AddressError:
        return ""

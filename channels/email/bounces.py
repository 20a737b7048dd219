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
from channels.email.loops import is_automatic_answer, null_sender
from channels.email.structure import Part
from channels.message import Bounce, Kind

log = logging.getLogger(__name__)
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs a traceback for every mail that it cannot read

_MAX_TEXT = 100_000
_DAEMON = re.compile(
    r"\b(?:mailer-?daemon|mail-?daemon|mdaemon|(?:mail[ ._-]?)?delivery[ ._-]?(?:sub)?system)\b", re.IGNORECASE
)
_KEEPER = re.compile(r"\b(?:post_?master|postoffice|system administrator|mail-?adm(?:in)?)\b", re.IGNORECASE)
# what mail servers write above and in the reports that follow no standard
_SUBJECT = re.compile(
    r"undeliver|non[- ]?deliver|not deliver|could not be deliver|returned mail|returned to sender|failure notice"
    r"|failed mail"
    r"|deliver[a-z]* (?:has )?(?:status|fail|error|notification|problem)"
    r"|(?:delivery|sending|mail)[ -]?(?:system )?(?:fail|error)"
    r"|unzustellbar|nicht zustell|non remis|non[- ]distribu|no se (?:ha )?pod|no entregad|mancata consegna|onbestelbaar"
    r"|エラー通知|配信不能|送信できません|退信",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:could not|couldn't|cannot|can't|unable to|failed to|not) (?:be )?deliver|delivery (?:has )?failed"
    r"|failed recipient|undeliverable|unknown user|user unknown|no such (?:user|recipient)"
    r"|mailbox (?:is )?(?:full|unavailable)|(?:invalid|unknown) (?:user|recipient|address)|does not exist"
    r"|address(?:es)? had (?:permanent|transient)|smtp error|nicht zugestellt|n'a pas pu|送信できません",
    re.IGNORECASE,
)
_REJECTED = re.compile(r"reject|refus|not deliver", re.IGNORECASE)
_MOVING = frozenset({"delayed", "delivered", "relayed", "expanded", "deliverable"})  # RFC 3464 2.3.3
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

    `delayed`, `delivered`, `relayed` and `expanded` are no bounces (RFC 3464 2.3.3): they come back as receipts, the
    delayed with their recipients, not `permanent`.
    """
    types = {part.type for part in root.walk()} | {root.content_type.items.get("report-type", "").lower()}
    if "message/feedback-report" in types or "feedback-report" in types:
        return Report(Kind.COMPLAINT)
    if types & {"message/disposition-notification", "disposition-notification"}:
        subject = decode_header(root.first("subject"))[:500]
        # a mailbox rule that refuses mail may say so by an MDN (RFC 5429 2.1)
        return Report(Kind.BOUNCE, _from_words(root, text)) if _REJECTED.search(subject) else Report(Kind.RECEIPT)
    groups = _status_groups(root)
    if groups:
        return _from_status(groups, text)
    if not _looks_like_bounce(root, text, sender, facts, types):
        return None
    return Report(Kind.BOUNCE, _from_words(root, text))


def _looks_like_bounce(root: Part, text: str, sender: str, facts: Mapping[str, str], types: set[str]) -> bool:
    """Apply the header rule: half of all bounces are not RFC 3464.

    A mailer-daemon writes nothing else. A postmaster, an empty return path or a telling subject needs words to go with
    it: people have these addresses too, vacation programs send from nobody, and people write about bounces.
    """
    if (
        root.first("from").strip() == b"<>"
        or root.all("x-failed-recipients")
        or types & {"delivery-status", "text/rfc822-headers"}
    ):
        return True
    origin = f"{sender} {decode_header(root.first('from'))} {decode_header(root.first('return-path'))}"
    if _DAEMON.search(origin):
        return True
    subject = decode_header(root.first("subject"))[:500]
    keeper = bool(_KEEPER.search(origin))
    told = bool(_SUBJECT.search(subject)) and not _FORWARDED.match(subject)
    if is_automatic_answer(root, subject) and not (keeper and told):
        return False
    unlikely = keeper or null_sender(root, facts)
    if not (told or unlikely):
        return False
    own_words = "\n".join(line for line in text[:5_000].split("\n") if not line.startswith(">"))
    evidence = bool(_WORDS.search(own_words) or _STATUS.search(own_words) or _REPLY_CODE.search(own_words))
    return (evidence and told) or ((evidence or told) and unlikely)


_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr)\s*:", re.IGNORECASE)


def _status_groups(root: Part) -> list[dict[str, str]]:
    """Return the per-recipient groups of every delivery-status part, field names in lower case."""
    groups: list[dict[str, str]] = []
    for part in root.walk():
        if part.type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        groups += _read_groups(clean_text(decode(part.content[:_MAX_TEXT])[0]))
    return groups


def _read_groups(text: str) -> list[dict[str, str]]:
    """Return the per-recipient groups in the text of a report (RFC 3464 2.3)."""
    groups = []
    for block in re.split(r"\n[ \t]*\n", re.sub(r"\n[ \t]+", " ", text)):
        fields = dict(re.findall(r"^([A-Za-z-]{1,60})[ \t]*:[ \t]*(.*)$", block, re.MULTILINE)[::-1])
        group = {name.lower(): value.strip() for name, value in fields.items()}
        if "action" in group or "final-recipient" in group or "status" in group:
            groups.append(group)
    return groups


def _from_status(groups: list[dict[str, str]], text: str) -> Report:
    """Read a standard report: a bounce if any recipient was given up, else a receipt; `delayed` is no failure yet."""
    failed = [group for group in groups if _action(group) not in _MOVING]
    if failed:
        bounces = {one.recipient: one for one in (_bounce(group, text, permanent=True) for group in failed)}
        return Report(Kind.BOUNCE, tuple(bounces.values()))
    late = [group for group in groups if _action(group) == "delayed"]
    return Report(Kind.RECEIPT, tuple(_bounce(group, text, permanent=False) for group in late))


def _action(group: dict[str, str]) -> str:
    return group.get("action", "failed").split(" ")[0].strip("\"'").lower()


def _bounce(group: dict[str, str], text: str, *, permanent: bool) -> Bounce:
    diagnostic = clean_line(group.get("diagnostic-code", ""))
    # the code in the refusing server's own words is nearer to the truth than the sending server's summary of it
    found = _STATUS.search(diagnostic) or _STATUS.search(group.get("status", ""))
    if found and found[0].endswith(".0.0"):  # 'other': the words above may know better
        found = next(
            (one for one in _STATUS.finditer(text[:_MAX_TEXT]) if one[1] == found[1] and one[0][1:] != ".0.0"), found
        )
    recipient = _address(group.get("original-recipient", "")) or _address(group.get("final-recipient", ""))
    reason = diagnostic.partition(";")[2].strip() or diagnostic or _first_reason(text)
    return Bounce(recipient, found[0] if found else "", reason[:500], permanent)


def _from_words(root: Part, text: str) -> tuple[Bounce, ...]:
    """Read a bounce that is no RFC 3464 report: its words, and what flufl.bounce knows of such words."""
    written_out = [group for group in _read_groups(text[:_MAX_TEXT]) if {"action", "final-recipient"} <= group.keys()]
    if written_out:  # a report pasted into the text of a mail
        return tuple(_bounce(group, text, permanent=_action(group) not in _MOVING) for group in written_out)
    temporary, permanent = _flufl_failures(root)
    named = [_address(one) for one in decode_header(root.first("x-failed-recipients")).split(",")]
    recipients = (
        dict.fromkeys(filter(None, named), True) | dict.fromkeys(permanent, True) | dict.fromkeys(temporary, False)
    )
    words = text[:_MAX_TEXT]
    if not recipients:
        status = _status_in(words)
        return (Bounce("", status, _first_reason(words), not status.startswith("4")),)
    return tuple(_worded(one, words, permanent=final) for one, final in recipients.items())


def _worded(recipient: str, words: str, *, permanent: bool) -> Bounce:
    """Read what stands behind the recipient's address in the words of a bounce."""
    at = words.lower().find(recipient)
    near = words[at : at + 400] if at >= 0 else ""
    source = near if _status_in(near) else words
    return Bounce(recipient, _status_in(source), _first_reason(source), permanent)


def _status_in(words: str) -> str:
    """Return the first code of failure in some words; `5.0.0` or `4.0.0` where only an SMTP reply code stands."""
    found = next((found[0] for found in _STATUS.finditer(words) if found[1] in "45"), "")
    if not found and (code := _REPLY_CODE.search(words)):
        found = f"{code[1][0]}.0.0"
    return found


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

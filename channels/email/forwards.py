"""Whose words a forwarded mail carries: proposed to the agent, never believed and never switched to silently."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.address import parse_addresses
from channels.email.headers import decode_header
from channels.email.quote_marks import Mark, find_mark, read_label
from channels.email.structure import Part
from channels.message import Address, Forwarded

_MAX_LINES = 2_000
_MAX_BLOCK = 20
_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|doorst|vs|vb|vl|pd|továbbítás|ilet|i|fs|转发|轉寄)\s*[:：]",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^(?:[ \t]{0,3}>)+ ?")


@dataclass(frozen=True, slots=True)
class ForwardBlock:
    """The head of a forwarded mail as its forwarder's client wrote it."""

    sender: Address | None
    subject: str


def says_forward(subject: str) -> bool:
    """Tell whether a subject begins as forwarding clients begin it, in many languages."""
    return bool(_SUBJECT.match(subject))


def find_forward(text: str, *, answers: bool) -> ForwardBlock | None:
    """Return the head of the first forwarded mail in a text.

    A line that says so is enough. A block of From, To and Subject without one means a forward only in mail that
    `answers` nothing: replies carry such blocks too. Only the block's own From line counts (freescout#2813).
    """
    lines = [_QUOTE.sub("", line) if ">" in line else line for line in text.split("\n")[:_MAX_LINES]]
    unquoted = [False] * len(lines)
    for at, line in enumerate(lines):
        found = find_mark(lines, at, unquoted) if line.strip() else None
        if found is None:
            continue
        if found.mark is Mark.ATTRIBUTION or (found.mark is not Mark.FORWARD and answers):
            return None
        return _read_block(lines, at if found.mark is Mark.HEADERS else found.end)
    return None


def _read_block(lines: list[str], at: int) -> ForwardBlock:
    """Read the labels of a block; blank lines between them are passed over, the first other line ends it."""
    values: dict[str, str] = {}
    last = ""
    for index in range(at, min(len(lines), at + _MAX_BLOCK)):
        line = lines[index]
        category, value = read_label(line)
        if category:
            values.setdefault(category, value.strip(" *"))
            last = category
        elif line.strip() and (not last or not lines[index - 1].strip()):
            break
        elif last == "subject" and line.strip():
            values["subject"] = f"{values['subject']} {line.strip()}"
    senders = parse_addresses([re.sub(r"\[mailto:[^\]]*\]|<mailto:[^>]*>", "", values.get("from", ""))]).addresses
    return ForwardBlock(senders[0] if senders else None, values.get("subject", "")[:500])


def read_forward(root: Part, text: str, subject: str, *, answers: bool) -> tuple[bool, Forwarded | None]:
    """Return whether a mail is a forward, and the original sender: of the attached mail, else of the first block."""
    named = says_forward(subject)
    if named:
        for part in root.walk():
            if part.type == "message/rfc822" and part.children:
                inner = part.children[0]
                senders = parse_addresses([decode_header(inner.first("from"))]).addresses
                return True, Forwarded(senders[0], decode_header(inner.first("subject"))[:500]) if senders else None
    block = find_forward(text, answers=answers and not named)
    if block is None:
        return False, None
    return True, Forwarded(block.sender, block.subject) if block.sender else None

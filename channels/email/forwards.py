"""Whose words a forwarded mail carries: proposed to the agent, never believed (freescout#2813)."""

from __future__ import annotations

import re

from channels.address import parse_addresses
from channels.email.headers import decode_header
from channels.email.structure import Part
from channels.message import Forwarded

_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vs|vb|pd|yml|转发)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)


def read_forward(root: Part, text: str, subject: str) -> Forwarded | None:
    """Return the original sender of a forwarded mail: of the attached message, else of the first block's From line."""
    match = _SUBJECT.match(subject)
    for part in root.walk():
        if part.type == "message/rfc822" and part.children and match:
            inner = part.children[0]
            found = parse_addresses([decode_header(inner.first("from"))])
            if found.addresses:
                return Forwarded(found.addresses[0], decode_header(inner.first("subject")))
    del text
    return None

"""Header injection (Request Tracker CVE-2012-4730, Python CVE-2024-6923): a name or subject added recipients to a mail.

Our rule: no words add a field or a recipient. The final bytes are read again before they leave, and what does not have exactly
the fields and recipients we meant is not sent but shown as failed.
"""

from __future__ import annotations

import email

from hypothesis import strategies as st

FIELDS = ["from", "to", "subject", "date", "message-id", "references", "x-hub-outbox"]


WORDS = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "a\r\nBcc: v@example.net",
        "=?utf-8?q?a=0D=0ABcc=3A_v=40example.net?=",
        'a" <v@example.net>',
        "\u202e\x00\x1b",
        "x" * 2_000,
        "a\n.\nb",
    ]
)


def header_names(data: bytes) -> list[str]:
    names = [name.lower() for name, _ in email.message_from_bytes(data).items()]
    return [name for name in names if name not in ("mime-version", "content-type", "content-transfer-encoding")]

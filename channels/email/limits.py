"""How large a message may be: the one number that the mailbox and the SMTP listener share."""

from __future__ import annotations

MAX_MESSAGE_BYTES = 50 * 1024 * 1024

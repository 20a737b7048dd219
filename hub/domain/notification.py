"""What an agent is told of: what concerns them, and only that."""

from __future__ import annotations

from enum import StrEnum


class Notice(StrEnum):
    """What happened on a ticket that one agent must hear of."""

    MENTION = "mention"
    ASSIGNED = "assigned"
    ANSWER = "answer"
    LATE = "late"
    FAILED = "failed"

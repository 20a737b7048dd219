"""What staff may promise by themselves: three actions, each with a limit by role that a company may set."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from hub.domain.access import Role


class Allowed(StrEnum):
    """Something an agent may do for somebody without asking."""

    WAIVE_FEE = "waive_fee"
    BOOK_VISIT = "book_visit"
    ORDER_KEY = "order_key"


LIMITS: Mapping[Role, Mapping[Allowed, int]] = {
    Role.AGENT: {Allowed.WAIVE_FEE: 50_00, Allowed.BOOK_VISIT: 14, Allowed.ORDER_KEY: 2},
    Role.MANAGER: {Allowed.WAIVE_FEE: 250_00, Allowed.BOOK_VISIT: 60, Allowed.ORDER_KEY: 10},
    Role.ADMIN: {Allowed.WAIVE_FEE: 1000_00, Allowed.BOOK_VISIT: 90, Allowed.ORDER_KEY: 20},
}


def limit_of(action: Allowed, role: Role, settings: Mapping[str, Any]) -> int:
    """Return how far a role may go: cents waived, days ahead, keys at once; 0 is not at all.

    A company's own limits stand in its settings as `{"limits": {"agent": {"waive_fee": 2500}}}`; what is no number is passed over.
    """
    own = settings.get("limits")
    named = own.get(str(role), {}) if isinstance(own, dict) else {}
    value = named.get(str(action)) if isinstance(named, dict) else None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return LIMITS.get(role, {}).get(action, 0)

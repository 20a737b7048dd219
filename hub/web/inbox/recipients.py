"""How one message stands with each of several people, as its ticket shows it."""

from __future__ import annotations

from hub.domain.recipients import Standing
from hub.models import OutboxRow
from hub.web.language import _
from hub.web.viewmodels.conversation import Delivery


def delivery_to_each(row: OutboxRow) -> Delivery:
    """Return who has it, who is still tried and why, and who will never get it; for a row whose people fare differently."""
    taken = ", ".join(each for each, found in row.standings.items() if found["standing"] == Standing.TAKEN)
    waiting, refused = _reasons(row, Standing.WAITING), _reasons(row, Standing.REFUSED)
    words = [_("Sent to %(people)s", people=taken)] if taken else []
    words += [_("Trying again: %(why)s", why=waiting)] if waiting else []
    words += [_("Not sent: %(why)s", why=refused)] if refused else []
    return Delivery(words=" · ".join(words), tone="danger" if refused else "warn" if waiting else "ok")


def _reasons(row: OutboxRow, standing: Standing) -> str:
    return "; ".join(found["reason"] for found in row.standings.values() if found["standing"] == standing)

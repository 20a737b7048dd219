"""Which company a public page speaks for: the one whose host name was asked for, else the first."""

from __future__ import annotations

from sqlalchemy import select

from hub.desk import Desk
from hub.models import Company
from hub.services.settings.setup import ensure_company


def company_of_host(desk: Desk, host: str) -> Company:
    """Return the company of a host name; a name nobody has is the first company's."""
    name = host.partition(":")[0].lower()
    found = desk.session.scalar(select(Company).where(Company.host == name)) if name else None
    return found if found is not None else ensure_company(desk)

"""What every step of an import works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from hub.db import Base
from hub.models import Company, Contact, Unit
from hub.services.rent_roll.known import Address, Known
from hub.services.rent_roll.ledger import Ledger


@dataclass(slots=True)
class Work:
    """One import of one company's rent roll on one day."""

    session: Session
    company: Company
    today: date
    known: Known
    ledger: Ledger = field(default_factory=Ledger)
    waiting: list[Base] = field(default_factory=list)
    fresh_addresses: list[tuple[Address, Contact]] = field(default_factory=list)

    def add(self, row: Base) -> None:
        """Take a new row down to be written with the others of its step."""
        self.waiting.append(row)

    def write(self) -> None:
        """Write what was taken down: afterwards every row has its number."""
        self.session.add_all(self.waiting)
        self.waiting.clear()
        self.session.flush()

    def name_of(self, unit: Unit) -> str:
        """Return what people call a unit: its building and its label."""
        home = self.known.properties.get(unit.property_id)
        return f"{home.name if home else ''} {unit.label}".strip()

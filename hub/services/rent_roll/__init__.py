"""Rent rolls: properties, units, people and leases from a table, applied whole or not at all, and again as an update."""

from hub.services.rent_roll.importing import Outcome, import_rent_roll
from hub.services.rent_roll.ledger import Change, Mistake
from hub.services.rent_roll.reading import Roll, read_roll

__all__ = ["Change", "Mistake", "Outcome", "Roll", "import_rent_roll", "read_roll"]

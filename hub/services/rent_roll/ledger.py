"""What an import came to, kept while it goes: what is new, what changed from what to what, and every mistake by its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.db import Base
from hub.domain.rent_roll import RollRow

WORDS = {
    "outside_id": "id",
    "starts_on": "start",
    "ends_on": "end",
    "deposit_cents": "deposit",
    "balance_cents": "balance",
    "notice_months": "months of notice",
    "access_notes": "access notes",
    "label": "name",
    "amount_cents": "rent",
}
SILENT = frozenset({"balance_on"})


@dataclass(slots=True)
class Change:
    """One thing the import touched: `kind` is property, unit, person, lease or ownership."""

    kind: str
    name: str
    is_new: bool
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong with one row, as a sentence."""

    where: str
    sentence: str


@dataclass(slots=True)
class _Entry:
    thing: Base  # kept, for its identity is the key
    change: Change
    where: str
    told: dict[str, tuple[Any, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """The book an import keeps. A thing named by many rows is entered once; two rows that contradict are a mistake."""

    mistakes: list[Mistake] = field(default_factory=list)
    entries: dict[int, _Entry] = field(default_factory=dict)

    def wrong(self, row: RollRow, sentence: str) -> None:
        """Enter a mistake."""
        self.mistakes.append(Mistake(row.where, sentence))

    def wrong_about(self, thing: Base, sentence: str) -> None:
        """Enter a mistake with the row that first named a thing."""
        self.mistakes.append(Mistake(self.where(thing), sentence))

    def enter(self, row: RollRow, thing: Base, kind: str, name: str, *, is_new: bool) -> Change:
        """Enter a thing a row found or made; the first row that names it counts."""
        return self.entries.setdefault(id(thing), _Entry(thing, Change(kind, name, is_new), row.where)).change

    def settle(self, row: RollRow, thing: Base, values: Mapping[str, Any]) -> None:
        """Give a thing the values a row says; what it does not say (None or empty) stays as it is."""
        entry = self.entries[id(thing)]
        for name, value in values.items():
            if value is None or value == "":
                continue
            said, where = entry.told.setdefault(name, (value, row.where))
            if said != value and name not in SILENT:
                self.wrong(
                    row,
                    f"{WORDS.get(name, name)}: {entry.change.name} has {shown(name, value)} here "
                    f"and {shown(name, said)} in {where}: make them the same.",
                )
                continue
            before = getattr(thing, name)
            if before == value:
                continue
            setattr(thing, name, value)
            if not entry.change.is_new and name not in SILENT:
                entry.change.details.append(
                    f"{WORDS.get(name, name)} {shown(name, before) or 'nothing'} → {shown(name, value)}"
                )

    def is_settled(self, thing: Base) -> bool:
        """Tell whether a row of this import has named a thing."""
        return id(thing) in self.entries

    def where(self, thing: Base) -> str:
        """Return the row that first named a thing, empty where none did."""
        return self.entries[id(thing)].where if id(thing) in self.entries else ""

    def changes(self) -> list[Change]:
        """Return what is new or changed, in the order of the file."""
        return [each.change for each in self.entries.values() if each.change.is_new or each.change.details]

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Return for each kind how many are new, changed and as before."""
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for each in self.entries.values():
            found[each.change.kind][0 if each.change.is_new else 1 if each.change.details else 2] += 1
        return {kind: (new, changed, same) for kind, (new, changed, same) in found.items()}

    def by_row(self) -> dict[str, list[str]]:
        """Return the mistakes of each row."""
        found: dict[str, list[str]] = defaultdict(list)
        for each in self.mistakes:
            found[each.where].append(each.sentence)
        return dict(found)


def shown(name: str, value: Any) -> str:
    """Return a value as a person reads it."""
    if name.endswith("_cents") and value is not None:
        return f"{value / 100:,.2f}"
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")

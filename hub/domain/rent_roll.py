"""One row of a rent roll: which column means what, and what the row says, as values or as mistakes in sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from hub.domain.roll_values import DayOrder, day_order, read_cents, read_day, read_months

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "property_id": ("property code", "building id", "property outside id", "objekt nr", "objektnummer", "objekt id"),
    "property": ("property name", "building", "building name", "objekt", "liegenschaft", "gebaude", "edificio"),
    "street": ("address", "property address", "street address", "strasse", "adresse", "direccion", "calle"),
    "postcode": ("zip", "zip code", "postal code", "plz", "codigo postal"),
    "city": ("town", "ort", "stadt", "ciudad"),
    "unit_id": ("unit code", "unit outside id", "einheit nr", "wohnungsnummer", "we nr"),
    "unit": ("unit number", "unit no", "unit name", "apartment", "apt", "flat", "einheit", "wohnung", "unidad", "piso"),
    "floor": ("storey", "stockwerk", "etage", "planta"),
    "access_notes": ("access", "zugang"),
    "tenant_id": ("resident id", "tenant code", "person id", "contact id", "mieter nr", "mieternummer"),
    "tenant": ("resident", "tenant name", "resident name", "mieter", "mietername", "inquilino"),
    "first_name": ("vorname", "nombre"),
    "last_name": ("surname", "nachname", "apellidos"),
    "email": ("e mail", "mail", "email address", "tenant email", "resident email", "correo"),
    "phone": ("mobile", "telephone", "phone number", "tel", "cell", "tenant phone", "telefon", "handy", "telefono"),
    "language": ("sprache", "idioma"),
    "lease_id": ("lease code", "contract id", "vertragsnummer", "vertrag nr", "contrato"),
    "lease_start": ("lease from", "start date", "lease start date", "move in", "move in date", "mietbeginn", "von", "inicio"),
    "lease_end": ("lease to", "end date", "lease end date", "move out", "move out date", "mietende", "bis", "fin"),
    "rent": ("monthly rent", "current rent", "lease rent", "miete", "kaltmiete", "nettokaltmiete", "renta", "alquiler"),
    "rent_from": ("rent since", "rent start", "miete seit"),
    "deposit": ("security deposit", "kaution", "fianza"),
    "balance": ("balance due", "amount owed", "saldo"),
    "balance_on": ("balance date", "balance as of", "saldo vom"),
    "notice_months": ("notice", "notice period", "kundigungsfrist"),
    "owner_id": ("landlord id", "eigentumer nr"),
    "owner": ("owner name", "landlord", "eigentumer", "propietario"),
    "owner_email": ("landlord email",),
    "owner_phone": ("landlord phone",),
}  # fmt: skip
ALIASES = {alias: name for name, aliases in COLUMNS.items() for alias in (name.replace("_", " "), *aliases)}
DAYS = ("lease_start", "lease_end", "rent_from", "balance_on")
VACANT = frozenset(
    {"vacant", "vacancy", "leer", "leerstand", "frei", "libre", "vacante", "unoccupied", "n a", "none", ""}
)
FIRM = re.compile(r"\b(gmbh|ag|kg|ltd|llc|inc|corp|co|plc|sa|sl|bv)\b|&", re.IGNORECASE)
LONGEST = 500
UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HIDDEN_BY_US = re.compile(r"'(?=[\"' ]*[=+\-@\t\r\n＝＋－＠])")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Person:
    """A tenant or owner as a row names them; what it does not say is empty."""

    outside_id: str = ""
    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.outside_id or self.name)


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """What a row says of a lease; None where it says nothing. Money in cents."""

    outside_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    rent_cents: int | None = None
    rent_from: date | None = None
    deposit_cents: int | None = None
    balance_cents: int | None = None
    balance_on: date | None = None
    notice_months: int | None = None

    def __bool__(self) -> bool:
        return bool(self.outside_id or self.starts_on)


@dataclass(frozen=True, slots=True)
class RollRow:
    """What one row says. `where` names the row for people."""

    where: str
    cells: Mapping[str, str]
    tenant: Person
    owner: Person
    lease: LeaseTerms
    mistakes: tuple[str, ...] = ()

    def says(self, *names: str) -> dict[str, str]:
        """Return the named cells that are not empty."""
        return {name: self.cells[name] for name in names if self.cells.get(name)}


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what: names by position, and the headings nobody knows."""

    columns: Mapping[int, str]
    unknown: tuple[str, ...]
    mistakes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Reads the cells of one row, collecting every mistake instead of stopping at the first."""

    cells: dict[str, str]
    mistakes: list[str] = field(default_factory=list)

    def read(self, name: str, read: Callable[[str], Value]) -> Value | None:
        text = self.cells.get(name, "")
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            self.mistakes.append(f"{name}: {error}")
            return None


def read_header(cells: Sequence[str]) -> Header:
    """Tell the columns by their headings, in English, German or Spanish, however they are spelled."""
    columns: dict[int, str] = {}
    unknown: list[str] = []
    mistakes: list[str] = []
    for at, cell in enumerate(cells):
        name = ALIASES.get(folded(cell)) or _plain_name(folded(cell), cells)
        if name is None:
            unknown += [cell] if cell else []
        elif name in columns.values():
            mistakes.append(f"Two columns say {name!r}, {cell!r} is the second: leave one of them out.")
        else:
            columns[at] = name
    return Header(columns, tuple(unknown), tuple(mistakes))


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether a row is the header of a rent roll: at least two columns are known."""
    return len(read_header(cells).columns) >= 2


def name_cells(header: Header, cells: Sequence[str]) -> dict[str, str]:
    """Return a row's cells by the names of its columns, spaces at the ends and our own apostrophes taken off."""
    named = {name: cells[at] if at < len(cells) else "" for at, name in header.columns.items()}
    return {name: HIDDEN_BY_US.sub("", cell.strip(), count=1) for name, cell in named.items()}


def day_orders(rows: Sequence[Mapping[str, str]], *, region: str) -> dict[str, DayOrder]:
    """Tell for each column of days which custom it follows."""
    return {name: day_order((row.get(name, "") for row in rows), region=region) for name in DAYS}


def read_row(cells: Mapping[str, str], *, where: str, orders: Mapping[str, DayOrder]) -> RollRow:
    """Read one row; what cannot be read is told in `mistakes`, each naming its column and the remedy."""
    reader = _Reader(dict(cells))
    for name, cell in cells.items():
        if UNSAFE.search(cell) or len(cell) > LONGEST:
            trouble = (
                f"it is longer than {LONGEST} letters: shorten it."
                if len(cell) > LONGEST
                else "it holds a character that cannot be shown: type the cell again."
            )
            reader.mistakes.append(f"{name}: {trouble}")
            reader.cells[name] = ""
    cells = reader.cells
    lease = _read_lease(reader, orders)
    if lease.starts_on and lease.ends_on and lease.ends_on <= lease.starts_on:
        reader.mistakes.append("lease_end: a lease ends after it starts: mend one of the two days.")
    tenant, owner = _read_person(reader, ""), _read_person(reader, "owner_")
    if _is_vacant(cells):
        tenant, lease = Person(), LeaseTerms()
    elif not tenant and (lease or tenant.emails or tenant.phones):
        reader.mistakes.append("tenant: name the person, or write 'vacant'.")
    return RollRow(where, cells, tenant, owner, lease, tuple(reader.mistakes))


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two spellings may be one person: the words of the shorter are all in the longer, in any order."""
    first, second = set(folded(one).split()), set(folded(other).split())
    return bool(first) and bool(second) and (first <= second or second <= first)


def _read_lease(reader: _Reader, orders: Mapping[str, DayOrder]) -> LeaseTerms:
    days = {name: reader.read(name, partial(read_day, order=orders[name])) for name in DAYS}
    return LeaseTerms(
        outside_id=reader.cells.get("lease_id", ""),
        starts_on=days["lease_start"],
        ends_on=days["lease_end"],
        rent_cents=reader.read("rent", read_cents),
        rent_from=days["rent_from"],
        deposit_cents=reader.read("deposit", read_cents),
        balance_cents=reader.read("balance", read_cents),
        balance_on=days["balance_on"],
        notice_months=reader.read("notice_months", read_months),
    )


def _read_person(reader: _Reader, prefix: str) -> Person:
    cells = reader.cells
    who = "owner" if prefix else "tenant"
    name = cells.get(who, "")
    if not name and not prefix:
        name = f"{cells.get('first_name', '')} {cells.get('last_name', '')}".strip()
    return Person(
        outside_id=cells.get(f"{who}_id", ""),
        name=_first_name_first(name),
        emails=_listed(cells.get(f"{prefix}email", "")),
        phones=_listed(cells.get(f"{prefix}phone", "")),
        language="" if prefix else reader.read("language", _read_language) or "",
    )


def _is_vacant(cells: Mapping[str, str]) -> bool:
    told = [cells.get(name, "") for name in ("tenant", "first_name", "last_name", "tenant_id")]
    return any(told) and all(folded(each) in VACANT for each in told)


def _first_name_first(name: str) -> str:
    """Turn 'Weber, Anna' into 'Anna Weber'; firms keep their commas."""
    last, comma, first = (part.strip() for part in name.partition(","))
    turned = f"{first} {last}" if comma and first and "," not in first and not FIRM.search(name) else name
    return " ".join(turned.split())


def _read_language(text: str) -> str:
    found = re.fullmatch(r"([a-z]{2})(?:[-_][a-z0-9]+)?", text.lower())
    if not found:
        raise ValueError(f"{text!r} is no language: write its two letters, like de.")
    return found[1]


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;,\n]|\s/\s", cell) if part.strip())


def _plain_name(heading: str, cells: Sequence[str]) -> str | None:
    """Tell what a column headed 'name' names: a person where it stands beside their addresses, else a building."""
    if heading != "name":
        return None
    beside = {ALIASES.get(folded(cell)) for cell in cells}
    if beside & {"email", "phone", "tenant_id", "lease_start"}:
        return "tenant"
    return "property" if beside & {"property_id", "street"} else None


def folded(text: str) -> str:
    """Return lower-case words without accents, joined by single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in bare if not unicodedata.combining(c))))

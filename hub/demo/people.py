"""The people everybody meets in the demo: named by the script, always in the same homes, each with two mail addresses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """A resident with a home of their own in the first company; `years` is how long they have lived there."""

    name: str
    building: str
    unit: str
    phone: str
    years: float
    rent_cents: int
    language: str = ""
    balance_cents: int = 0
    tags: tuple[str, ...] = ()
    note: str = ""
    prefers: str = ""
    access: str = ""


@dataclass(frozen=True, slots=True)
class Craftsman:
    """A firm that works for a company."""

    name: str
    trade: str
    mail: str
    phone: str


TENANTS = (
    Tenant(
        name="Aylin Demir",
        building="Lindenhof 12",
        unit="3B",
        phone="+493023125101",
        years=5.4,
        rent_cents=114_000,
        language="en",
        tags=("heat", "VIP"),
        note="Works shifts at the hospital: call after 15:00.",
        prefers="sms",
        access="Dog in the flat. Ring twice.",
    ),
    Tenant(
        name="Jan Novak",
        building="Park 3",
        unit="1A",
        phone="+493023125102",
        years=2.7,
        rent_cents=86_500,
        language="en",
        balance_cents=-32_000,
        tags=("arrears",),
        note="Agreed to pay the rest in two parts.",
    ),
    Tenant(
        name="Omar Haddad",
        building="Lindenhof 12",
        unit="2A",
        phone="+493023125103",
        years=1.2,
        rent_cents=98_000,
        language="en",
        tags=("move-in",),
    ),
)
OWNER = "R. Brandt"
OWNER_PHONE = "+493023125104"
OWNED = "Park 3"

CRAFTSMEN: dict[str, tuple[Craftsman, ...]] = {
    "lindenhof": (
        Craftsman("Hofer Plumbing", "plumbing", "hofer.plumbing@example.com", "+493023125110"),
        Craftsman("Wärmewerk Heating", "heating", "waermewerk@example.com", "+493023125111"),
        Craftsman("Elektro Siebert", "electrical", "elektro.siebert@example.com", "+493023125112"),
        Craftsman("Lukas Lifts", "lift", "lukas.lifts@example.com", "+493023125113"),
        Craftsman("Glaserei Thiel", "windows", "glaserei.thiel@example.com", "+493023125114"),
        Craftsman("Schlüssel Dienst Nord", "locks", "schluessel.nord@example.com", "+493023125115"),
        Craftsman("Malerbetrieb Oster", "painting", "maler.oster@example.com", "+493023125116"),
        Craftsman("Grünblick Gardens", "grounds", "gruenblick@example.com", "+493023125117"),
        Craftsman("Kammer Pest Control", "pests", "kammer.pest@example.com", "+493023125118"),
    ),
    "harbor-street": (
        Craftsman("Bayside Plumbing & Drain", "plumbing", "bayside.plumbing@example.com", "+12025550192"),
        Craftsman("Four Seasons HVAC", "heating", "four.seasons.hvac@example.com", "+12025550193"),
        Craftsman("Keystone Locks", "locks", "keystone.locks@example.com", "+12025550194"),
    ),
    "canal-row": (
        Craftsman("Towpath Gas & Heating", "heating", "towpath.gas@example.com", "+447700900910"),
        Craftsman("Pennine Electrical", "electrical", "pennine.electrical@example.com", "+447700900911"),
    ),
}

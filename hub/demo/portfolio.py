"""Buildings, homes, leases with their rents, owners and craftsmen: drawn from a seed, the same on every desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from hub.demo.names import Name, NameBook, mail_of
from hub.demo.people import CRAFTSMEN, OWNED, OWNER, OWNER_PHONE, TENANTS, Craftsman, Tenant

LETTERS = "ABCDEF"
SEED = 20_260


@dataclass(frozen=True, slots=True)
class Estate:
    """Buildings of one kind in one street: which numbers, how many floors, how many homes a floor."""

    street: str
    numbers: tuple[int, ...]
    floors: int
    homes: int
    postcode: str
    city: str
    rent_cents: int
    number_first: bool = False


ESTATES: dict[str, tuple[Estate, ...]] = {
    "lindenhof": (
        Estate("Lindenhof", (4, 6, 8, 10, 12, 14, 16, 18), 7, 4, "12103", "Berlin", 102_000),
        Estate("Park", (1, 3, 5, 7), 6, 4, "12163", "Berlin", 88_000),
        Estate("Gartenweg", (2, 4, 6, 8, 10, 12, 14), 4, 3, "12349", "Berlin", 79_000),
        Estate("Am Speicher", (11, 13, 15), 8, 5, "10245", "Berlin", 128_000),
        Estate("Mühlenkamp", (22, 24, 26, 28, 30, 32), 5, 4, "13357", "Berlin", 84_500),
        Estate("Kastanienring", (1, 2, 3), 4, 4, "14050", "Berlin", 96_000),
        Estate("Turmallee", (9,), 8, 1, "10559", "Berlin", 141_000),
    ),
    "harbor-street": (
        Estate("Harbor Street", (118, 122), 5, 6, "20099", "Washington", 189_000, number_first=True),
        Estate("Foundry Lane", (7,), 5, 6, "20099", "Washington", 171_500, number_first=True),
    ),
    "canal-row": (Estate("Canal Row", (1, 5), 5, 4, "HX9 9ZZ", "Halifax", 79_500, number_first=True),),
}
PHONES = {
    "lindenhof": [f"+493023125{number:03}" for number in range(120, 900)],
    "harbor-street": [f"+120255501{number:02}" for number in range(90)],
    "canal-row": [f"+447700900{number:03}" for number in range(200)],
}
ACCESS = (
    "", "", "", "", "", "", "Key with the caretaker.", "Ring at 1A if nobody opens.", "Cat: please keep the door shut.",
    "Call an hour ahead.", "Entrance from the courtyard.",
)  # fmt: skip


@dataclass(eq=False)
class Someone:
    """A person or firm, with what the tables need."""

    name: str
    email: str
    phone: str = ""
    role: str = "resident"
    second_email: str = ""
    language: str = ""
    prefers: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    trade: str = ""
    insured_until: date | None = None


@dataclass(eq=False)
class Tenancy:
    """A lease with the people on it and its rents by the day they began."""

    people: list[Someone]
    starts_on: date
    ends_on: date | None
    rents: list[tuple[date, int]]
    balance_cents: int | None = 0

    @property
    def deposit_cents(self) -> int:
        """Return three months of the first rent."""
        return 3 * self.rents[0][1]


@dataclass(eq=False)
class Dwelling:
    """A home with its tenancies, oldest first."""

    label: str
    floor: str
    access: str = ""
    tenancies: list[Tenancy] = field(default_factory=list)


@dataclass(eq=False)
class Building:
    """A building with its homes and its owner."""

    name: str
    estate: Estate
    homes: list[Dwelling]
    owner: Someone


@dataclass(eq=False)
class Portfolio:
    """Everything one company manages."""

    buildings: list[Building]
    owners: list[Someone]
    craftsmen: list[Someone]

    def homes(self) -> Iterator[tuple[Building, Dwelling]]:
        """Yield every home with its building."""
        return ((building, home) for building in self.buildings for home in building.homes)


class Drawing:
    """Draws the portfolio of one company as it stands on a day."""

    def __init__(self, slug: str, today: date) -> None:
        self._slug = slug
        self._today = today
        self._random = Random(f"{SEED} {slug}")  # noqa: S311 - the same believable people on every desk, no secret
        self._names = NameBook(slug, self._random)
        self._phones = iter(self._random.sample(PHONES[slug], len(PHONES[slug])))
        self._tenants = {(each.building, each.unit): each for each in TENANTS} if slug == "lindenhof" else {}

    def draw(self) -> Portfolio:
        """Return the whole portfolio."""
        for each in self._tenants.values():
            self._names.reserve(each.name)
        craftsmen = [self._craftsman(each) for each in CRAFTSMEN[self._slug]]
        owners = [self._owner() for _ in range(max(3, sum(len(each.numbers) for each in ESTATES[self._slug]) // 2))]
        if self._slug == "lindenhof":
            owners[0] = _twice(Someone(OWNER, self._names.reserve(OWNER).email, OWNER_PHONE, "owner", language="en"))
        buildings = [
            self._building(estate, number, owners) for estate in ESTATES[self._slug] for number in estate.numbers
        ]
        return Portfolio(buildings, owners, craftsmen)

    def _building(self, estate: Estate, number: int, owners: list[Someone]) -> Building:
        name = f"{number} {estate.street}" if estate.number_first else f"{estate.street} {number}"
        homes = [
            self._home(estate, name, floor, letter)
            for floor in range(1, estate.floors + 1)
            for letter in LETTERS[: estate.homes]
        ]
        owner = owners[0] if name == OWNED else self._random.choice(owners[1:] or owners)
        return Building(name, estate, homes, owner)

    def _home(self, estate: Estate, building: str, floor: int, letter: str) -> Dwelling:
        label = f"{floor}{letter}"
        home = Dwelling(label, str(floor), self._random.choice(ACCESS))
        fixed = self._tenants.get((building, label))
        if fixed is not None:
            home.access = fixed.access
            home.tenancies.append(self._fixed_tenancy(fixed))
            return home
        began = _first_or_fifteenth(self._today - timedelta(days=int(self._random.triangular(40, 4600, 900))))
        if self._random.random() < 0.25:
            left = began - timedelta(days=self._random.randint(0, 70))
            moved_in = _first_or_fifteenth(left - timedelta(days=self._random.randint(400, 2200)))
            home.tenancies.append(self._tenancy(estate, moved_in, left))
        if self._random.random() < 0.05:
            return home
        ends = self._today + timedelta(days=self._random.randint(20, 90)) if self._random.random() < 0.03 else None
        home.tenancies.append(self._tenancy(estate, began, ends))
        return home

    def _tenancy(self, estate: Estate, starts: date, ends: date | None) -> Tenancy:
        first = round(estate.rent_cents * self._random.uniform(0.72, 1.34), -2)
        over = ends is not None and ends <= self._today
        people = [self._resident(self._names.draw(), with_phone=not over)]
        if self._random.random() < 0.42:
            family = people[0].name.rpartition(" ")[2] if self._random.random() < 0.6 else ""
            people.append(self._resident(self._names.draw(last=family), with_phone=self._random.random() < 0.3))
        return Tenancy(people, starts, ends, self._rents(starts, int(first), ends), None if over else self._balance())

    def _fixed_tenancy(self, tenant: Tenant) -> Tenancy:
        starts = (self._today - timedelta(days=int(tenant.years * 365))).replace(day=1)
        someone = Someone(
            tenant.name,
            mail_of(tenant.name),
            tenant.phone,
            language=tenant.language,
            prefers=tenant.prefers,
            note=tenant.note,
            tags=tenant.tags,
        )
        before = [
            (starts, round(tenant.rent_cents * 0.94)),
            ((starts + timedelta(days=400)).replace(day=1), tenant.rent_cents),
        ]
        return Tenancy([_twice(someone)], starts, None, before, tenant.balance_cents)

    def _rents(self, starts: date, cents: int, ends: date | None) -> list[tuple[date, int]]:
        """Raise the rent every year and a half to three years, on the first of a month."""
        rents = [(starts, cents)]
        until = min(ends or self._today, self._today)
        while True:
            raised = (rents[-1][0] + timedelta(days=self._random.randint(540, 1100))).replace(day=1)
            if raised >= until:
                return rents
            rents.append((raised, round(rents[-1][1] * self._random.uniform(1.015, 1.05) / 100) * 100))

    def _balance(self) -> int:
        """Return what is owed (below zero) or paid ahead; most owe nothing."""
        chance = self._random.random()
        if chance < 0.09:
            return -self._random.choice((4_500, 12_000, 24_750, 38_900, 61_200, 98_000))
        return self._random.choice((1_500, 6_000, 35_000)) if chance > 0.97 else 0

    def _resident(self, name: Name, *, with_phone: bool) -> Someone:
        speaks = name.language if self._random.random() < 0.45 else ""
        return Someone(name.full, name.email, next(self._phones, "") if with_phone else "", language=speaks)

    def _owner(self) -> Someone:
        name = self._names.draw()
        return Someone(name.full, name.email, next(self._phones, ""), "owner", language=name.language)

    def _craftsman(self, firm: Craftsman) -> Someone:
        insured = self._today + timedelta(days=self._random.randint(60, 400))
        return Someone(firm.name, firm.mail, firm.phone, "craftsman", trade=firm.trade, insured_until=insured)


def _first_or_fifteenth(day: date) -> date:
    """Return the day of its month on which leases begin."""
    return day.replace(day=1 if day.day < 10 else 15)


def _twice(someone: Someone) -> Someone:
    """Give one of the people everybody meets a second address, so that either of the two names them."""
    someone.second_email = someone.email.replace("@example.com", "@example.org")
    return someone

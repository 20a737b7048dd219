"""The people who work at the demo's desk."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.access import Role


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague who serves all three companies of the demo."""

    email: str
    name: str
    title: str
    role: Role


STAFF = (
    Person("maria.keller@example.org", "Maria Keller", "Agent Maria Keller", Role.AGENT),
    Person("jonas.weber@example.org", "Jonas Weber", "Agent Jonas Weber", Role.AGENT),
    Person("tom.ritter@example.org", "Tom Ritter", "Operations Tom Ritter", Role.OPERATIONS),
    Person("ines.vogt@example.org", "Ines Vogt", "Manager Ines Vogt", Role.MANAGER),
    Person("admin@example.org", "Robin Sander", "Admin Robin Sander", Role.ADMIN),
)
MARIA, JONAS, TOM, INES, ADMIN = (each.email for each in STAFF)

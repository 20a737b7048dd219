"""The people of a rent roll: found by their id, by an address or by their name on the unit's lease, else made.

Nobody takes over another's address: not a tenant a colleague's, not one tenant another's.
"""

from __future__ import annotations

from collections.abc import Sequence

from channels.address import AddressError, canonical_email, canonical_phone
from hub.domain.rent_roll import Person, RollRow, folded, is_same_name
from hub.models import Contact, Identity, Unit
from hub.services.rent_roll.known import OWNERS, Address
from hub.services.rent_roll.work import Work


def addresses_of(person: Person, region: str) -> tuple[list[Address], list[str]]:
    """Return a person's addresses in canonical form, and a sentence for each that is none."""
    found: list[Address] = []
    wrong: list[str] = []
    for kind, texts in (("email", person.emails), ("phone", person.phones)):
        for text in texts:
            try:
                value = canonical_email(text) if kind == "email" else canonical_phone(text, region)
            except AddressError as error:
                wrong.append(f"{kind}: {text!r}: {error}")
            else:
                found.append((kind, value))
    return list(dict.fromkeys(found)), wrong


def settle_person(work: Work, row: RollRow, person: Person, role: str, unit: Unit | None) -> Contact | None:
    """Return the person a row names, found or made; None where it names none or cannot."""
    if not person:
        return None
    addresses, wrong = addresses_of(person, work.company.region)
    for sentence in wrong:
        work.ledger.wrong(row, sentence)
    place = OWNERS if role == "owner" else f"unit {unit.id}" if unit is not None else ""
    found = _find(work, person, addresses, place)
    if _is_taken(work, row, found, person, addresses):
        return None
    is_new = found is None
    if found is None:
        if not person.name:
            work.ledger.wrong(row, f"tenant: {person.outside_id!r} is not known yet: give the name.")
            return None
        found = Contact(company_id=work.company.id, name=person.name, role=role)
        work.add(found)
    change = work.ledger.enter(row, found, "person", person.name or found.name, is_new=is_new)
    if person.outside_id:
        work.known.people_by_id[person.outside_id] = found
    if place and person.name:
        work.known.named.setdefault((place, folded(person.name)), found)
    for address in addresses:
        if address not in work.known.holders:
            work.known.holders[address] = found
            work.fresh_addresses.append((address, found))
            if not change.is_new:
                change.details.append(f"{address[1]} is new")
    name = person.name if person.outside_id or not is_same_name(person.name, found.name) else None
    values = {"outside_id": person.outside_id, "name": name, "language": person.language}
    work.ledger.settle(row, found, values | {"role": None if found.role else role})
    return found


def write_addresses(work: Work) -> None:
    """Write the addresses people were given, once the people have their numbers."""
    for (kind, value), holder in work.fresh_addresses:
        work.add(Identity(company_id=work.company.id, contact_id=holder.id, kind=kind, value=value))
    work.fresh_addresses.clear()
    work.write()


def _find(work: Work, person: Person, addresses: Sequence[Address], place: str) -> Contact | None:
    known = work.known
    if person.outside_id in known.people_by_id:
        return known.people_by_id[person.outside_id]
    holders = [known.holders[each] for each in addresses if each in known.holders]
    named = known.named.get((place, folded(person.name)))
    return next((each for each in (*holders, named) if each is not None and _may_be(work, each, person)), None)


def _may_be(work: Work, holder: Contact, person: Person) -> bool:
    """Tell whether somebody we know is the person of a row: their ids do not differ, and their names fit.

    Somebody who only ever wrote to us, under whatever name, becomes the person the roll says has that address.
    """
    if holder.outside_id and person.outside_id and holder.outside_id != person.outside_id:
        return False
    only_wrote = (
        not holder.outside_id and holder.id not in work.known.settled_people and not work.ledger.is_settled(holder)
    )
    return only_wrote or not person.name or is_same_name(holder.name, person.name)


def _is_taken(work: Work, row: RollRow, found: Contact | None, person: Person, addresses: Sequence[Address]) -> bool:
    """Enter a mistake for each address that is somebody else's, and tell whether there was one."""
    taken = False
    for kind, value in addresses:
        holder = work.known.holders.get((kind, value))
        whose = ""
        if kind == "email" and value in work.known.staff:
            whose = "a colleague"
        elif value in work.known.own_addresses:
            whose = "this desk itself"
        elif holder is not None and holder is not found:
            where = work.ledger.where(holder)
            whose = f"{holder.name or 'somebody else'}{f' of {where}' if where else ''}"
        if whose:
            work.ledger.wrong(
                row,
                f"{kind}: {value} belongs to {whose}, not to {person.name or person.outside_id}: leave it empty here.",
            )
            taken = True
    return taken

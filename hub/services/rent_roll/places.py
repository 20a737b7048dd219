"""The properties and units of a rent roll: found by their id, else by name, else made."""

from __future__ import annotations

from hub.domain.rent_roll import RollRow
from hub.models import Property, Unit
from hub.services.rent_roll.work import Work


def settle_property(work: Work, row: RollRow) -> Property | None:
    """Return the property a row names, found or made; None where it names none or cannot."""
    said = row.says("property_id", "property", "street", "postcode", "city")
    if not said.keys() & {"property_id", "property", "street"}:
        return None
    name = said.get("property") or said.get("street", "")
    found = _find_property(work, row, said.get("property_id", ""), name)
    is_new = found is None
    if found is None:
        if not name:
            work.ledger.wrong(row, f"property: {said['property_id']!r} is not known yet: give its name.")
            return None
        found = Property(company_id=work.company.id, name=name)
        work.add(found)
        work.known.properties_by_name[name.casefold()].append(found)
    work.ledger.enter(row, found, "property", name or found.name, is_new=is_new)
    if "property_id" in said:
        work.known.properties_by_id[said["property_id"]] = found
    values = {"outside_id": said.get("property_id"), "name": said.get("property")}
    work.ledger.settle(row, found, values | {each: said.get(each) for each in ("street", "postcode", "city")})
    return found


def _find_property(work: Work, row: RollRow, outside_id: str, name: str) -> Property | None:
    if outside_id in work.known.properties_by_id:
        return work.known.properties_by_id[outside_id]
    named = work.known.properties_by_name.get(name.casefold(), [])
    if outside_id:
        # One that came without an id before is the same; one with another id is not.
        named = [each for each in named if not each.outside_id]
    if len(named) > 1:
        work.ledger.wrong(row, f"property: there are {len(named)} called {name!r}: name the one with its property_id.")
    return named[0] if named else None


def settle_unit(work: Work, row: RollRow, home: Property | None) -> Unit | None:
    """Return the unit a row names, found or made; None where it names none or cannot."""
    said = row.says("unit_id", "unit", "floor", "access_notes")
    if not said.keys() & {"unit_id", "unit"}:
        return None
    label, outside_id = said.get("unit", ""), said.get("unit_id", "")
    found = work.known.units_by_id.get(outside_id) if outside_id else None
    if found is not None and home is not None and found.property_id != home.id:
        work.ledger.wrong(row, f"unit_id: {outside_id!r} is a unit of another property: mend one of the two ids.")
        return None
    if found is None and home is not None and label:
        found = work.known.units_by_label.get((home.id, label.casefold()))
        if found is not None and outside_id and found.outside_id not in {None, outside_id}:
            work.ledger.wrong(row, f"unit_id: {label} has the id {found.outside_id!r} already, not {outside_id!r}.")
            return None
    is_new = found is None
    if found is None:
        if home is None or not label:
            missing = "unit: give its name" if home is not None else "property: say which one the unit is in"
            work.ledger.wrong(row, f"{missing}.")
            return None
        found = Unit(company_id=work.company.id, property_id=home.id, label=label)
        work.add(found)
    work.known.units_by_label[found.property_id, (label or found.label).casefold()] = found
    if outside_id:
        work.known.units_by_id[outside_id] = found
    work.ledger.enter(row, found, "unit", work.name_of(found), is_new=is_new)
    values = {"outside_id": outside_id, "label": label}
    work.ledger.settle(row, found, values | {each: said.get(each) for each in ("floor", "access_notes")})
    return found

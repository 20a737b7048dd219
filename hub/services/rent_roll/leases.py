"""The leases of a rent roll with their people and rents, and who owns what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from hub.domain.rent_roll import LeaseTerms, RollRow
from hub.models import Contact, Lease, LeaseParty, Ownership, Property, Rent, Unit
from hub.services.rent_roll.work import Work


@dataclass(slots=True)
class Settled:
    """What the rows of an import came to, one each."""

    row: RollRow
    home: Property | None = None
    unit: Unit | None = None
    tenant: Contact | None = None
    owner: Contact | None = None
    lease: Lease | None = None


def settle_lease(work: Work, settled: Settled) -> Lease | None:
    """Return the lease a row is about, found or made; None where it is about none or cannot be."""
    row, tenant = settled.row, settled.tenant
    terms = row.lease
    if tenant is None or (settled.unit is None and not terms):
        return None
    found = _find(work, settled)
    unit_id = settled.unit.id if settled.unit is not None else found.unit_id if found is not None else None
    if unit_id is None:
        if not row.says("unit", "unit_id"):
            work.ledger.wrong(row, "unit: a lease needs one: name it.")
        return None
    if found is not None and found.unit_id != unit_id:
        work.ledger.wrong(row, f"lease_id: {terms.outside_id!r} is the lease of another unit: mend one of the two.")
        return None
    is_new = found is None
    if found is None:
        if terms.starts_on is None:
            work.ledger.wrong(row, "lease_start: say when the lease begins.")
            return None
        found = Lease(company_id=work.company.id, unit_id=unit_id, starts_on=terms.starts_on)
        work.add(found)
        work.known.leases_of_unit[unit_id].append(found)
    if terms.outside_id:
        work.known.leases_by_id[terms.outside_id] = found
    place = work.name_of(settled.unit) if settled.unit is not None else terms.outside_id
    work.ledger.enter(row, found, "lease", f"{place} from {terms.starts_on or found.starts_on}", is_new=is_new)
    _settle_terms(work, row, found, terms)
    return found


def _find(work: Work, settled: Settled) -> Lease | None:
    """Find a lease by its id, by unit and first day, or as the one of this unit that has this tenant."""
    terms, unit = settled.row.lease, settled.unit
    if terms.outside_id in work.known.leases_by_id:
        return work.known.leases_by_id[terms.outside_id]
    if unit is None:
        return None
    leases = [
        each
        for each in work.known.leases_of_unit[unit.id]
        if not (terms.outside_id and each.outside_id and each.outside_id != terms.outside_id)
    ]
    if terms.starts_on is not None:
        return next((each for each in leases if each.starts_on == terms.starts_on), None)
    theirs = [each for each in leases if settled.tenant in work.known.parties.get(each.id, ())]
    return max(theirs, key=lambda each: each.starts_on, default=None)


def _settle_terms(work: Work, row: RollRow, lease: Lease, terms: LeaseTerms) -> None:
    balance_on = (terms.balance_on or work.today) if terms.balance_cents is not None else None
    values = {
        "outside_id": terms.outside_id,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "deposit_cents": terms.deposit_cents,
        "balance_cents": terms.balance_cents,
        "balance_on": balance_on,
        "notice_months": terms.notice_months,
    }
    work.ledger.settle(row, lease, values)
    if lease.ends_on is not None and lease.ends_on <= lease.starts_on:
        work.ledger.wrong(row, f"lease_end: the lease starts on {lease.starts_on}: it must end after that.")


def write_parties(work: Work, rows: Iterable[Settled]) -> None:
    """Put every tenant on their lease."""
    for each in rows:
        if each.lease is None or each.tenant is None or each.tenant in work.known.parties[each.lease.id]:
            continue
        work.known.parties[each.lease.id].append(each.tenant)
        work.add(LeaseParty(company_id=work.company.id, lease_id=each.lease.id, contact_id=each.tenant.id))
        change = work.ledger.entries[id(each.lease)].change
        if not change.is_new:
            change.details.append(f"{each.tenant.name} is on it")


def write_rents(work: Work, rows: Iterable[Settled]) -> None:
    """Note each rent from the day it holds: the day said, the lease's first, or today where it changed."""
    for each in rows:
        if each.lease is not None and each.row.lease.rent_cents is not None:
            _write_rent(work, each.row, each.lease, each.row.lease.rent_cents)


def _write_rent(work: Work, row: RollRow, lease: Lease, cents: int) -> None:
    rents = work.known.rents[lease.id]
    latest = max(work.today, lease.starts_on)
    present = max((rent for rent in rents if rent.starts_on <= latest), key=lambda rent: rent.starts_on, default=None)
    day = row.lease.rent_from or (latest if present is not None else lease.starts_on)
    same_day = next((rent for rent in rents if rent.starts_on == day), None)
    compared = same_day if row.lease.rent_from else present
    if compared is not None and compared.amount_cents == cents:
        return
    if compared is not None and work.ledger.is_settled(compared):
        work.ledger.wrong(
            row, f"rent: {work.ledger.where(compared)} says another for the same lease: mend one of them."
        )
        return
    rent = same_day or Rent(company_id=work.company.id, lease_id=lease.id, starts_on=day)
    rent.amount_cents = cents
    if same_day is None:
        rents.append(rent)
        work.add(rent)
    said = f"rent {cents / 100:,.2f} from {day}"
    work.ledger.enter(row, rent, "rent", f"{work.ledger.entries[id(lease)].change.name}, {said}", is_new=True)


def check_overlaps(work: Work, rows: Iterable[Settled]) -> None:
    """Enter a mistake for every lease that begins while the one before it on the unit still runs."""
    units = {each.lease.unit_id for each in rows if each.lease is not None}
    for unit_id in units:
        leases = sorted(work.known.leases_of_unit[unit_id], key=lambda each: each.starts_on)
        for before, after in pairwise(leases):
            if before.ends_on is None or before.ends_on > after.starts_on:
                named = after if work.ledger.is_settled(after) else before
                _tell_overlap(work, named, before, after)


def _tell_overlap(work: Work, named: Lease, before: Lease, after: Lease) -> None:
    until = f"until {before.ends_on}" if before.ends_on else "without an end"
    work.ledger.wrong_about(
        named,
        f"lease_start: the lease from {before.starts_on} runs {until}, and another begins on {after.starts_on}: "
        "give the earlier one its end.",
    )


def settle_ownerships(work: Work, rows: Iterable[Settled]) -> None:
    """Note who owns what: the whole property where all its rows name one owner, else each unit its own."""
    owners: dict[int, set[int]] = defaultdict(set)
    listed = [each for each in rows if each.owner is not None and (each.home is not None or each.unit is not None)]
    for each in listed:
        owners[_property_id(each)].add(each.owner.id if each.owner else 0)
    known = {(each.property_id, each.unit_id, each.contact_id) for each in work.known.ownerships}
    for each in listed:
        assert each.owner is not None
        whole = each.unit is None or len(owners[_property_id(each)]) == 1
        key = (_property_id(each), None if whole or each.unit is None else each.unit.id, each.owner.id)
        if key in known:
            continue
        known.add(key)
        row = Ownership(company_id=work.company.id, property_id=key[0], unit_id=key[1], contact_id=key[2])
        work.add(row)
        work.ledger.enter(
            each.row, row, "ownership", f"{each.owner.name} owns {_owned(work, each, key[1])}", is_new=True
        )


def _property_id(each: Settled) -> int:
    assert each.unit is not None or each.home is not None
    return each.unit.property_id if each.unit is not None else each.home.id if each.home is not None else 0


def _owned(work: Work, each: Settled, unit_id: int | None) -> str:
    if unit_id is not None and each.unit is not None:
        return work.name_of(each.unit)
    return work.known.properties[_property_id(each)].name

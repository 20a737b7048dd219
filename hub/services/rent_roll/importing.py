"""One import from first row to last, in one transaction: whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.desk import Desk
from hub.domain.ticket import TicketStatus
from hub.errors import Refused
from hub.models import Company, Ticket
from hub.services.people.homes import find_homes
from hub.services.rent_roll.known import read_known
from hub.services.rent_roll.leases import (
    Settled,
    check_overlaps,
    settle_lease,
    settle_ownerships,
    write_parties,
    write_rents,
)
from hub.services.rent_roll.ledger import Change, Ledger
from hub.services.rent_roll.people import addresses_of, settle_person, write_addresses
from hub.services.rent_roll.places import settle_property, settle_unit
from hub.services.rent_roll.reading import Roll
from hub.services.rent_roll.work import Work

CHANGED_MEANWHILE = "Somebody changed the same homes or people at this moment, and nothing was imported: try again."
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to: what is new or changed, counts by kind (new, changed, as before), mistakes by row."""

    changes: Sequence[Change]
    counts: dict[str, tuple[int, int, int]]
    mistakes: dict[str, list[str]]


def import_rent_roll(
    desk: Desk, company: Company, roll: Roll, *, dry_run: bool = False, tell: Tell = lambda _: None
) -> Outcome:
    """Import a rent roll into a company; with mistakes, or as a dry run, nothing of it stays. Raises `Refused`."""
    ledger = Ledger()
    savepoint = desk.session.begin_nested()
    try:
        _import(desk, desk.session, company, roll, ledger, tell)
    except IntegrityError as error:
        savepoint.rollback()
        if not ledger.mistakes:
            raise Refused(CHANGED_MEANWHILE) from error
    except BaseException:
        savepoint.rollback()
        raise
    else:
        if dry_run or ledger.mistakes:
            savepoint.rollback()
        else:
            savepoint.commit()
    return Outcome(ledger.changes(), ledger.counts(), ledger.by_row())


def _import(desk: Desk, session: Session, company: Company, roll: Roll, ledger: Ledger, tell: Tell) -> None:
    # One import of a company at a time; tickets and people go on being written.
    session.scalars(select(Company.id).where(Company.id == company.id).with_for_update(key_share=True)).one()
    people = [person for line in roll.lines for person in (line.row.tenant, line.row.owner) if person]
    addresses = [each for person in people for each in addresses_of(person, company.region)[0]]
    known = read_known(session, company.id, addresses, [each.outside_id for each in people if each.outside_id])
    work = Work(session, company, desk.clock.now().date(), known, ledger)
    rows = [Settled(line.row) for line in roll.lines]
    for each in rows:
        for sentence in each.row.mistakes:
            ledger.wrong(each.row, sentence)
    tell(f"{len(rows)} rows: properties and units")
    _settle_places(work, rows)
    tell("people")
    _settle_people(work, rows)
    tell("leases")
    _settle_leases(work, rows)
    _refresh_tickets(desk, work, rows)


def _settle_places(work: Work, rows: Sequence[Settled]) -> None:
    for each in rows:
        each.home = settle_property(work, each.row)
    work.write()
    work.known.properties |= {each.home.id: each.home for each in rows if each.home is not None}
    for each in rows:
        each.unit = settle_unit(work, each.row, each.home)
    work.write()


def _settle_people(work: Work, rows: Sequence[Settled]) -> None:
    for each in rows:
        each.tenant = settle_person(work, each.row, each.row.tenant, "resident", each.unit)
        each.owner = settle_person(work, each.row, each.row.owner, "owner", None)
    work.write()
    write_addresses(work)


def _settle_leases(work: Work, rows: Sequence[Settled]) -> None:
    for each in rows:
        each.lease = settle_lease(work, each)
    check_overlaps(work, rows)
    settle_ownerships(work, rows)
    if work.ledger.mistakes:
        work.waiting.clear()
        return
    work.write()
    write_parties(work, rows)
    write_rents(work, rows)
    work.write()


def _refresh_tickets(desk: Desk, work: Work, rows: Sequence[Settled]) -> None:
    """Tell open tickets the name and home of their requester, who may have been a stranger until now."""
    named = {each.id: each for row in rows for each in (row.tenant, row.owner) if each is not None}
    live = select(Ticket).where(
        Ticket.company_id == work.company.id, Ticket.status != TicketStatus.CLOSED, Ticket.contact_id.is_not(None)
    )
    tickets = [each for each in work.session.scalars(live) if each.contact_id in named]
    homes = find_homes(desk, sorted({each.contact_id for each in tickets if each.contact_id}), on=work.today)
    for ticket in tickets:
        person = named[ticket.contact_id or 0]
        home = homes.get(person.id)
        ticket.requester_name = person.name or ticket.requester_name
        ticket.requester_role = ticket.requester_role or person.role or (home.role if home else "")
        if home is not None and ticket.unit_id is None:
            ticket.unit_id, ticket.property_id, ticket.unit_label = home.unit_id, home.property_id, home.label

"""`hub import`: who the people of a rent roll are; nobody takes over another's address, lease or building."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import (
    Agent,
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Ownership,
    Property,
    Ticket,
    Unit,
)
from tests.cli.conftest import Hub
from tests.cli.rolls import ROLL, WHOLE, count, counts, roll
from tests.factories import make_company, make_contact, make_lease, make_unit, save

__all__ = ["roll"]


def test_two_tenants_cannot_have_one_address(hub: Hub, desk: Desk, roll: Path) -> None:
    roll.write_text(ROLL.replace("ben@example.org", "anna@example.org"))

    done = hub("import", roll, status=1)

    assert (
        "row 4: email: anna@example.org belongs to Anna Weber of row 3, not to Ben Weber: leave it empty here."
        in done.stderr
    )
    assert count(desk, Contact) == 0


def test_a_colleagues_address_is_not_a_tenants(hub: Hub, desk: Desk, roll: Path) -> None:
    save(desk, Agent(email="anna@example.org", name="Anna of the desk"))

    done = hub("import", roll, status=1)

    assert "anna@example.org belongs to a colleague, not to Anna Weber" in done.stderr


def test_somebody_else_we_know_keeps_their_address(hub: Hub, desk: Desk, roll: Path) -> None:
    company = make_company(desk)
    other = make_contact(desk, company, "Boris Petrov", email="anna@example.org")
    make_lease(desk, make_unit(desk, company), other)

    done = hub("import", roll, status=1)

    assert "anna@example.org belongs to Boris Petrov, not to Anna Weber" in done.stderr


def test_another_companys_contact_of_the_same_address_stays_theirs(hub: Hub, desk: Desk, roll: Path) -> None:
    make_company(desk)
    other = make_company(desk, "Parkview Homes")
    theirs = make_contact(desk, other, "Anna W.", email="anna@example.org")

    hub("import", roll)

    desk.session.refresh(theirs)
    assert theirs.name == "Anna W."
    assert desk.session.scalar(select(func.count()).where(Identity.value == "anna@example.org")) == 2


def test_a_stranger_who_wrote_before_becomes_the_tenant_they_are(hub: Hub, desk: Desk, roll: Path) -> None:
    company = make_company(desk)
    stranger = make_contact(desk, company, "aylin_92", email="aylin@example.org")
    ticket = save(
        desk,
        Ticket(
            company_id=company.id, contact_id=stranger.id, channel="email", requester_name="aylin_92", status="open"
        ),
    )

    hub("import", roll)

    desk.session.refresh(ticket)
    desk.session.refresh(stranger)
    assert (stranger.name, stranger.outside_id, stranger.role) == ("Aylin Demir", "T1", "resident")
    assert (ticket.requester_name, ticket.requester_role, ticket.unit_label) == (
        "Aylin Demir",
        "resident",
        "Lindenhof 12 1A",
    )


def test_a_lease_that_begins_while_another_runs_is_told_with_the_remedy(hub: Hub, desk: Desk, roll: Path) -> None:
    hub("import", roll)
    roll.write_text("unit_id,tenant,lease_start,rent\nU1,Carla Rossi,2026-12-01,1200\n")

    done = hub("import", roll, status=1)

    assert (
        "the lease from 2021-05-01 runs without an end, and another begins on 2026-12-01: give the earlier one its end."
        in done.stderr
    )
    assert counts(desk) == WHOLE


def test_an_end_and_the_next_tenant_come_in_one_file(hub: Hub, desk: Desk, roll: Path) -> None:
    hub("import", roll)
    roll.write_text(
        "unit_id,tenant,tenant_id,lease_id,lease_start,lease_end,rent\n"
        "U1,Aylin Demir,T1,L1,,2026-11-30,\n"
        "U1,Carla Rossi,T9,L9,2026-12-01,,1200\n"
    )

    hub("import", roll)

    assert desk.session.scalars(
        select(Lease.outside_id).join(Unit).where(Unit.outside_id == "U1").order_by(Lease.starts_on)
    ).all() == ["L1", "L9"]


def test_a_person_named_in_several_rows_of_a_unit_is_one_person(hub: Hub, desk: Desk, roll: Path) -> None:
    row = "Lindenhof 12,1A,Aylin Demir,2021-05-01,"
    roll.write_text(f"property,unit,tenant,lease_start,rent\n{row}1140\n{row}\n")

    hub("import", roll)
    hub("import", roll)

    assert (count(desk, Contact), count(desk, LeaseParty)) == (1, 1)


def test_two_rents_of_one_lease_on_one_day_are_told(hub: Hub, roll: Path) -> None:
    roll.write_text(ROLL.replace("2027-12-31,980", "2027-12-31,990", 1))

    done = hub("import", roll, status=1)

    assert "row 4: rent: row 3 says another for the same lease: mend one of them." in done.stderr


def test_an_owner_of_all_units_owns_the_building_and_owners_of_one_own_one(
    hub: Hub, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "owners.csv"
    path.write_text(
        "property,unit,owner\nLindenhof 12,1,Ida Lund\nLindenhof 12,2,Ida Lund\nAm Park 3,1,Ida Lund\nAm Park 3,2,Omar Haddad\n"
    )

    hub("import", path)

    rows = desk.session.execute(
        select(Property.name, Unit.label, Contact.name)
        .select_from(Ownership)
        .join(Property, Property.id == Ownership.property_id)
        .join(Contact, Contact.id == Ownership.contact_id)
        .outerjoin(Unit, Unit.id == Ownership.unit_id)
        .order_by(Ownership.id)
    ).all()
    assert rows[0] == ("Lindenhof 12", None, "Ida Lund")
    assert [(name, label) for name, label, _ in rows[1:]] == [("Am Park 3", "1"), ("Am Park 3", "2")]


def test_rows_that_contradict_one_another_are_told(hub: Hub, roll: Path) -> None:
    roll.write_text("property_id,property,city\nP1,Lindenhof 12,Berlin\nP1,Lindenhof 12,Bonn\n")

    done = hub("import", roll, status=1)

    assert "row 3: city: Lindenhof 12 has Bonn here and Berlin in row 2: make them the same." in done.stderr

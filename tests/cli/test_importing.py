"""`hub import`: a rent roll is taken in whole or not at all, and again as an update; nobody takes over another's address."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
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
    Rent,
    Ticket,
    Unit,
)
from tests.cli.conftest import Hub
from tests.factories import make_company, make_contact, make_lease, make_unit, save

HOME = "P1,Lindenhof 12,Lindenhof 12,10115,Berlin"
ROLL = f"""\
property_id,property,street,postcode,city,unit_id,unit,tenant_id,tenant,email,phone,lease_id,lease_start,lease_end,rent,deposit,balance,owner
{HOME},U1,1A,T1,Aylin Demir,aylin@example.org,+49 30 23125 001,L1,2021-05-01,,"1,140.00",3420,-12.50,Lindenhof GmbH
{HOME},U2,1B,T2,"Weber, Anna",anna@example.org,,L2,2023-01-01,2027-12-31,980,2940,,Lindenhof GmbH
{HOME},U2,1B,T3,Ben Weber,ben@example.org,,L2,2023-01-01,2027-12-31,980,2940,,Lindenhof GmbH
{HOME},U3,2A,,VACANT,,,,,,1010,,,Lindenhof GmbH
"""


@pytest.fixture
def roll(tmp_path: Path) -> Path:
    """A rent roll of one building with two homes let and one vacant."""
    path = tmp_path / "roll.csv"
    path.write_text(ROLL, encoding="utf-8")
    return path


def count(desk: Desk, model: type) -> int:
    desk.session.rollback()
    return desk.session.scalar(select(func.count()).select_from(model)) or 0


def counts(desk: Desk) -> dict[str, int]:
    return {
        each.__name__: count(desk, each)
        for each in (Property, Unit, Contact, Identity, Lease, LeaseParty, Rent, Ownership)
    }


WHOLE = {"Property": 1, "Unit": 3, "Contact": 4, "Identity": 4, "Lease": 2, "LeaseParty": 3, "Rent": 2, "Ownership": 1}


def test_a_rent_roll_becomes_homes_people_and_leases(hub: Hub, desk: Desk, roll: Path) -> None:
    said = hub("import", roll).stdout

    assert counts(desk) == WHOLE
    lease, unit, home = desk.session.execute(
        select(Lease, Unit, Property)
        .join(Unit, Unit.id == Lease.unit_id)
        .join(Property)
        .where(Lease.outside_id == "L1")
    ).one()
    assert (home.name, home.city, unit.label, lease.starts_on, lease.ends_on) == (
        "Lindenhof 12",
        "Berlin",
        "1A",
        date(2021, 5, 1),
        None,
    )
    assert (lease.deposit_cents, lease.balance_cents) == (342_000, -1_250)
    assert desk.session.scalar(select(Rent.amount_cents).where(Rent.lease_id == lease.id)) == 114_000
    assert "people            4 new      0 changed      0 as before" in said
    assert said.endswith("roll.csv is imported.\n")


def test_names_addresses_and_roles_are_kept_in_one_form(hub: Hub, desk: Desk, roll: Path) -> None:
    hub("import", roll)

    people = {each.outside_id: (each.name, each.role) for each in desk.session.scalars(select(Contact))}
    assert people["T2"] == ("Anna Weber", "resident")
    assert people[None] == ("Lindenhof GmbH", "owner")
    assert desk.session.scalar(select(Identity.value).where(Identity.kind == "phone")) == "+493023125001"


def test_a_dry_run_says_what_would_change_and_changes_nothing(hub: Hub, desk: Desk, roll: Path) -> None:
    said = hub("import", roll, "--dry-run").stdout

    assert "new      property   Lindenhof 12" in said
    assert "new      lease      Lindenhof 12 1A from 2021-05-01" in said
    assert said.endswith("This was a dry run: nothing has changed.\n")
    assert set(counts(desk).values()) == {0}


def test_the_same_file_again_changes_nothing(hub: Hub, desk: Desk, roll: Path) -> None:
    hub("import", roll)

    said = hub("import", roll).stdout

    assert not any(line.startswith(("new ", "changed ")) for line in said.splitlines())
    assert counts(desk) == WHOLE


def test_a_later_file_updates_by_id_and_says_from_what_to_what(hub: Hub, desk: Desk, roll: Path) -> None:
    hub("import", roll)
    roll.write_text(
        ROLL.replace('"1,140.00"', '"1,180.00"').replace("Aylin Demir", "Aylin Kaya").replace("U1,1A", "U1,1A links")
    )

    said = hub("import", roll).stdout

    assert "changed  unit       Lindenhof 12 1A: name 1A → 1A links" in said
    assert "name Aylin Demir → Aylin Kaya" in said
    assert counts(desk) == WHOLE | {"Rent": 3}
    assert desk.session.scalars(
        select(Rent.amount_cents).join(Lease).where(Lease.outside_id == "L1").order_by(Rent.starts_on)
    ).all() == [114_000, 118_000]


def test_an_empty_cell_leaves_what_is_known(hub: Hub, desk: Desk, roll: Path) -> None:
    hub("import", roll)
    roll.write_text("unit_id,tenant_id,lease_id,phone,rent\nU1,T1,L1,,\n")

    hub("import", roll)

    assert desk.session.scalar(select(Lease.deposit_cents).where(Lease.outside_id == "L1")) == 342_000
    assert count(desk, Identity) == 4


def test_without_ids_a_file_again_finds_everything_by_name(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text(
        "Building;Unit;Tenant;E-Mail;Lease Start;Rent\n"
        "Lindenhof 12;1A;Aylin Demir;aylin@example.org;01.05.2021;1.140,00\n"
        "Lindenhof 12;1B;Anna Weber;;01.01.2023;980\n"
    )
    hub("import", plain)

    said = hub("import", plain).stdout

    assert "people            0 new      0 changed      2 as before" in said
    assert count(desk, Contact) == 2


def test_one_mistake_anywhere_leaves_everything_as_it_was(hub: Hub, desk: Desk, roll: Path) -> None:
    roll.write_text(
        ROLL.replace(
            "2023-01-01,2027-12-31,980,2940,,Lindenhof GmbH\n", "soon,2027-12-31,much,2940,,Lindenhof GmbH\n", 1
        )
    )

    done = hub("import", roll, status=1)

    assert "row 3: lease_start: 'soon' is no day: write it like 2026-11-30." in done.stderr
    assert "row 3: rent: 'much' is no amount: write it like 1140.00." in done.stderr
    assert "Nothing was imported: 1 rows have mistakes." in done.stderr
    assert set(counts(desk).values()) == {0}


def test_the_rows_with_mistakes_are_in_a_file_with_formulas_made_harmless(hub: Hub, roll: Path) -> None:
    roll.write_text(
        "property,unit,tenant,email,lease_start\n"
        "Lindenhof 12,1A,Aylin Demir,aylin@example.org,2021-05-01\n"
        'Lindenhof 12,1B,"=HYPERLINK(""http://example.com"")",no address,2021-05-01\n'
        "Lindenhof 12,1C,@SUM(1),-,\t\n"
    )

    hub("import", roll, status=1)

    text = roll.with_name("roll.csv.errors.csv").read_bytes().decode("utf-8-sig")
    header, first, second = csv.reader(io.StringIO(text, newline=""))
    assert header == ["mistakes", "where", "property", "unit", "tenant", "email", "lease_start"]
    assert first[1] == "row 3"
    assert "email: 'no address'" in first[0]
    assert first[4].startswith("'=HYPERLINK")
    assert (second[4], second[5], second[6]) == ("'@SUM(1)", "'-", "'\t")


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ";"), ("cp1252", "|")],
)
def test_any_office_programs_csv_is_read(hub: Hub, desk: Desk, tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["Objekt", "Wohnung", "Mieter", "Mietbeginn", "Kaltmiete"],
        ["Gärtnerstraße 3", "2. OG", "Jürgen Groß", "1.4.2020", "900"],
    ]
    path = tmp_path / "liste.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))

    done = hub("import", path)

    assert desk.session.scalar(select(Property.name)) == "Gärtnerstraße 3"
    assert desk.session.scalar(select(Contact.name)) == "Jürgen Groß"
    assert ("read as Windows-1252" in done.stderr) is (encoding == "cp1252")


def test_letters_read_wrong_can_be_put_right_by_naming_the_encoding(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_bytes("property,unit\nŁódź 1,2\n".encode("cp1250"))

    hub("import", path, "--encoding", "cp1250")

    assert desk.session.scalar(select(Property.name)) == "Łódź 1"


def test_a_workbook_with_a_sheet_for_each_kind_is_joined_by_its_ids(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Properties"
    for row in (["Portfolio, November"], [], ["property_id", "name", "street"], ["P1", "Lindenhof 12", "Lindenhof 12"]):
        first.append(row)
    sheets = {
        "Units": [["unit_id", "property_id", "unit"], ["U1", "P1", "1A"]],
        "People": [["tenant_id", "name", "email"], [7, "Aylin Demir", "aylin@example.org"]],
        "Leases": [["lease_id", "unit_id", "tenant_id", "lease_start", "rent"], ["L1", "U1", 7, date(2021, 5, 1), 1140.5]],
        "Notes": [["anything"], ["at all"]],
    }  # fmt: skip
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "portfolio.xlsx"
    book.save(path)

    done = hub("import", path)

    lease, contact = desk.session.execute(
        select(Lease, Contact)
        .join(LeaseParty, LeaseParty.lease_id == Lease.id)
        .join(Contact, Contact.id == LeaseParty.contact_id)
    ).one()
    assert (lease.outside_id, lease.starts_on, contact.outside_id) == ("L1", date(2021, 5, 1), "7")
    assert desk.session.scalar(select(Rent.amount_cents)) == 114_050
    assert "Sheets without the header of a rent roll were left out: Notes." in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "roll.csv has no header of a rent roll: name its columns, for example property,unit,tenant"),
        (b"property,unit\n", "roll.csv has a header and no row below it."),
        (b"", "roll.csv has no header of a rent roll"),
        (b'property,unit\n"Lindenhof,1A\nX,2\n', "roll.csv, row 2: a quotation mark is opened there and never closed."),
        (b"property,unit,apartment\nX,1,1\n", "Two columns say 'unit', 'apartment' is the second"),
        (b"property,unit\nX," + b"y," * 10_000 + b"\n", "row 2: it has more than 500 columns"),
        (b"property,unit\n" + b"X,1\n" * 200_001, "roll.csv has more than 200,000 rows: split it into parts."),
        (b"PK\x03\x04 no zip", "roll.csv is no Excel file that can be read"),
        (b"\xd0\xcf\x11\xe0 old", "roll.csv is an old Excel file (.xls)"),
        (b"property,unit\nLinden\0hof,1A\n", "row 2: property: it holds a character that cannot be shown"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_rent_roll_is_told_with_the_remedy(
    hub: Hub, desk: Desk, roll: Path, content: bytes, said: str
) -> None:
    roll.write_bytes(content)

    done = hub("import", roll, status=1)

    assert said in done.stderr
    assert count(desk, Property) == 0


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


def test_a_portfolio_of_seven_hundred_homes_is_taken_in(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    lines = ["property,unit,tenant,email,lease_start,rent"]
    lines += [
        f"House {at // 20},{at % 20},Tenant Number{at},t{at}@example.org,2024-01-01,{800 + at}" for at in range(700)
    ]
    path = tmp_path / "large.csv"
    path.write_text("\n".join(lines))

    done = hub("import", path)

    assert "leases          700 new" in done.stdout
    assert "… and " in done.stdout
    assert count(desk, LeaseParty) == 700

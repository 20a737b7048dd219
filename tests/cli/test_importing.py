"""`hub import`: a rent roll is taken in whole or not at all, and again as an update."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from hub.desk import Desk
from hub.models import (
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Property,
    Rent,
    Unit,
)
from tests.cli.conftest import Hub
from tests.cli.rolls import ROLL, WHOLE, count, counts, roll

__all__ = ["roll"]


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
    sheets: dict[str, list[list[object]]] = {
        "Units": [["unit_id", "property_id", "unit"], ["U1", "P1", "1A"]],
        "People": [["tenant_id", "name", "email"], [7, "Aylin Demir", "aylin@example.org"]],
        "Leases": [["lease_id", "unit_id", "tenant_id", "lease_start", "rent"], ["L1", "U1", 7, date(2021, 5, 1), 1140.5]],
        "Notes": [["anything"], ["at all"]],
    }  # fmt: skip
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for filled in rows:
            sheet.append(filled)
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

"""A row of a rent roll is understood whatever its headings are called, and every mistake in it is told at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.rent_roll import (
    COLUMNS,
    RollRow,
    day_orders,
    is_header,
    is_same_name,
    name_cells,
    read_header,
    read_row,
)


def read(**cells: str) -> RollRow:
    return read_row(cells, where="row 2", orders=day_orders([cells], region="DE"))


def test_headings_are_known_in_three_languages_and_any_spelling() -> None:
    header = read_header(["Building", "Unit-No.", "MIETER", "E-Mail", "Teléfono", "Mietbeginn", "Kaltmiete", "Colour"])

    assert list(header.columns.values()) == ["property", "unit", "tenant", "email", "phone", "lease_start", "rent"]
    assert header.unknown == ("Colour",)


def test_a_column_called_name_is_a_person_beside_an_address_and_a_building_beside_a_street() -> None:
    assert read_header(["Name", "Email"]).columns[0] == "tenant"
    assert read_header(["Name", "Street"]).columns[0] == "property"


def test_two_columns_of_one_meaning_are_told() -> None:
    (mistake,) = read_header(["Unit", "Apartment", "Tenant"]).mistakes

    assert "'Apartment' is the second" in mistake


def test_a_title_above_the_table_is_no_header() -> None:
    assert not is_header(["Rent roll as of 1 November 2026", "", ""])


def test_a_whole_row_becomes_values() -> None:
    row = read(
        property="Lindenhof 12", unit="3B", tenant="Demir, Aylin", email="a@example.org; b@example.org", phone="030 23125001",
        lease_start="1.5.2021", lease_end="30.04.2027", rent="1.140,00 €", deposit="3420", balance="-12,50", notice_months="3 months",
    )  # fmt: skip

    assert row.mistakes == ()
    assert (row.tenant.name, row.tenant.emails) == ("Aylin Demir", ("a@example.org", "b@example.org"))
    assert (row.lease.starts_on, row.lease.ends_on) == (date(2021, 5, 1), date(2027, 4, 30))
    assert (row.lease.rent_cents, row.lease.deposit_cents, row.lease.balance_cents) == (114_000, 342_000, -1_250)
    assert row.lease.notice_months == 3


def test_every_mistake_of_a_row_is_told_with_its_column() -> None:
    row = read(unit="3B", tenant="Aylin", lease_start="soon", rent="much", language="german", city="a\0b")

    assert [mistake.partition(":")[0] for mistake in row.mistakes] == ["city", "lease_start", "rent", "language"]


@pytest.mark.parametrize("word", ["VACANT", "Leerstand", "-", "n/a", "frei"])
def test_an_empty_unit_has_neither_person_nor_lease(word: str) -> None:
    row = read(unit="3B", tenant=word, lease_start="2026-01-01", rent="900")

    assert not row.tenant
    assert not row.lease
    assert row.mistakes == ()


def test_a_lease_or_an_address_without_a_person_is_told() -> None:
    assert "name the person" in read(unit="3B", lease_start="2026-01-01").mistakes[0]
    assert "name the person" in read(unit="3B", email="a@example.org").mistakes[0]


def test_a_lease_that_ends_before_it_starts_is_told() -> None:
    assert "ends after it starts" in read(tenant="A", lease_start="2026-02-01", lease_end="2026-01-31").mistakes[0]


def test_firms_keep_their_commas_and_people_lose_theirs() -> None:
    assert read(tenant="Weber, Anna").tenant.name == "Anna Weber"
    assert read(tenant="Weber, Anna & Ben").tenant.name == "Weber, Anna & Ben"
    assert read(owner="Lindenhof, GmbH").owner.name == "Lindenhof, GmbH"


def test_first_and_last_name_may_stand_apart() -> None:
    assert read(first_name="Anna", last_name="Weber").tenant.name == "Anna Weber"


def test_an_apostrophe_we_put_before_a_formula_is_taken_off_again() -> None:
    header = read_header(["Tenant", "Phone"])

    assert name_cells(header, ["'=HYPERLINK(1)", "'+1 202 555 0100"]) == {
        "tenant": "=HYPERLINK(1)",
        "phone": "+1 202 555 0100",
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna Weber", "WEBER Anna", True),
        ("Anna Weber", "Anna María Weber", True),
        ("Jürgen Groß", "Jurgen Gross", True),
        ("Anna Weber", "Ben Weber", False),
        ("", "Ben Weber", False),
    ],
)
def test_two_spellings_of_a_name_are_one_person(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same


@given(
    cells=st.dictionaries(st.sampled_from(["tenant", "email", "lease_start", "rent", "language", "unit"]), st.text())
)
def test_any_row_is_read_without_an_error(cells: dict[str, str]) -> None:
    assert isinstance(read(**cells).mistakes, tuple)


@given(cells=st.lists(st.text()))
def test_any_header_is_read_without_an_error(cells: list[str]) -> None:
    assert len(read_header(cells).columns) <= len(cells)


def test_every_column_is_explained_to_people() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rent-roll.md").read_text(encoding="utf-8")

    assert [name for name in COLUMNS if f"`{name}`" not in page] == []

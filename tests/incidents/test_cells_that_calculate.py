"""Cells that calculate (osTicket 99818486): words from outside ran as formulas when an export was opened in a spreadsheet.

Our rule: a cell that a spreadsheet would run gets an apostrophe before it, in every table that we write; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.access import Role
from hub.domain.cells import inert
from tests.factories import make_agent
from tests.services.steps import Office, mail, take_in
from tests.web.visitors import sign_in

PAYLOADS = [
    *(
        '=HYPERLINK("http://evil.example","Rent")',
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
    ),
    *("\n=1+1", '"=1+1', "'=1+1", " =1+1", "＝1+1", "＋1", "－1-1", "＠SUM(1)", "=", "-", "+49 30 23125 000"),
]
RUNS = tuple("=+-@\t\r\n＝＋－＠")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula(payload: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerow([inert(payload)])

    (cell,) = next(csv.reader(io.StringIO(written.getvalue(), newline="")))

    assert not cell.lstrip('"').startswith(RUNS)
    assert cell == f"'{payload}"


@given(st.text(max_size=40))
def test_whatever_is_written_is_inert_and_comes_back(text: str) -> None:
    cell = inert(text)

    assert cell in {text, f"'{text}"}
    assert not cell.lstrip("\"' ").startswith(RUNS) or cell.startswith("'") or re.fullmatch(r"-?\d+([.,]\d+)*", text)


@pytest.mark.parametrize("number", ["-5", "-1,200.50", "0", "12", "-0.5", "1.234,56"])
def test_numbers_stay_numbers(number: str) -> None:
    assert inert(number) == number


def test_the_metrics_of_a_company_hold_no_formula(app: APIFlask, office: Office) -> None:
    take_in(
        office.desk,
        *[mail(sender=f'"{each}" <a{at}@example.com>', subject=each) for at, each in enumerate(("=1+1", "@x"))],
    )
    manager = make_agent(office.desk, office.company, "=1+1", role=Role.MANAGER)
    browser = sign_in(app, office.desk, manager)

    for path in ("/metrics/response.csv", "/metrics/nps.csv"):
        rows = list(csv.reader(io.StringIO(browser.get(path).text, newline="")))
        assert rows
        assert not [
            cell for row in rows for cell in row if cell.startswith(RUNS) and not re.fullmatch(r"-?[\d.]+", cell)
        ]


def test_every_table_that_is_written_goes_through_the_same_hands() -> None:
    writers = [
        path
        for package in ("hub", "channels", "classifiers", "knowledgebase")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"csv\.(?:Dict)?[wW]riter|Workbook\(\)", path.read_text(encoding="utf-8"))
    ]

    assert writers
    assert [str(path) for path in writers if "inert(" not in path.read_text(encoding="utf-8")] == []

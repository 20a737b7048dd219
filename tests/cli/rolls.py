"""A rent roll, and what a desk holds once it is in."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from hub.desk import Desk
from hub.models import (
    Contact,
    Identity,
    Lease,
    LeaseParty,
    Ownership,
    Property,
    Rent,
    Unit,
)

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

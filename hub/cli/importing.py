"""`hub import`: a rent roll."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.command import for_company, open_desk

if TYPE_CHECKING:
    from hub.services.rent_roll import Outcome

MOST_LINES = 40
KINDS = {
    "property": "properties",
    "unit": "units",
    "person": "people",
    "lease": "leases",
    "rent": "rents",
    "ownership": "ownerships",
}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--encoding", default="", help="Of a CSV whose letters come out wrong, such as cp1250.")
@click.option("--errors", type=click.Path(path_type=Path), help="Where rows with mistakes go (FILE.errors.csv).")
@for_company
def import_(company: str, file: Path, dry_run: bool, encoding: str, errors: Path | None) -> None:
    """Take in a rent roll: properties, units, people and leases from a CSV or XLSX file.

    Columns, in any order and number: property, unit, tenant, email, phone, lease_start, lease_end, rent, deposit, balance,
    owner and more; with property_id, unit_id, tenant_id and lease_id the same file can be taken in again and updates what
    changed. An empty cell leaves things as they are. The file is taken whole or, with a mistake in any row, not at all.
    """
    from hub.services.rent_roll import import_rent_roll, read_roll
    from hub.services.rent_roll.reading import write_mistakes
    from hub.services.settings.setup import company_named

    with open_desk() as desk, desk.transaction():
        mine = company_named(desk, company)
        roll = read_roll(file.read_bytes(), name=file.name, region=mine.region, encoding=encoding)
        for remark in roll.remarks:
            click.echo(remark, err=True)
        found = import_rent_roll(
            desk, mine, roll, dry_run=dry_run, tell=lambda words: click.echo(f"  {words} …", err=True)
        )
    if found.mistakes:
        path = errors or file.with_name(f"{file.name}.errors.csv")
        path.write_text(write_mistakes(roll.lines, found.mistakes), encoding="utf-8-sig", newline="")
        _tell_mistakes(found, path)
        sys.exit(1)
    _tell_changes(found)
    click.echo("This was a dry run: nothing has changed." if dry_run else f"{file.name} is imported.")


def _tell_mistakes(found: Outcome, path: Path) -> None:
    sentences = [f"{where}: {sentence}" for where, each in found.mistakes.items() for sentence in each]
    for sentence in sentences[:MOST_LINES]:
        click.echo(sentence, err=True)
    if len(sentences) > MOST_LINES:
        click.echo(f"… and {len(sentences) - MOST_LINES} more.", err=True)
    click.echo(
        f"Nothing was imported: {len(found.mistakes)} rows have mistakes. They are in {path}, each with its mistakes.",
        err=True,
    )


def _tell_changes(found: Outcome) -> None:
    for change in found.changes[:MOST_LINES]:
        click.echo(
            f"{'new' if change.is_new else 'changed':8} {change.kind:10} {change.name}{_details(change.details)}"
        )
    if len(found.changes) > MOST_LINES:
        click.echo(f"… and {len(found.changes) - MOST_LINES} more.")
    for kind, words in KINDS.items():
        if kind in found.counts:
            new, changed, same = found.counts[kind]
            click.echo(f"{words:12} {new:6} new {changed:6} changed {same:6} as before")


def _details(details: list[str]) -> str:
    return f": {'; '.join(details)}" if details else ""

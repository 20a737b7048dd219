"""`hub accept`: messages taken in by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hub.cli.command import for_company, open_desk


@click.group()
def accept() -> None:
    """Take messages in by hand."""


@accept.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--history", is_flag=True, help="File only: never answered, never counted.")
@for_company
def email(company: str, paths: tuple[Path, ...], as_json: bool, history: bool) -> None:
    """Put raw messages (files, folders, mbox, or `-`) through intake and triage in this process."""
    from hub.accepting import accept_files

    with open_desk() as desk:
        lost = accept_files(desk, company, list(paths) or [Path("-")], as_json=as_json, history=history)
    sys.exit(1 if lost else 0)

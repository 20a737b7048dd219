"""`hub backup`, `hub restore`: the whole desk in one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hub.cli.command import open_desk

TOLD = ("companies", "agents", "contacts", "tickets", "messages", "articles")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the database and the attachments, as they are at one point, into a new file; the desk may go on working.

    The secret key is not in it: keep a copy of that elsewhere, for mailbox passwords are locked with it.
    """
    from hub.services.backup import write_backup

    with open_desk() as desk:
        saved = write_backup(desk, file, tell=tell)
        settings = desk.settings
    click.echo(f"{file}: {_counted(saved.tables)}, {saved.files} files, {_megabytes(saved.size)}.")
    key = settings.home / "secret_key"
    click.echo(f"Keep HUB_SECRET_KEY{f' ({key})' if key.is_file() else ''} elsewhere: it is not in the file.", err=True)
    if saved.missing_files:
        click.echo(
            f"{len(saved.missing_files)} files that messages name are gone from storage, the first is "
            f"{saved.missing_files[0]}: the backup is made without them.",
            err=True,
        )
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a backup into an empty desk: a new HUB_HOME, or an empty database and attachments folder.

    Outgoing messages older than an hour are held until somebody looks at them, for they may have been sent since.
    """
    from hub.app import desk_of
    from hub.runtime import bare_app
    from hub.services.backup import open_backup, restore_backup

    with open_backup(file) as opened, bare_app() as app, app.app_context():
        done = restore_backup(app, desk_of(app), opened, tell=tell)
    click.echo(f"The desk of {done.made_at} is back: {_counted(done.tables)}, {done.files} files.")
    if done.held:
        click.echo(f"{done.held} outgoing messages older than an hour are held: look through them, then let them go.")
    if done.missing_files:
        click.echo(f"{done.missing_files} files were missing when the backup was made.", err=True)
    if not done.same_key:
        click.echo(
            "The secret key of this desk is not the one of the backup: addresses people answer to are made anew, and "
            f"{done.forgotten} passwords of mailboxes and second factors have to be entered again. With that key, set "
            "HUB_SECRET_KEY to it and restore once more, into an empty desk.",
            err=True,
        )
    click.echo("Run 'hub doctor' to see whether everything holds.", err=True)


def tell(words: str) -> None:
    """Say what is being done, beside the answer."""
    click.echo(f"  {words} …", err=True)


def _counted(tables: dict[str, int]) -> str:
    return ", ".join(f"{tables[name]:,} {name}" for name in TOLD if name in tables)


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.1f} MB"

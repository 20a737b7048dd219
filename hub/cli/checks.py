"""`hub doctor`: whether everything holds."""

from __future__ import annotations

import sys

import click


@click.command()
def doctor() -> None:
    """Check configuration, connections and the promises of the core; exit 0 only if all hold."""
    from hub.doctor import examine
    from hub.runtime import working_app

    with working_app() as app, app.app_context():
        findings = examine(app)
        for each in findings:
            click.echo(f"{'ok  ' if each.good else 'FAIL'} {each.name}: {each.words}")
    sys.exit(0 if all(each.good for each in findings) else 1)

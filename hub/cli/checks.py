"""`hub doctor`: whether everything holds; `hub bench`: how fast it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from hub.errors import NotFound

BENCH = Path(__file__).resolve().parents[2] / "bench"


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


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", default="")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str, arguments: tuple[str, ...]) -> None:
    """Run one benchmark of the checkout and print its table; without a name, list them."""
    known = {path.stem: path for path in sorted(BENCH.glob("*.py")) if not path.stem.startswith("_")}
    if not known:
        raise NotFound(f"There are no benchmarks in {BENCH}: they are in a checkout of the source only.")
    if not name:
        click.echo("\n".join(known))
        return
    if name not in known:
        raise NotFound(f"There is no benchmark {name!r}. There are: {', '.join(known)}.")
    done = subprocess.run([sys.executable, str(known[name]), *arguments], cwd=BENCH.parent, check=False)  # noqa: S603
    sys.exit(done.returncode)

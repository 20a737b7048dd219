"""A process that has imported the product and forks its processes: they begin to work at once, so that kills meet work.

It reads one JSON object a line and answers with the process's number. Each child leads a session of its own, says
`ready` on the pipe once its application is built, and runs what `hub worker`, `hub fetch`, `hub clock` and `hub web` run.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import ColumnElement

from hub.clock import SystemClock
from hub.processes import wait_until

LEADING_SECONDS = 20.0


class AheadClock(SystemClock):
    """The machine's clock, moved: what would take minutes of waiting happens at once.

    The shared clock moves along, unless this machine's is only `apart` from those of the others.
    """

    def __init__(self, ahead: float, *, apart: bool = False) -> None:
        self._ahead = timedelta(seconds=ahead)
        self._apart = apart

    def now(self) -> datetime:
        """Return the present instant, moved."""
        return super().now() + self._ahead

    def shared(self) -> ColumnElement[datetime] | datetime:
        """Return the database's time, moved where all clocks are meant."""
        return super().shared() + (timedelta(0) if self._apart else self._ahead)


def main() -> None:
    """Fork what is asked for until standard input ends, then kill what is left."""
    _warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    born: list[int] = []
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(order)
        wait_until(lambda pid=pid: _leads(pid), LEADING_SECONDS)  # a kill must meet the whole group
        born.append(pid)
        print(json.dumps({"pid": pid}), flush=True)
    for pid in born:
        _kill_session(pid)


def _warm_up() -> None:
    """Import, once for all children, whatever an application imports when it is built and its classifier when it is opened."""
    import hub.clockwork  # noqa: PLC0415 - one of the children's mains, as the next two
    import hub.fetcher  # noqa: PLC0415
    import hub.worker  # noqa: F401, PLC0415
    from hub.app import create_app, desk_of  # noqa: PLC0415
    from hub.settings import Settings  # noqa: PLC0415

    with TemporaryDirectory(prefix="nursery-") as home:
        nobody = Settings(
            home=Path(home), database_url="postgresql+psycopg:///nobody", redis_url="", secret_key="of nobody " * 4
        )
        desk_of(create_app(nobody)).open_classifier()


def _leads(pid: int) -> bool:
    """Tell whether a child leads its own group, or is gone already."""
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return True


def _kill_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _live(order: dict[str, Any]) -> None:
    """Become a process of the product; never returns."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(order["env"])
        if order["megabytes"]:
            limit = order["megabytes"] * 1024 * 1024
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        _run(order)
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:  # noqa: BLE001 - a forked child must not return into its parent's code
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _run(order: dict[str, Any]) -> None:
    """Do what `hub <name>` does, with the clock moved."""
    import logging  # noqa: PLC0415

    logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if order["name"] == "web":
        _serve(order)
        return
    from hub.app import create_core  # noqa: PLC0415
    from hub.clockwork import run_alone  # noqa: PLC0415
    from hub.fetcher import run_fetcher  # noqa: PLC0415
    from hub.worker import run_worker  # noqa: PLC0415

    parts: dict[str, Callable[[Any], None]] = {"worker": run_worker, "fetch": run_fetcher, "clock": run_alone}
    app = create_core(clock=AheadClock(order["ahead"], apart=order["apart"]))
    _say_ready(order)
    parts[order["name"]](app)


def _serve(order: dict[str, Any]) -> None:
    """Serve pages with gunicorn, as `hub web` does."""
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415

    from hub.serving import web_command  # noqa: PLC0415

    sys.argv = ["gunicorn", *web_command(int(os.environ["PORT"]))[3:]]
    _say_ready(order)
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def _say_ready(order: dict[str, Any]) -> None:
    with open(order["ready"], "w", encoding="ascii") as file:  # noqa: PTH123 - a path like any other
        file.write("ready")


if __name__ == "__main__":
    main()

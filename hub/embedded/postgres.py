"""PostgreSQL: made once, started on a unix socket, furnished with the database `hub`."""

from __future__ import annotations

import locale
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from hub.embedded.errors import ServersFailed
from hub.embedded.identity import Identity
from hub.embedded.server import ENVIRONMENT, Server
from hub.processes import dies_with_parent

USER = DATABASE = "hub"
EXTENSIONS = ("pg_trgm", "unaccent")
MEBIBYTE = 1024 * 1024
UNREACHED = "/proc/self/cwd"  # names our working folder even where the folders above it are closed to us

SETTINGS = """\
# Written at every start of the embedded server; changes are lost.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = {shared_buffers}MB
dynamic_shared_memory_type = posix
max_parallel_workers_per_gather = 0     # containers give 64 MB of shared memory, laptops few cores
max_parallel_maintenance_workers = 0
jit = off
max_wal_size = 512MB
autovacuum = on
fsync = {durable}
synchronous_commit = on                 # even tests kill servers and count what is left
full_page_writes = {durable}
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_line_prefix = '%m [%p] '
"""

DATABASE_IF_MISSING = f"""\
SELECT 'CREATE DATABASE {DATABASE}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
\\connect {DATABASE}
SET client_min_messages = warning;
"""  # noqa: S608 - our own constants


class Postgres(Server):
    """PostgreSQL from the wheel. Whoever reaches its socket is let in: the folder of the socket is closed to others."""

    name = "PostgreSQL"
    program = "postgres"
    # SIGQUIT ends all sessions at once, whatever they do; the next start replays the log.
    orphaned = signal.SIGQUIT
    ending = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 6.0))

    def __init__(
        self,
        *,
        folder: Path,
        log: Path,
        identity: Identity,
        durable: bool,
        programs: Path,
        reached: Path,
        sockets: Path,
    ) -> None:
        super().__init__(folder=folder, log=log, identity=identity, durable=durable)
        self.programs = programs  # as we reach them
        self.reached = reached  # as the identity reaches them
        self.sockets = sockets

    @property
    def url(self) -> str:
        """The address for SQLAlchemy with psycopg."""
        return f"postgresql+psycopg://{USER}@/{DATABASE}?host={quote(str(self.sockets), safe='/')}"

    def prepare(self) -> None:
        """Make the data folder once and write the settings."""
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        # Leftovers are ended by now, so a number in there that is in use again belongs to a stranger.
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        self.identity.take(self.folder)
        if not self.sockets.exists():
            self.sockets.mkdir(mode=0o700)
        self.identity.take(self.sockets)
        sockets = '"' + str(self.sockets).replace('"', '""') + '"'
        text = SETTINGS.format(
            sockets=sockets.replace("'", "''"),
            shared_buffers=_shared_buffers() if self.durable else 128,
            durable="on" if self.durable else "off",
        )
        (self.folder / "postgresql.conf").write_text(text, encoding="utf-8")
        (self.folder / "pg_hba.conf").write_text("local all all trust\n", encoding="utf-8")

    def command(self) -> list[str]:
        """Return the command line."""
        return [str(self.reached / "postgres"), "-D", self._named(self.folder)]

    def is_ready(self) -> bool:
        """Tell whether connections are taken: the eighth line of postmaster.pid says so (miscadmin.h)."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        mine = self.popen is not None and lines[:1] == [str(self.popen.pid)]
        return mine and len(lines) >= 8 and lines[7].strip() == "ready"

    def furnish(self) -> None:
        """Make the database and its extensions where they are missing."""
        script = DATABASE_IF_MISSING + "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)
        done = subprocess.run(  # noqa: S603
            [
                self.programs / "psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                USER,
                "-h",
                self.sockets,
                "-d",
                "postgres",
            ],
            input=script,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            check=False,
        )
        if done.returncode != 0:
            raise ServersFailed(f"The database {DATABASE} could not be made: {done.stderr.strip()}")

    def _initialise(self) -> None:
        """Make the data in a folder beside its place and move it there whole, so that a kill leaves no half of it."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise ServersFailed(f"{self.folder} holds files but no PostgreSQL data: move it away, then start again.")
        new = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self.identity.take(new)
        watch = dies_with_parent(signal.SIGKILL)

        def prepare_child() -> None:
            self.identity.enter()
            watch()

        options = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-instructions"]
        options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        options += ["--lc-ctype", _character_locale(), *([] if self.durable else ["--no-sync"])]
        done = subprocess.run(  # noqa: S603
            [self.reached / "initdb", "-D", self._named(new), *options],
            preexec_fn=prepare_child,
            cwd=new,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServersFailed(f"PostgreSQL could not make its data in {new}: {done.stderr.strip()}")
        if self.folder.exists():
            self.folder.rmdir()
        new.rename(self.folder)

    def _check_version(self) -> None:
        kept = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        told = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
        ours = told.stdout.split()[-1].partition(".")[0]
        if kept != ours:
            raise ServersFailed(
                f"{self.folder} was written by PostgreSQL {kept}, and this is {ours}: run `hub backup` with the "
                "version of Frontdesk that wrote it, move the folder away, then run `hub restore`."
            )

    def _named(self, folder: Path) -> str:
        return str(folder) if self.identity.reaches(folder) else UNREACHED


def _shared_buffers() -> int:
    """Return an eighth of the memory in MiB, from 64 to 512: the desk shares the machine with its other processes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(64, min(512, memory // 8 // MEBIBYTE))


def _character_locale() -> str:
    """Return the locale that tells letters from other characters: full-text search asks the C library for that."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                return locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)

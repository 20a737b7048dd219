"""What all cases stand on: servers of their own, a company with a mailbox, and processes that may be killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from apiflask import APIFlask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from hub.app import create_app, desk_of
from hub.db import db
from hub.desk import Desk
from hub.embedded import Addresses, EmbeddedServers
from hub.models import ChannelAccount, Company
from hub.processes import working_in
from hub.schema import upgrade_schema
from hub.services.settings.setup import connect_account, found_company
from hub.settings import read_settings
from tests.chaos.asking import count_states, count_waiting, find_broken, texts_in
from tests.chaos.crew import Crew, Storm
from tests.chaos.scale import Scale
from tests.conftest import EMPTY, SECRET
from tests.journeys.running import wait_for
from tests.standins.dovecot import Dovecot
from tests.standins.proxy import CuttingProxy
from tests.standins.smtp_sink import SmtpSink

FILING_LEASE = 120.0  # seconds, more than the 90 of an envelope
numbers = count(1)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox of the real mail server and the account that fetches it."""

    user: str
    account_id: int


class Rig:
    """Real PostgreSQL, Valkey and Dovecot, an SMTP sink, and the product's processes; a context manager."""

    def __init__(self, folder: Path, scale: Scale) -> None:
        self.folder = folder
        self.scale = scale
        self.home = folder / "home"
        self.crew = Crew(folder / "crew")
        self.dovecot = Dovecot({"nobody@example.org": "secret"})
        self.sink = SmtpSink()
        self._servers = EmbeddedServers(folder / "servers", durable=scale.full)
        self.addresses: Addresses
        self.app: APIFlask
        self.company: Company
        self.address = ""  # of the mailbox opened last

    def __enter__(self) -> Self:
        self.crew.__enter__()  # it has much to import: meanwhile the servers start
        self.addresses = self._servers.start()
        self.dovecot.start()
        self.sink.start()
        self.app = create_app(read_settings(self.environ()))
        upgrade_schema(self.app)
        self.crew.await_nursery()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crew.__exit__(kind, error, trace)
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.sink.stop()
        self.dovecot.stop()
        self._servers.stop()

    def environ(self, **more: str) -> dict[str, str]:
        """Return the environment of a process of the product."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HUB_HOME": str(self.home),
            "HUB_DATABASE_URL": self.addresses.database_url,
            "HUB_REDIS_URL": self.addresses.redis_url,
            "HUB_SECRET_KEY": SECRET,
            "HUB_OUTSIDE": "real",
            **more,
        }

    # -- before and after a case -------------------------------------------------------------------

    def begin(self) -> None:
        """Empty the desk, found a company, forget what the sink was sent."""
        with self.desk() as desk:
            desk.session.execute(text(EMPTY))
            self.company = found_company(desk, f"chaos-{next(numbers)}", "Lindenhof Care")
            desk.session.commit()
        self.sink.clear()

    def end(self) -> None:
        """Kill every process and wake whatever was put to sleep."""
        self.crew.end_all()
        self.signal_valkey(signal.SIGCONT)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Lend the desk in this process, for what a test asks or does itself."""
        with self.app.app_context():
            try:
                yield desk_of(self.app)
            finally:
                db.session.remove()

    def open_mailbox(self, address: str = "", *, folder: str = "INBOX") -> Mailbox:
        """Make a mailbox and the account that fetches it and sends through the sink."""
        user = address or f"desk{next(numbers)}@example.org"
        self.dovecot.add_user(user, "secret")
        self.address = user
        with self.desk() as desk, desk.transaction():
            secrets = {
                "imap_url": self.dovecot.url(user, folder),
                "smtp_url": self.sink.url,
                "smtp_timeout": "5",
                "imap_timeout_seconds": "5",
            }
            company = desk.session.get_one(Company, self.company.id)
            return Mailbox(user, connect_account(desk, company, "email", user, secrets).id)

    def connect(self, mailbox: Mailbox, **more: str) -> None:
        """Run a fetcher until it knows the mailbox: what comes from now on is new mail."""
        hand = self.crew.start("fetch", self.environ(**more))
        wait_for(lambda: self.cursor(mailbox), f"The first connection to {mailbox.user}", seconds=60)
        hand.end()

    # -- asking ------------------------------------------------------------------------------------

    def cursor(self, mailbox: Mailbox) -> str:
        """Return where the fetcher stands in a mailbox."""
        with self.desk() as desk:
            return (
                desk.session.scalar(select(ChannelAccount.cursor).where(ChannelAccount.id == mailbox.account_id)) or ""
            )

    def texts(self) -> list[str]:
        """Return the text of every message that came in; nothing while the database is away."""
        try:
            with self.desk() as desk:
                return texts_in(desk)
        except OperationalError:
            return []

    def waiting(self) -> int:
        """Return how many envelopes nobody has filed."""
        with self.desk() as desk:
            return count_waiting(desk)

    def states(self) -> dict[str, int]:
        """Return how many envelopes ended how."""
        with self.desk() as desk:
            return count_states(desk)

    def broken_promises(self) -> dict[str, int]:
        """Return the promises of `hub doctor` that do not hold, with how often."""
        with self.desk() as desk:
            return find_broken(desk)

    # -- doing harm --------------------------------------------------------------------------------

    def storm(self, name: str, case: str, **more: object) -> Storm:
        """Return a storm over one kind of process, by the seed of this run."""
        return Storm(self.crew, name, self.environ(), self.scale.dice(f"{case} {name}"), **more)

    @property
    def postgres_socket(self) -> str:
        """The socket of PostgreSQL, for a proxy before it."""
        folder = parse_qs(urlsplit(self.addresses.database_url).query)["host"][0]
        return f"{folder}/.s.PGSQL.5432"

    def database_behind(self, proxy: CuttingProxy) -> str:
        """Return the address of the database through a proxy."""
        return "postgresql+psycopg://hub@{}:{}/hub".format(*proxy.address)

    def postgres_answers(self) -> bool:
        """Tell whether the database answers."""
        try:
            with self.desk() as desk:
                return bool(desk.session.scalar(text("SELECT 1")))
        except OperationalError:
            with self.app.app_context():
                db.engine.dispose()
            return False

    def pause(self, seconds: float) -> None:
        """Let some time pass: when a kill strikes is what the seed decides."""
        threading.Event().wait(seconds)

    @property
    def postmaster(self) -> int:
        """The number of PostgreSQL's first process; 0 while there is none."""
        try:
            return int((self.folder / "servers/postgres/postmaster.pid").read_text(encoding="ascii").split()[0])
        except (OSError, IndexError, ValueError):
            return 0

    def strike_postgres(self, number: signal.Signals) -> bool:
        """Kill PostgreSQL, by SIGKILL or by SIGQUIT as `pg_ctl stop -m immediate` does, and return when another answers."""
        pid = self.postmaster
        try:
            os.kill(pid, number) if pid else None
        except ProcessLookupError:
            return False
        wait_for(
            lambda: self.postmaster not in {0, pid} and self.postgres_answers(), "PostgreSQL after a kill", seconds=60
        )
        return bool(pid)

    def signal_valkey(self, number: signal.Signals) -> int:
        """Send Valkey a signal; returns how many processes it reached."""
        pids = working_in((self.folder / "servers/valkey").resolve(), "valkey-server")
        for pid in pids:
            os.kill(pid, number)
        return len(pids)

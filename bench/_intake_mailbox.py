"""The same intake with a real mailbox before it: Dovecot, our fetcher in a thread, and filing beside it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench._intake_ground import Ground, empty, run
from bench._intake_letters import letters, write_letters
from hub.app import desk_of
from hub.db import db
from hub.desk import Desk
from hub.fetcher import AccountThread
from hub.models import ChannelAccount, Envelope
from hub.services.intake import receive
from hub.services.settings.configuration import read_directory
from tests.journeys.running import wait_for
from tests.standins.dovecot import Dovecot, DovecotMissing

PATIENCE = 600.0


def measure_mailbox(ground: Ground, home: Path, count: int, rounds: int) -> list[dict[str, Any]]:
    """Deliver letters into an empty, connected mailbox and time until the last is filed; the floor is taken beside it."""
    folder, warm = home / "mailbox", home / "warm"
    folder.mkdir()
    write_letters(folder, count, seed=77)
    taken = []
    for _ in range(rounds):
        empty(ground)
        floor = run(ground, "insert", folder, warm).rate
        try:
            rate = _fetched(ground, count)
        except DovecotMissing as missing:
            print(missing)
            return []
        taken.append({"load": round(os.getloadavg()[0], 1), "floor": round(floor, 1), "rate": round(rate, 1)})
    return taken


def _fetched(ground: Ground, count: int) -> float:
    app = ground.app()
    with Dovecot({"desk": "secret"}) as server, app.app_context():
        desk = desk_of(app)
        with desk.transaction() as session:
            session.query(ChannelAccount).delete()
            secrets = desk.vault.lock({"imap_url": server.url("desk")})
            account = ChannelAccount(
                company_id=read_directory(desk).first_company_id,
                channel="email",
                address="desk@example.org",
                secrets=secrets,
            )
            session.add(account)
        thread = AccountThread(account.id, {})
        thread.start(app)
        try:
            connected = select(ChannelAccount.cursor).where(ChannelAccount.id == account.id)
            wait_for(lambda: _look(desk, connected), "The connection to the mailbox", seconds=60)
            began = time.monotonic()
            server.deliver(list(letters(count, seed=77)), "desk")
            filed = 0
            while filed < count:
                filed += len(wait_for(lambda: receive(desk), "The next letter", seconds=PATIENCE))
            seconds = time.monotonic() - began
            found = _look(desk, select(func.count()).select_from(Envelope))
            assert filed == found == count, f"{filed} of {count} letters were filed, {found} fetched"
        finally:
            thread.stop.set()
            if thread.thread is not None:
                thread.thread.join(30)
            db.engine.dispose()
    return count / seconds


def _look(desk: Desk, question: Any) -> Any:
    with desk.transaction() as session:
        return session.scalar(question)

"""The fetch process: one thread a polled account, and the SMTP listener."""

from __future__ import annotations

import logging
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from channels.channel import FetchedChannel, Unreachable
from hub.db import db
from hub.desk import Desk
from hub.listener import open_listener
from hub.memory import stay_below
from hub.processes import spare_what_is_loaded
from hub.services.intake import fetching
from hub.services.settings.configuration import read_directory

log = logging.getLogger(__name__)

LOOK_AGAIN = 15.0
TRY_AGAIN = 2.0
LONGEST_REST = 300.0
WENT_WELL = 60.0
"""Seconds after which a lost connection is the first failure again, not one more of a row."""


@dataclass
class AccountThread:
    """Fetches one account for as long as it is configured as it is now."""

    account_id: int
    settings: dict[str, str]
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    brought: bool = False

    def start(self, app: Flask) -> None:
        """Begin fetching."""
        self.thread = threading.Thread(target=self.run, args=(app,), name=f"fetch {self.account_id}", daemon=True)
        self.thread.start()

    def run(self, app: Flask) -> None:
        """Fetch until told to stop; after a failure rest, longer each time in a row."""
        failures = 0
        while not self.stop.is_set():
            self.brought, begun = False, time.monotonic()
            try:
                with app.app_context():
                    self._fetch(app.extensions["desk"])
                failures = 0
            except Exception as error:
                went_well = self.brought or time.monotonic() - begun > WENT_WELL
                failures = 1 if went_well else failures + 1
                sentence = str(error) if isinstance(error, Unreachable) else f"Fetching failed: {type(error).__name__}."
                if not isinstance(error, Unreachable):
                    log.exception("Account %d could not be fetched.", self.account_id)
                self._note(app, sentence)
            self.stop.wait(min(2.0**failures, LONGEST_REST))

    def _fetch(self, desk: Desk) -> None:
        """Hold the account's lock on a connection of its own and store batch after batch."""
        with db.engine.connect() as guard:
            if not fetching.lock_account(guard, self.account_id):
                return
            try:
                self._store_batches(desk)
            finally:
                fetching.unlock_account(guard, self.account_id)

    def _store_batches(self, desk: Desk) -> None:
        with desk.transaction():
            account = read_directory(desk).accounts[self.account_id]
            cursor = fetching.read_cursor(desk, self.account_id)
        channel = desk.channels[account.channel]
        assert isinstance(channel, FetchedChannel)
        for batch in channel.fetch(account, cursor, stop=self.stop):
            with desk.transaction():
                fetching.store_batch(desk, self.account_id, batch)
            self.brought = self.brought or bool(batch.envelopes)
            desk.reach("fetch.committed")

    def _note(self, app: Flask, sentence: str) -> None:
        with app.app_context():
            desk: Desk = app.extensions["desk"]
            try:
                with desk.transaction():
                    fetching.note_failure(desk, self.account_id, sentence)
            except Exception:
                log.exception("The failure of account %d could not be noted.", self.account_id)


def run_fetcher(app: Flask) -> None:
    """Fetch every polled account and listen for SMTP until SIGTERM or SIGINT; accounts come and go without a restart."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    desk: Desk = app.extensions["desk"]
    stay_below(desk.settings.memory)
    spare_what_is_loaded()
    listener = open_listener(app, desk.settings.smtp_listen) if desk.settings.smtp_listen else None
    if listener is not None:
        listener.start()
    running: dict[int, AccountThread] = {}
    try:
        while not stop.is_set():
            stop.wait(LOOK_AGAIN if _match_accounts(app, running) else TRY_AGAIN)
    finally:
        for each in running.values():
            each.stop.set()
        if listener is not None:
            listener.stop()


def _match_accounts(app: Flask, running: dict[int, AccountThread]) -> bool:
    """Start a thread for each account that has come or changed, stop those that are gone; tell whether they could be read."""
    try:
        wanted = _wanted(app)
    except Exception:
        log.exception("The accounts could not be read.")
        return False
    for account_id in [each for each, thread in running.items() if wanted.get(each) != thread.settings]:
        running.pop(account_id).stop.set()
    for account_id, settings in wanted.items():
        if account_id not in running:
            running[account_id] = AccountThread(account_id, settings)
            running[account_id].start(app)
    return True


def _wanted(app: Flask) -> dict[int, dict[str, Any]]:
    with app.app_context():
        desk: Desk = app.extensions["desk"]
        with desk.transaction():
            accounts = read_directory(desk).accounts
        return {
            each.id: dict(each.settings)
            for each in accounts.values()
            if isinstance(desk.channels.get(each.channel), FetchedChannel) and _is_polled(dict(each.settings))
        }


def _is_polled(settings: dict[str, str]) -> bool:
    return any(key in settings for key in ("imap_url", "imap_host", "poll"))

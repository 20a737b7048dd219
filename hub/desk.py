"""The desk: what a use case is given."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from channels.channel import Channel
from hub.background import Background
from hub.clock import Clock
from hub.db import db
from hub.settings import Settings
from hub.storage import Storage
from hub.vault import Vault

if TYPE_CHECKING:
    from classifiers.classifier import Classifier

log = logging.getLogger(__name__)

PENDING = "hub.after_commit"
PAUSES = (
    0.1,
    1.0,
    2.0,
    4.0,
    8.0,
    8.0,
    8.0,
)  # half a minute: a database that was killed is back by then, on a busy machine too


@dataclass(frozen=True, slots=True)
class AfterCommit:
    """What waits for the commit: loops to wake, news to tell."""

    wakes: set[str] = field(default_factory=set)
    news: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """One installation: its channels, classifier, clock, files and settings. Services take it first and never commit."""

    settings: Settings
    clock: Clock
    channels: Mapping[str, Channel]
    background: Background
    storage: Storage
    vault: Vault
    open_classifier: Callable[[], Classifier]
    shelves: Any
    _passed: list[str] = field(default_factory=list, repr=False)

    @property
    def session(self) -> Session:
        """Return the session of this request, job or loop."""
        return db.session()

    def wake(self, job: str) -> None:
        """Wake a loop once the present transaction has committed."""
        self._after_commit().wakes.add(job)

    def tell(self, news: dict[str, Any]) -> None:
        """Tell open pages once the present transaction has committed."""
        self._after_commit().news.append(news)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit at the end, then wake and tell; roll back on any exception. Faces and jobs use it, services never."""
        session = self.session
        session.info.pop(PENDING, None)
        try:
            yield session
            session.flush()
            self.reach("before_commit")
            session.commit()
        except BaseException:
            session.rollback()
            session.info.pop(PENDING, None)
            raise
        self.reach("after_commit")
        after: AfterCommit | None = session.info.pop(PENDING, None)
        if after:
            for job in sorted(after.wakes):
                self.background.wake(job)
            self.background.publish(after.news)

    def insist(self, step: Callable[[], None]) -> None:
        """Take a step in a transaction of its own, again after a deadlock or while the database starts anew.

        For what cannot wait until a lease runs out. Raises `OperationalError` where the database stays away.
        """
        for pause in PAUSES:
            try:
                with self.transaction():
                    return step()
            except OperationalError as error:
                log.warning("The database was away (%s): trying again.", type(error.orig).__name__)
                time.sleep(
                    pause
                )  # nothing tells when it is back, and the worker's loop has nothing else to do meanwhile
        with self.transaction():
            return step()

    def reach(self, point: str) -> None:
        """Pass a named point: `HUB_CRASH_AT=point` kills the process here, `point:3` the third time it comes by.

        So chaos tests can enumerate every instruction; unset, it is nothing.
        """
        if not self.settings.crash_at:
            return
        name, _, times = self.settings.crash_at.partition(":")
        if name == point:
            self._passed.append(point)
            if len(self._passed) >= int(times or 1):
                os.kill(os.getpid(), signal.SIGKILL)

    def _after_commit(self) -> AfterCommit:
        after: AfterCommit = self.session.info.setdefault(PENDING, AfterCommit())
        return after

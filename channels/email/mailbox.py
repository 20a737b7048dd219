"""Fetching a mailbox by IMAP: each message once, new ones first, whatever others do to the mailbox meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from channels.channel import Account, Batch, Cursor, StopSignal, Unreachable
from channels.email.imap_loading import Loaded, Loader
from channels.email.imap_position import Position, first_position, read_position
from channels.email.imap_session import Folder, Session, open_session
from channels.email.imap_settings import ImapSettings, SettingsError, read_settings
from channels.message import Envelope

MESSAGES_A_BATCH = 100

log = logging.getLogger(__name__)


def fetch(account: Account, cursor: Cursor, *, stop: StopSignal) -> Iterator[Batch]:
    """Yield what is in a mailbox and what comes in, until `stop` is set.

    Messages are known by UIDVALIDITY and UID, never by flags; the folder is opened read-only. What was there at the
    first connection comes as history, in small batches between the looks for new mail. An empty batch comes first and
    again after each `imap_idle_seconds` at most: store its cursor, and take it as the sign that the mailbox is well.
    Raises `Unreachable` with a sentence. The settings are those of `imap_settings.read_settings`.
    """
    try:
        settings = read_settings(account.settings)
    except SettingsError as error:
        raise Unreachable(str(error)) from None
    try:
        position = read_position(cursor)
    except ValueError as error:
        raise Unreachable(f"Mailbox {settings.folder} of {settings.user}: {error}; connect it anew.") from None
    with open_session(settings) as session:
        yield from _Walk(settings, session, Loader(session, account, settings.folder), position).batches(stop)


class _Walk:
    """One connection's way through a folder."""

    def __init__(self, settings: ImapSettings, session: Session, loader: Loader, stored: Position | None) -> None:
        self._settings = settings
        self._session = session
        self._loader = loader
        self._position = self._open(stored)

    def batches(self, stop: StopSignal) -> Iterator[Batch]:
        backlog = self._backlog()
        yield self._sign_of_life()
        while not stop.is_set():
            yield from self._new_mail(stop)
            old = next(backlog, None)
            if old is not None:
                yield old
            elif not stop.is_set():
                self._session.wait(stop)
            if self._session.seconds_since_examine >= self._settings.idle and not stop.is_set():
                epoch, self._position = self._position.epoch, self._open(self._position)
                if epoch != self._position.epoch:
                    backlog = self._backlog()
                yield self._sign_of_life()

    def _sign_of_life(self) -> Batch:
        return Batch((), self._position.cursor())

    def _open(self, position: Position | None) -> Position:
        """Open the folder and say where to go on: UIDs that name other messages now mean to walk it all again."""
        folder = self._session.examine()
        highest = folder.uid_next - 1
        name = self._settings.folder
        if position is not None and self._is_same(folder, position):
            return replace(position, folder=name)
        if position is None or position.folder != name:
            return first_position(name, folder.uidvalidity, highest, self._witness(highest), datetime.now(UTC))
        log.warning("The UIDs of %s at %s are new: walking all of it again.", name, self._settings.place)
        return position.restarted(folder.uidvalidity, highest, self._witness(highest))

    def _is_same(self, folder: Folder, position: Position) -> bool:
        if folder.uidvalidity != position.uidvalidity or folder.uid_next <= position.last_uid:
            return False
        witness = self._witness(position.last_uid)
        is_renamed = position.folder != self._settings.folder
        return witness == position.witness if is_renamed else witness in {position.witness, ""}

    def _witness(self, uid: int) -> str:
        listed = self._session.list_messages([uid]) if uid else []
        return listed[0].dated if listed else ""

    def _new_mail(self, stop: StopSignal) -> Iterator[Batch]:
        while not stop.is_set() and (uids := self._session.uids_after(self._position.last_uid)):
            some = uids[:MESSAGES_A_BATCH]
            before, count = self._position.last_uid, 0
            for portion in self._loader.load(some, self._position.epoch):
                count += len(portion)
                last = portion[-1].message
                self._position = replace(self._position, last_uid=last.uid, witness=last.dated)
                yield Batch(_envelopes(portion), self._position.cursor())
            if self._position.last_uid != some[-1]:
                self._position = replace(self._position, last_uid=some[-1], witness="")
            self._report_gap(before, count)

    def _backlog(self) -> Iterator[Batch]:
        """Walk the old messages, oldest first, so that a conversation is filed in its order."""
        while self._position.has_backlog:
            uids = self._session.uids_after(self._position.walked_uid, up_to=self._position.connected_uid)
            for start in range(0, len(uids), MESSAGES_A_BATCH):
                for portion in self._loader.load(uids[start : start + MESSAGES_A_BATCH], self._position.epoch):
                    yield from self._old_mail(portion)
            self._position = replace(self._position, walked_uid=uids[-1] if uids else self._position.connected_uid)

    def _old_mail(self, portion: list[Loaded]) -> Iterator[Batch]:
        """Part what was there before the mailbox was connected from what came later."""
        for is_history, run in groupby(portion, lambda one: self._position.is_history(one.message.internaldate)):
            loaded = list(run)
            self._position = replace(self._position, walked_uid=loaded[-1].message.uid)
            yield Batch(_envelopes(loaded), self._position.cursor(), is_history)

    def _report_gap(self, before: int, count: int) -> None:
        last = self._position.last_uid
        if gone := last - before - count:
            log.warning(
                "%d of the messages %d to %d of %s at %s were deleted or moved before they could be fetched.",
                *(gone, before + 1, last, self._settings.folder, self._settings.place),
            )


def _envelopes(loaded: list[Loaded]) -> tuple[Envelope, ...]:
    return tuple(one.envelope for one in loaded)

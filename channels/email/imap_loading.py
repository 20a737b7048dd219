"""From UIDs to envelopes, in portions that fit in memory, whatever single messages are like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from channels.channel import Account
from channels.email.imap_session import Listed, Refused, Session
from channels.email.limits import MAX_MESSAGE_BYTES
from channels.message import Envelope

BYTES_AT_ONCE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """A message and the envelope made of it."""

    message: Listed
    envelope: Envelope


class Loader:
    """Loads messages of one folder for one account."""

    def __init__(self, session: Session, account: Account, folder: str) -> None:
        self._session = session
        self._account = account
        self._folder = folder

    def load(self, uids: Sequence[int], epoch: str) -> Iterator[list[Loaded]]:
        """Load messages in portions; those deleted meanwhile are left out.

        One above `MAX_MESSAGE_BYTES` comes with its header only and the fact `too_large` (its bytes), one that the
        server cannot give out with what header there is and the fact `unfetched` (the server's words).
        """
        for group in _groups(self._session.list_messages(uids)):
            if portion := list(self._portion(group, epoch)):
                yield portion

    def _portion(self, group: Sequence[Listed], epoch: str) -> Iterator[Loaded]:
        bodies = self._bodies([message for message in group if message.size <= MAX_MESSAGE_BYTES])
        for message in group:
            facts = self._facts(message, epoch)
            body = bodies.pop(message.uid, None)
            if message.size > MAX_MESSAGE_BYTES:
                body, facts["too_large"] = self._header(message), str(message.size)
            elif isinstance(body, Refused):
                body, facts["unfetched"] = self._header(message), str(body)
            elif body is not None and len(body) > MAX_MESSAGE_BYTES:  # some servers only guess the size they list
                body, facts["too_large"] = self._header(message), str(len(body))
            if body is not None:
                yield Loaded(message, self._envelope(message, body, facts, epoch))

    def _bodies(self, messages: Sequence[Listed]) -> dict[int, bytes | Refused]:
        """Load messages together, or each alone where the server refuses one of them."""
        if not messages:
            return {}
        try:
            return dict(self._session.load(messages))
        except Refused as error:
            if len(messages) == 1:
                return {messages[0].uid: error} if self._session.list_messages([messages[0].uid]) else {}
        return {uid: body for message in messages for uid, body in self._bodies([message]).items()}

    def _header(self, message: Listed) -> bytes:
        try:
            return self._session.load_header(message)
        except Refused:
            return b""

    def _facts(self, message: Listed, epoch: str) -> dict[str, str]:
        account = self._account
        facts = {
            "own_addresses": " ".join(sorted(account.own_addresses | {account.address.value})),
            "mailbox": self._folder,
            "uidvalidity": epoch,
            "uid": str(message.uid),
            "internaldate": message.dated,
        }
        if authserv_id := account.settings.get("authserv_id"):
            facts["authserv_id"] = authserv_id
        return facts

    def _envelope(self, message: Listed, raw: bytes, facts: dict[str, str], epoch: str) -> Envelope:
        return Envelope(
            channel="email",
            source=f"imap:{self._account.id}",
            source_key=f"imap|{self._account.id}|{self._folder}|{epoch}|{message.uid}",
            raw=raw,
            received_at=datetime.now(UTC),
            facts=facts,
        )


def _groups(messages: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Cut a list where its bytes would pass `BYTES_AT_ONCE`; a larger message goes alone."""
    group: list[Listed] = []
    weight = 0
    for message in messages:
        if group and weight + message.size > BYTES_AT_ONCE:
            yield group
            group, weight = [], 0
        group.append(message)
        weight += message.size
    if group:
        yield group

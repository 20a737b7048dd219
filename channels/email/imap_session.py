"""One signed-in connection to one mailbox, read-only: every answer has a deadline, every failure is a sentence."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from channels.channel import StopSignal, Unreachable
from channels.email import imap_errors as say
from channels.email.imap_settings import Encryption, ImapSettings, SignIn
from channels.email.imap_wire import Deadline, Wire, closing, has_data, open_socket, tls_context

UIDS_A_SEARCH = 50_000  # the answer is one line, and imaplib reads no line above 1,000,000 bytes
HEADER_BYTES = 1024 * 1024
SLOWEST_BYTES_A_SECOND = 64 * 1024
TICK = 0.5

_FAILURES = (OSError, imaplib.IMAP4.error, ValueError)


@dataclass(frozen=True, slots=True)
class Folder:
    """What the server says of a folder when it is opened; `uid_next` is the UID the next message will get at least."""

    uidvalidity: int
    uid_next: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A message before it is loaded; `size` in bytes."""

    uid: int
    size: int
    internaldate: datetime | None

    @property
    def dated(self) -> str:
        """The INTERNALDATE in UTC as text, empty where the server gives none."""
        return self.internaldate.isoformat() if self.internaldate else ""


class Refused(Exception):
    """Raised when the server cannot give out certain messages, though the connection is sound."""


@contextlib.contextmanager
def open_session(settings: ImapSettings) -> Iterator[Session]:
    """Connect and sign in; raises `Unreachable` with a sentence."""
    try:
        opened = open_socket(settings)
    except (OSError, UnicodeError) as error:  # a name that IDNA refuses is a UnicodeError
        raise Unreachable(say.connection_sentence(error, settings)) from error
    try:
        with Deadline(opened, settings.timeout) as deadline:
            wire = Wire(opened, settings.host, settings.timeout)
    except _FAILURES as error:
        opened.close()
        cause = TimeoutError() if deadline.over else error
        raise Unreachable(say.connection_sentence(cause, settings)) from error
    with closing(wire, settings.timeout):
        session = Session(wire, settings)
        session.sign_in()
        yield session


class Session:
    """The few commands a fetcher needs. All raise `Unreachable` when the connection or the server fails."""

    def __init__(self, wire: Wire, settings: ImapSettings) -> None:
        self._wire = wire
        self._settings = settings
        self._uid_next = 1
        self._examined_at = 0.0

    def sign_in(self) -> None:
        """Log in by password or by XOAUTH2 token, after STARTTLS where the settings say so."""
        if self._settings.encryption is Encryption.STARTTLS:
            self._start_tls()
        challenges: list[bytes] = []
        with self._talk("signing in"):
            try:
                self._authenticate(challenges)
            except UnicodeEncodeError:
                raise Unreachable(say.letters_sentence(self._settings)) from None
            except imaplib.IMAP4.error as error:
                if isinstance(error.__context__, imaplib.IMAP4.abort):  # the library calls a lost line a refusal too
                    raise error.__context__ from None
                raise Unreachable(say.login_sentence(error, self._settings, challenges)) from None

    def examine(self) -> Folder:
        """Open the folder for reading only: no flag changes, nothing is marked as seen."""
        with self._talk("opening the folder"):
            try:
                answer = self._wire.select_folder(self._settings.folder, readonly=True)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise Unreachable(say.folder_sentence(error, self._settings)) from None
            self._wire.take_exists()
            uidvalidity = answer.get(b"UIDVALIDITY", 0)
            uid_next = answer.get(b"UIDNEXT") or max(self._wire.search("UID *"), default=0) + 1
        if not uidvalidity:
            raise Unreachable(f"{self._settings.host} gives no UIDVALIDITY: this mailbox cannot be followed safely.")
        self._uid_next = int(uid_next)
        self._examined_at = time.monotonic()
        return Folder(int(uidvalidity), self._uid_next)

    @property
    def seconds_since_examine(self) -> float:
        """How long ago the folder was last opened."""
        return time.monotonic() - self._examined_at

    def uids_after(self, uid: int, *, up_to: int | None = None) -> list[int]:
        """List the next UIDs above one, ascending, at most `UIDS_A_SEARCH` of them."""
        if up_to is None:
            self._wire.take_exists()  # what is announced from here on is news to this search
        first = uid + 1
        end = self._uid_next - 1 if up_to is None else up_to
        while True:
            last = first + UIDS_A_SEARCH - 1
            is_open = up_to is None and last >= end
            with self._talk("looking for messages"):
                found = self._wire.search(f"UID {first}:{'*' if is_open else min(last, end)}")
            # "n:*" names the last message even where its UID is below n (RFC 9051 section 6.4.8)
            uids = sorted(number for number in found if number > uid and (up_to is None or number <= up_to))
            if uids or last >= end:
                return uids[:UIDS_A_SEARCH]
            first = last + 1

    def list_messages(self, uids: Sequence[int]) -> list[Listed]:
        """Ask for sizes and dates, ascending by UID; messages deleted meanwhile are left out."""
        if not uids:
            return []
        with self._talk("listing messages"):
            answer = self._wire.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return [
            Listed(uid, int(answer[uid].get(b"RFC822.SIZE") or 0), _in_utc(answer[uid].get(b"INTERNALDATE")))
            for uid in sorted(answer)
        ]

    def load(self, messages: Sequence[Listed]) -> dict[int, bytes]:
        """Load whole messages without marking them as seen; raises `Refused` when the server cannot give them out."""
        return self._bodies(messages, "BODY.PEEK[]", b"BODY[]", sum(message.size for message in messages))

    def load_header(self, message: Listed) -> bytes:
        """Load the header of one message, cut at 1 MB; raises `Refused`."""
        part = f"HEADER]<0.{HEADER_BYTES}>"
        return self._bodies([message], f"BODY.PEEK[{part}", b"BODY[HEADER]<0>", HEADER_BYTES).get(message.uid, b"")

    def wait(self, stop: StopSignal) -> None:
        """Return when there may be news: at once by IDLE, else after `poll` seconds; after `idle` seconds anyway."""
        if self._wire.take_exists():
            return
        if self._wire.has_capability("IDLE"):
            self._idle(stop)
        elif not stop.wait(self._settings.poll):
            with self._talk("asking for news"):
                self._wire.noop()

    def _idle(self, stop: StopSignal) -> None:
        with self._talk("starting IDLE"):
            self._wire.idle()
            is_news = self._wire.take_exists() or self._wire.has_buffered_news()
        until = time.monotonic() + self._settings.idle
        while not is_news and not stop.is_set() and time.monotonic() < until:
            is_news = has_data(self._wire.socket(), min(TICK, self._settings.idle))
        with self._talk("waiting for messages"):  # a link that died in silence shows here
            self._wire.idle_done()

    def _bodies(self, messages: Sequence[Listed], item: str, key: bytes, size: int) -> dict[int, bytes]:
        seconds = self._settings.timeout + size / SLOWEST_BYTES_A_SECOND
        with self._talk("loading messages", seconds):
            try:
                answer = self._wire.fetch([message.uid for message in messages], [item])
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise Refused(say.quote(error, self._settings)) from error
        return {uid: bytes(parts[key] or b"") for uid, parts in answer.items() if key in parts}

    def _start_tls(self) -> None:
        if not self._wire.has_capability("STARTTLS"):
            raise Unreachable(say.missing_sentence(self._settings, "STARTTLS"))
        try:
            with self._deadline(self._settings.timeout):
                self._wire.starttls(tls_context(self._settings))
        except _FAILURES as error:
            raise Unreachable(say.connection_sentence(error, self._settings)) from error

    def _authenticate(self, challenges: list[bytes]) -> None:
        settings, wire = self._settings, self._wire
        if settings.sign_in is SignIn.XOAUTH2:
            if not wire.has_capability("AUTH=XOAUTH2"):
                raise Unreachable(say.missing_sentence(settings, "XOAUTH2"))

            def answer(challenge: bytes) -> bytes:
                challenges.append(challenge)
                if len(challenges) > 1:
                    return b""  # the second challenge is the reason of a refusal, to be answered with an empty line
                return f"user={settings.user}\1auth=Bearer {settings.token}\1\1".encode()

            wire.sasl_login("XOAUTH2", answer)
        elif wire.has_capability("AUTH=PLAIN"):
            wire.plain_login(settings.user, settings.password)  # UTF-8, and nothing to escape
        else:
            escaped = settings.user.replace("\\", "\\\\").replace('"', '\\"')
            wire.login(f'"{escaped}"', settings.password)  # imaplib quotes the password only

    @contextlib.contextmanager
    def _talk(self, doing: str, seconds: float | None = None) -> Iterator[None]:
        deadline = self._deadline(seconds or self._settings.timeout)
        try:
            with deadline:
                yield
        except _FAILURES as error:
            cause = TimeoutError() if deadline.over else error
            raise Unreachable(say.lost_sentence(cause, self._settings, doing)) from error

    def _deadline(self, seconds: float) -> Deadline:
        connection: socket.socket = self._wire.socket()
        return Deadline(connection, seconds)


def _in_utc(date: datetime | None) -> datetime | None:
    try:
        return date.astimezone(UTC) if date else None
    except OverflowError:  # a date at the edge of the calendar
        return None

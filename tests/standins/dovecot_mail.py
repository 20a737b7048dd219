"""What people and other mail programs do to a mailbox behind the product's back."""

from __future__ import annotations

import contextlib
import imaplib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.standins.dovecot_config import Owner


class Mailboxes:
    """Actions on the mailboxes of a running server; without a name, on the first user's."""

    users: dict[str, str]
    port: int
    owner: Owner

    @property
    def folder(self) -> Path:
        """Return the server's folder."""
        raise LookupError("a server has its own")

    def home(self, name: str = "") -> Path:
        """Return a user's Maildir."""
        return self.folder / "mail" / (name or next(iter(self.users))) / "Maildir"

    @contextlib.contextmanager
    def session(self, name: str = "", folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Log a user in and select a folder, as a person with webmail would."""
        user = name or next(iter(self.users))
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        try:
            connection.login(user, self.users[user])
            _ok(connection.select(f'"{folder}"'))
            yield connection
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                connection.logout()

    def append(self, mail: bytes, name: str = "", folder: str = "INBOX", flags: str = "") -> int:
        """Put a message into a folder by IMAP and return its UID; ValueError with the server's words."""
        return self.append_all([mail], name, folder, flags)[0]

    def append_all(self, mails: Sequence[bytes], name: str = "", folder: str = "INBOX", flags: str = "") -> list[int]:
        """Put messages into a folder over one connection and return their UIDs."""
        uids = []
        with self.session(name) as connection:
            for mail in mails:
                answer = _ok(connection.append(f'"{folder}"', flags, None, mail))
                uids.append(int(answer[0].split(b"APPENDUID ")[1].split(b"]")[0].split()[1]))
        return uids

    def deliver(self, mails: Sequence[bytes], name: str = "", age: float = 0.0) -> None:
        """Put messages into INBOX as local delivery does, thousands a second; `age` in seconds."""
        home = self.home(name)
        for part in ("", "new", "cur", "tmp"):
            if not (home / part).exists():
                (home / part).mkdir(mode=0o700)
                os.chown(home / part, self.owner.uid, self.owner.gid)
        moment = time.time() - age
        for number, mail in enumerate(mails):
            unique = f"{int(moment)}.M{number}P{os.getpid()}R{secrets.token_hex(6)}.stand-in"
            path = home / "tmp" / unique
            path.write_bytes(mail)
            os.chown(path, self.owner.uid, self.owner.gid)
            os.utime(path, (moment, moment))
            path.rename(home / "new" / unique)

    def uids(self, name: str = "", folder: str = "INBOX") -> list[int]:
        """Return the UIDs in a folder."""
        with self.session(name, folder) as connection:
            return [int(uid) for uid in _ok(connection.uid("SEARCH", "ALL"))[0].split()]

    def uidvalidity(self, name: str = "", folder: str = "INBOX") -> int:
        """Return the UIDVALIDITY of a folder."""
        with self.session(name) as connection:
            answer = _ok(connection.status(f'"{folder}"', "(UIDVALIDITY)"))
            return int(answer[0].split(b"UIDVALIDITY ")[1].rstrip(b")"))

    def flags(self, uid: int, name: str = "", folder: str = "INBOX") -> set[str]:
        """Return the flags of a message."""
        with self.session(name, folder) as connection:
            answer = _ok(connection.uid("FETCH", str(uid), "(FLAGS)"))
            return {flag.decode() for flag in imaplib.ParseFlags(answer[0])}

    def flag(self, uids: Sequence[int], flags: str, name: str = "", folder: str = "INBOX") -> None:
        """Set flags such as `\\Seen` on messages."""
        with self.session(name, folder) as connection:
            _ok(connection.uid("STORE", _set(uids), "+FLAGS", f"({flags})"))

    def delete(self, uids: Sequence[int], name: str = "", folder: str = "INBOX") -> None:
        """Delete messages and expunge them."""
        with self.session(name, folder) as connection:
            _ok(connection.uid("STORE", _set(uids), "+FLAGS", "(\\Deleted)"))
            _ok(connection.uid("EXPUNGE", _set(uids)))

    def move(self, uids: Sequence[int], target: str, name: str = "", folder: str = "INBOX") -> None:
        """Move messages to another folder."""
        with self.session(name, folder) as connection:
            _ok(connection.uid("MOVE", _set(uids), f'"{target}"'))

    def create_folder(self, folder: str, name: str = "") -> None:
        """Create a folder."""
        with self.session(name) as connection:
            _ok(connection.create(f'"{folder}"'))

    def rename_folder(self, folder: str, target: str, name: str = "") -> None:
        """Rename a folder."""
        with self.session(name) as connection:
            _ok(connection.rename(f'"{folder}"', f'"{target}"'))

    def wipe_uidlist(self, name: str = "") -> tuple[int, int]:
        """Make INBOX forget its UIDs: they begin at 1 again; return the old and the new UIDVALIDITY.

        The files of doc.dovecot.org/2.3/admin_manual/mailbox_formats/maildir are removed and a new
        empty list is written, so that the number differs even within one second.
        """
        old = self.uidvalidity(name)
        home = self.home(name)
        for path in home.glob("dovecot*"):
            path.unlink()
        fresh = home / "dovecot-uidlist"
        fresh.write_text(f"3 V{old + 1} N1 G{secrets.token_hex(16)}\n")
        os.chown(fresh, self.owner.uid, self.owner.gid)
        return old, self.uidvalidity(name)


def _ok(answer: tuple[str, list[Any]]) -> list[bytes]:
    kind, data = answer
    if kind != "OK":
        raise ValueError(f"the server answered {kind} {data!r}")
    return data


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)

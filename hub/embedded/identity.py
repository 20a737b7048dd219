"""As whom PostgreSQL runs: it refuses root, and no user may be added to the machine for it."""

from __future__ import annotations

import ctypes
import os
import pwd
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hub.embedded.errors import ServersFailed
from hub.processes import LINUX, libc

CLONE_NEWUSER = 0x10000000


class RunAs(StrEnum):
    """The ways to run a server."""

    SELF = "self"  # as the ordinary user we are
    NAMESPACE = "namespace"  # root calls itself somebody else in a user namespace; files stay root's
    NOBODY = "nobody"  # root becomes the user nobody


@dataclass(frozen=True, slots=True)
class Identity:
    """A way to run a server, and the owner its files need."""

    run_as: RunAs
    uid: int
    gid: int

    @classmethod
    def own(cls) -> Identity:
        """Return the identity we have."""
        return cls(RunAs.SELF, os.geteuid(), os.getegid())

    def enter(self) -> None:
        """Become this identity; to be called in a forked child before it executes a program."""
        if self.run_as is RunAs.NAMESPACE:
            _enter_namespace()
        elif self.run_as is RunAs.NOBODY:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)

    def reaches(self, path: Path) -> bool:
        """Tell whether a program run by this identity may enter a folder or execute a file."""
        return self._runs(["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)])

    def is_possible(self) -> bool:
        """Tell whether this machine lets us become it: containers often forbid user namespaces."""
        return self._runs(["/bin/sh", "-c", ":"])

    def take(self, folder: Path) -> None:
        """Make a folder and all in it this identity's own; raises `ServersFailed` where only root could."""
        if folder.lstat().st_uid == self.uid:
            return
        if os.geteuid() != 0:
            owner = folder.lstat().st_uid
            raise ServersFailed(
                f"{folder} belongs to user {owner}: start as that user, or run `sudo chown -R {os.geteuid()} {folder}`."
            )
        for path in (folder, *folder.rglob("*")):
            os.lchown(path, self.uid, self.gid)

    def _runs(self, command: list[str]) -> bool:
        try:
            return subprocess.run(command, preexec_fn=self.enter, check=False).returncode == 0  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return False


def choose_identity(wanted: RunAs | None = None) -> Identity:
    """Return the best identity this machine allows; raises `ServersFailed` where there is none."""
    if os.geteuid() != 0:
        return Identity.own()
    ways = [wanted] if wanted else [RunAs.NAMESPACE, RunAs.NOBODY]
    for way in ways:
        uid, gid = _nobody() if way is RunAs.NOBODY else (os.geteuid(), os.getegid())
        identity = Identity(way, uid, gid)
        if identity.is_possible():
            return identity
    raise ServersFailed("PostgreSQL refuses to run as root here: run as an ordinary user, or set HUB_DATABASE_URL.")


def _nobody() -> tuple[int, int]:
    """Return a user that is not root and that the machine has a name for: initdb looks it up."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        entry = next(other for other in pwd.getpwall() if other.pw_uid != 0)
    return entry.pw_uid, entry.pw_gid


def _enter_namespace() -> None:
    """Call ourselves nobody in a user namespace of our own (user_namespaces(7))."""
    if not LINUX:
        raise OSError("user namespaces are Linux's")
    outside, outside_group = os.geteuid(), os.getegid()
    inside, inside_group = _nobody()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{inside} {outside} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{inside_group} {outside_group} 1", encoding="ascii")

"""Where the embedded servers keep their things in `HUB_HOME`."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.embedded.identity import Identity

PREFIX = "frontdesk-"
LONGEST_SOCKET = 103  # bytes: sockaddr_un holds 108 on Linux and 104 on macOS, a NUL included
SOCKET = "postgres/.s.PGSQL.5432"  # the longest of those in the runtime folder


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of one `HUB_HOME`, which must be absolute."""

    home: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data."""
        return self.home / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's data, configuration and password."""
        return self.home / "valkey"

    @property
    def logs(self) -> Path:
        """What the servers and their keeper say."""
        return self.home / "logs"

    @property
    def keeper_log(self) -> Path:
        """What the keeper says."""
        return self.logs / "keeper.log"

    @property
    def start_lock(self) -> Path:
        """Held by whoever is starting the servers."""
        return self.home / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper as long as it lives."""
        return self.home / "keeper.lock"

    @property
    def run(self) -> Path:
        """The runtime folder with the sockets, or a link to it."""
        return self.home / "run"

    @property
    def control(self) -> Path:
        """The keeper's socket."""
        return self.run.resolve() / "control"

    def make(self) -> None:
        """Make the folders that must exist before anything starts, closed to other users."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)

    def make_runtime(self, identity: Identity) -> Path:
        """Make the runtime folder anew: in `HUB_HOME`, or a short one elsewhere if sockets would not fit or be reached.

        An earlier short one is used again: who knows the addresses keeps them. Call it holding the keeper's lock.
        """
        target = self._earlier_target()
        fits = len(bytes(self.run / SOCKET)) <= LONGEST_SOCKET and identity.reaches(self.home)
        if target and fits:
            shutil.rmtree(target, ignore_errors=True)
            self.run.unlink()
        if fits:
            shutil.rmtree(self.run, ignore_errors=True)
            self.run.mkdir(mode=0o700)
            return self.run
        if target:
            for entry in target.iterdir():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        else:
            self.remove_runtime()
            target = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp")).resolve()
            self.run.symlink_to(target)
        if not identity.reaches(target):
            target.chmod(0o711)  # nobody may pass, and see nothing
        return target

    def remove_runtime(self) -> None:
        """Remove the runtime folder, wherever it is."""
        target = self._earlier_target()
        if target:
            shutil.rmtree(target, ignore_errors=True)
        if self.run.is_symlink():
            self.run.unlink()
        elif self.run.is_dir():
            shutil.rmtree(self.run, ignore_errors=True)

    def _earlier_target(self) -> Path | None:
        """Return the short runtime folder an earlier keeper made, if it still is one and still ours."""
        if not self.run.is_symlink():
            return None
        target = self.run.readlink()
        trusted = target.name.startswith(PREFIX) and target.is_dir() and not target.is_symlink()
        return target if trusted and target.stat().st_uid == self.home.stat().st_uid else None

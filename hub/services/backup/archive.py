"""The file of a backup: a tar of compressed tables and plain files, with a list of contents at its end.

tables/<table>/<part>.copy.gz    rows in PostgreSQL's COPY text format
files/<sha256>                   attachments and large messages as they are
manifest.json                    what must be there: without it the backup is not whole
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.errors import Invalid, Refused

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(slots=True)
class Table:
    """A table in a backup: its columns, how many rows, and the SHA-256 of each part."""

    columns: list[str]
    rows: int = 0
    parts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Manifest:
    """What a backup holds. `schema` is the newest migration its tables have seen, `key` tells which secret key it needs."""

    made_at: str
    schema: str
    key: str
    tables: dict[str, Table] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    missing_files: list[str] = field(default_factory=list)
    format: int = FORMAT


class BackupWriter:
    """Writes the parts of a backup one after the other."""

    def __init__(self, tar: tarfile.TarFile, made_at: datetime) -> None:
        self._tar = tar
        self._time = int(made_at.timestamp())

    def add(self, name: str, data: bytes) -> None:
        """Add one member."""
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = len(data), self._time, 0o600
        self._tar.addfile(member, io.BytesIO(data))

    def add_rows(self, table: str, kept: Table, data: bytes) -> None:
        """Add one part of a table."""
        packed = gzip.compress(data, compresslevel=6, mtime=0)
        kept.parts.append(hashlib.sha256(packed).hexdigest())
        self.add(part_name(table, len(kept.parts)), packed)

    def finish(self, manifest: Manifest) -> None:
        """Add the list of contents."""
        self.add(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True).encode())


@contextmanager
def new_backup(path: Path) -> Iterator[BackupWriter]:
    """Lend a writer for a new file that only its owner reads; it gets its name once it is whole and on the disk."""
    if path.exists():
        raise Refused(f"{path} exists: choose another name, or remove it first.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}: make it first.")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:  # noqa: PTH123 - a mode
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield BackupWriter(tar, datetime.now(UTC))
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


class BackupReader:
    """Reads a backup whose list of contents is there, checking each part against it."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def rows(self, table: str) -> Iterator[bytes]:
        """Yield the parts of a table; raises `Invalid` for one that is damaged."""
        for number, sha256 in enumerate(self.manifest.tables[table].parts, start=1):
            packed = self.read(part_name(table, number))
            if hashlib.sha256(packed).hexdigest() != sha256:
                raise Invalid(f"The backup is damaged in the table {table}: take another one.")
            yield gzip.decompress(packed)

    def file(self, sha256: str) -> bytes:
        """Return the bytes of a file; raises `Invalid` where they are not what they were."""
        data = self.read(f"files/{sha256}")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Invalid(f"The backup is damaged in the file {sha256[:12]}…: take another one.")
        return data

    def read(self, name: str) -> bytes:
        """Return one member; raises `Invalid` where it is missing or cut short."""
        try:
            member = self._tar.extractfile(name)
            data = member.read() if member is not None else b""
        except (KeyError, tarfile.TarError, OSError) as error:
            raise Invalid(f"The backup is damaged: {name} cannot be read from it. Take another one.") from error
        return data


@contextmanager
def open_backup(path: Path) -> Iterator[BackupReader]:
    """Lend a reader; raises `Invalid` for a file that is no backup of ours, not whole, or of a later version."""
    try:
        tar = tarfile.open(path, mode="r:")  # noqa: SIM115 - closed below
    except tarfile.TarError as error:
        raise Invalid(f"{path.name} is no backup: choose a file that 'hub backup' made.") from error
    with tar:
        try:
            member = tar.extractfile(MANIFEST)
            told: dict[str, Any] = json.loads(member.read()) if member is not None else {}
        except (KeyError, ValueError, tarfile.TarError, OSError) as error:
            raise Invalid(f"{path.name} is not whole: its list of contents is missing. Take another one.") from error
        if told.get("format") != FORMAT:
            raise Invalid(f"{path.name} was made by another version of Frontdesk: restore it with that one.")
        tables = {name: Table(**table) for name, table in told.pop("tables").items()}
        yield BackupReader(tar, Manifest(**told, tables=tables))


def part_name(table: str, number: int) -> str:
    """Name a part of a table inside a backup."""
    return f"tables/{table}/{number:06}.copy.gz"

"""Files by content hash, in a folder or in S3: written and synced before the row that names them commits."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from hub.errors import NotFound

NAME = re.compile(r"[0-9a-f]{64}")
AT_ONCE = 8


class Storage(Protocol):
    """Keeps bytes under their SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep bytes for good and return their name, 64 hexadecimal digits."""

    def get(self, name: str) -> bytes:
        """Return the bytes of a name; raises `NotFound` when they are gone or damaged."""


def open_storage(place: str) -> Storage:
    """Return the storage at a folder path or `s3://bucket/prefix`."""
    return S3Storage(place) if place.startswith("s3://") else FolderStorage(Path(place))


def put_all(storage: Storage, files: Sequence[bytes]) -> list[str]:
    """Keep several files at once and return their names in order: what takes time is waiting until each is durable."""
    if len(files) < 2:
        return [storage.put(each) for each in files]
    with ThreadPoolExecutor(min(len(files), AT_ONCE)) as pool:
        return list(pool.map(storage.put, files))


class FolderStorage:
    """A folder of files named by their hash, two levels deep."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Write to a temporary file, sync file and folder, rename: never a row without a whole file."""
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        if path.exists() and path.stat().st_size == len(data):
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as new:
                new.write(data)
                new.flush()
                os.fsync(new.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get(self, name: str) -> bytes:
        """Read a file and check it against its name."""
        if not NAME.fullmatch(name):
            raise NotFound("There is no file of that name.")
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("The file is no longer in storage.") from error
        if hashlib.sha256(data).hexdigest() != name:
            raise NotFound("The file in storage is damaged.")
        return data

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / name[2:4] / name


class S3Storage:
    """A bucket of objects named by their hash; needs the `s3` extra."""

    def __init__(self, url: str) -> None:
        import boto3  # noqa: PLC0415 - an extra: only desks that keep files in S3 have it

        parts = urlsplit(url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        self._client: Any = boto3.client("s3")

    def put(self, data: bytes) -> str:
        """Put an object; S3 answers only once it is durable."""
        name = hashlib.sha256(data).hexdigest()
        self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=data)
        return name

    def get(self, name: str) -> bytes:
        """Get an object and check it against its name."""
        if not NAME.fullmatch(name):
            raise NotFound("There is no file of that name.")
        try:
            data: bytes = self._client.get_object(Bucket=self._bucket, Key=self._key(name))["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise NotFound("The file is no longer in storage.") from error
        if hashlib.sha256(data).hexdigest() != name:
            raise NotFound("The file in storage is damaged.")
        return data

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}".lstrip("/")

"""Files that are kept at once: each is whole, under its own name, or none counts as kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hub.storage import AT_ONCE, FolderStorage, put_all

FILES = [bytes([number]) * 5_000 for number in range(3 * AT_ONCE)]


def test_files_kept_at_once_are_named_in_their_order(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)

    names = put_all(storage, [*FILES, FILES[0]])

    assert names == [hashlib.sha256(each).hexdigest() for each in [*FILES, FILES[0]]]
    assert [storage.get(name) for name in names] == [*FILES, FILES[0]]
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(".new-")] == []


def test_one_that_cannot_be_kept_is_told() -> None:
    class Full:
        def put(self, data: bytes) -> str:
            if data == FILES[3]:
                raise OSError(28, "No space left on device")
            return hashlib.sha256(data).hexdigest()

        def get(self, name: str) -> bytes:
            raise AssertionError(name)

    with pytest.raises(OSError, match="No space left"):
        put_all(Full(), FILES)

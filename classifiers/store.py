"""Models on disk: arrays in a skops file, facts about them in a JSON file beside it; nothing in either is executed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

VERSION = 1
_LARGEST = 64 * 1024 * 1024
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class ModelUnusable(Exception):
    """A model file that is missing, broken or not ours; the message is a sentence for the staff banner."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """The arrays of a model and the facts beside it: `encoder`, `encoder_sha256`, `data_sha256`, `scores`, `seed`."""

    arrays: Mapping[str, Any]
    facts: Mapping[str, Any]


def facts_path(path: Path) -> Path:
    """Name the JSON file beside a model file."""
    return path.with_suffix(".json")


def save(path: Path, model: StoredModel) -> None:
    """Write a model and its facts; the same model gives the same bytes."""
    from skops import io as skops_io  # noqa: PLC0415  reading facts must not cost an import of scikit-learn

    content = _repeatable(skops_io.dumps(dict(model.arrays)))
    facts = {**model.facts, "version": VERSION, "sha256": hashlib.sha256(content).hexdigest()}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.replace(path)
    facts_path(path).write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_facts(path: Path) -> dict[str, Any]:
    """Read what is known about a model without loading it; raise ModelUnusable."""
    beside = facts_path(path)
    try:
        facts = json.loads(beside.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelUnusable(f"The classifier's description {beside.name} is missing; train or roll back.") from None
    except (OSError, ValueError):
        raise ModelUnusable(f"The classifier's description {beside.name} cannot be read; train or roll back.") from None
    if not isinstance(facts, dict) or facts.get("version") != VERSION:
        raise ModelUnusable(f"The classifier {path.name} was made by another version of this program; train a new one.")
    return facts


def load(path: Path, *, encoder: str = "none", encoder_sha256: str = "") -> StoredModel:
    """Read a model that is exactly as it was saved and made for this encoder; raise ModelUnusable otherwise.

    The hash in the facts is checked before a byte is interpreted, and only plain arrays, text and numbers are accepted.
    """
    facts = read_facts(path)
    content = _content(path)
    if hashlib.sha256(content).hexdigest() != facts.get("sha256"):
        raise ModelUnusable(f"The classifier file {path.name} is damaged or was exchanged; train or roll back.")
    if facts.get("encoder") != encoder or facts.get("encoder_sha256", "") != encoder_sha256:
        raise ModelUnusable(
            f"The classifier {path.name} was trained with the encoder '{facts.get('encoder')}', "
            f"but '{encoder}' is installed; train a new one."
        )
    return StoredModel(_arrays(content, path.name), facts)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise ModelUnusable(f"The classifier file {path.name} is too large to be ours; train or roll back.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelUnusable(f"The classifier file {path.name} is missing; train or roll back.") from None
    except OSError:
        raise ModelUnusable(f"The classifier file {path.name} cannot be read; check its permissions.") from None


def _arrays(content: bytes, name: str) -> dict[str, Any]:
    from skops import io as skops_io  # noqa: PLC0415

    try:
        untrusted = skops_io.get_untrusted_types(data=content)
        arrays = skops_io.loads(content, trusted=[]) if not untrusted else None
    except Exception as mistake:  # skops raises whatever its many node types raise
        raise ModelUnusable(f"The classifier file {name} is no model of ours; train or roll back.") from mistake
    if not isinstance(arrays, dict) or not all(_is_plain(value) for value in arrays.values()):
        raise ModelUnusable(f"The classifier file {name} holds more than plain numbers and text; train or roll back.")
    return arrays


def _is_plain(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and bool(np.isfinite(value).all())
    return isinstance(value, (str, float, int))


def _repeatable(content: bytes) -> bytes:
    """Write a skops archive anew without what differs from run to run: memory addresses and the time of day."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        schema = json.loads(archive.read("schema.json"))
        files = {name: archive.read(name) for name in archive.namelist() if name != "schema.json"}
    numbers: dict[int, int] = {}
    names: dict[str, str] = {}
    _renumber(schema, numbers, names)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for old, new in sorted(names.items(), key=lambda pair: pair[1]):
            archive.writestr(zipfile.ZipInfo(new, _LONG_AGO), files[old], zipfile.ZIP_DEFLATED, 9)
        text = json.dumps(schema, indent=1)
        archive.writestr(zipfile.ZipInfo("schema.json", _LONG_AGO), text, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def _renumber(node: Any, numbers: dict[int, int], names: dict[str, str]) -> None:
    """Give every object of a schema the number of its first appearance, and its file that name."""
    if isinstance(node, list):
        for child in node:
            _renumber(child, numbers, names)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("__id__"), int):
        node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
    if isinstance(node.get("file"), str):
        node["file"] = names.setdefault(node["file"], f"{len(names) + 1:04}.npy")
    for child in node.values():
        _renumber(child, numbers, names)

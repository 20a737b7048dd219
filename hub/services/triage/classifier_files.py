"""The classifiers a desk has learned: files in `HUB_HOME/models`, the present one named in `current`, earlier ones kept to roll back."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifiers.classifier import Classifier
    from classifiers.store import StoredModel

KEPT = 5
NAME_LENGTH = 16
NAME = re.compile(rf"[0-9a-f]{{{NAME_LENGTH}}}")


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Taught:
    """Up to which correction a classifier has been taught, and when."""

    correction: int
    at: datetime


class ClassifierFiles:
    """The learned classifiers of one desk. `current` lists their names, the present one first; empty: what ships is used."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "models"

    def stamp(self) -> str:
        """Return words that change whenever another classifier takes over."""
        try:
            return (self.folder / "current").read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return ""

    def present(self) -> Path | None:
        """Return the file of the present classifier; None while the one that ships is used."""
        names = self._names()
        return self._path(names[0]) if names else None

    def install(self, model: StoredModel) -> Path:
        """Keep a classifier and make it the present one; processes that run take it up with their next message."""
        from classifiers.store import save  # noqa: PLC0415 - scikit-learn is for workers only

        told = json.dumps(dict(model.facts), sort_keys=True, default=str)
        name = hashlib.sha256(told.encode()).hexdigest()[:NAME_LENGTH]
        save(self._path(name), model)
        self._write([name, *(each for each in self._names() if each != name)][:KEPT])
        return self._path(name)

    def roll_back(self) -> Path | None:
        """Make the classifier before the present one present again; returns its file, None for the one that ships."""
        self._write(self._names()[1:])
        return self.present()

    def taught(self) -> Taught:
        """Return up to which correction the classifier has been taught; to none where that cannot be read."""
        try:
            number, at = (self.folder / "taught").read_text(encoding="ascii").split()
            return Taught(int(number), datetime.fromisoformat(at))
        except (FileNotFoundError, ValueError):
            return Taught(0, NEVER)

    def note(self, taught: Taught) -> None:
        """Keep up to which correction the classifier has been taught."""
        self._exchange("taught", f"{taught.correction} {taught.at.isoformat()}\n")

    def _names(self) -> list[str]:
        return [each for each in self.stamp().split() if NAME.fullmatch(each)]

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.skops"

    def _write(self, names: Sequence[str]) -> None:
        """Exchange the list in one step, then drop files nobody can roll back to."""
        self._exchange("current", "".join(f"{each}\n" for each in names))
        for file in self.folder.glob("*.skops"):
            if file.stem not in names:
                file.unlink(missing_ok=True)
                file.with_suffix(".json").unlink(missing_ok=True)

    def _exchange(self, name: str, words: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"{name}.{os.getpid()}"
        fresh.write_text(words, encoding="ascii")
        fresh.replace(self.folder / name)


def open_classifier(files: ClassifierFiles, encoder: str = "") -> Classifier:
    """Open a desk's classifier: the learned one, else the one that ships for the encoder, the best installed by default.

    One that cannot be used knows emergencies only and says so.
    """
    from classifiers.cascade import load  # noqa: PLC0415 - scikit-learn is for workers only

    return load(files.present(), encoder=encoder)

"""Sentence encoders behind one small interface: none, and wordllama where its wheel is installed.

Why not a larger one: `docs/adr/0008-words-letters-and-wordllama.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_LONGEST = 2_000
"""Characters of a message that are encoded; people say what they want before that."""
_HEADER = 8
"""Bytes that say how long the description of a safetensors file is (its format, section "Format")."""


class Encoder(Protocol):
    """Anything that turns sentences into vectors of meaning.

    `sha256` is the hash of its weights: a model trained on one encoder is refused beside another.
    """

    @property
    def name(self) -> str:
        """Name the encoder as it is kept beside models."""
        ...

    @property
    def sha256(self) -> str:
        """Give the hash of the weights, or nothing where there are none."""
        ...

    @property
    def width(self) -> int:
        """Say how many numbers a sentence becomes."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give each text a row of length 1; a text that says nothing is a row of zeros."""
        ...


class EncoderUnusable(Exception):
    """An encoder that is not installed or not whole; the message is a sentence for the staff banner."""


class NoEncoder:
    """The encoder of a desk without one: no columns at all."""

    name = "none"
    sha256 = ""
    width = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give each text an empty row."""
        return np.zeros((len(texts), 0), dtype=np.float32)


class WordLlama:
    """The mean of wordllama's vectors of the pieces of words in a text (English; MIT; weights inside its wheel).

    Only the files of the package are used: its own loader asks the network for what it ships, and sets up logging for the
    whole process. The weights stay on disk, shared by all processes; a message touches a few kilobytes of them.
    """

    name = "wordllama"

    def __init__(self, folder: Path) -> None:
        weights = folder / "weights" / "l2_supercat_256.safetensors"
        words = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
        try:
            self._tokenizer = _read_tokenizer(words)
            self._vectors = _read_vectors(weights)
            self.sha256 = _hash_of(words, weights)
        except (OSError, ValueError, KeyError, ImportError) as mistake:
            raise EncoderUnusable("The files of the package wordllama are not whole; install it again.") from mistake
        self.width = int(self._vectors.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give each text the mean of the vectors of its pieces."""
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for at, text in enumerate(texts):
            pieces = self._tokenizer.encode(text[:_LONGEST], add_special_tokens=False).ids
            if pieces:
                mean = self._vectors[pieces].astype(np.float32).mean(axis=0)
                rows[at] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return rows


@cache
def _find_wordllama() -> WordLlama:
    found = find_spec("wordllama")
    if found is None or not found.submodule_search_locations:
        raise EncoderUnusable(
            "The encoder wordllama is not installed: install the package wordllama, or choose 'none'."
        )
    return WordLlama(Path(next(iter(found.submodule_search_locations))))


_OPENERS: dict[str, Callable[[], Encoder]] = {"wordllama": _find_wordllama, "none": NoEncoder}
ENCODERS = tuple(_OPENERS)
"""The encoders that can be chosen, best first."""


def open_encoder(name: str = "") -> Encoder:
    """Open an encoder by name, or the best one that is installed; raise EncoderUnusable for one that cannot be had."""
    if name:
        if name not in _OPENERS:
            raise EncoderUnusable(f"There is no encoder '{name}'; use one of {', '.join(ENCODERS)}.")
        return _OPENERS[name]()
    for candidate in _OPENERS.values():
        try:
            return candidate()
        except EncoderUnusable:
            continue
    return NoEncoder()


def _read_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer  # noqa: PLC0415 - who needs no encoder need not have it

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as mistake:  # tokenizers raises bare exceptions
        raise ValueError(path.name) from mistake
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _read_vectors(path: Path) -> NDArray[np.float16]:
    """Map the one table of a safetensors file; raises ValueError where it is none of ours."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_HEADER), "little")
        if length > path.stat().st_size:
            raise ValueError(path.name)
        table = json.loads(file.read(length))["embedding.weight"]
    if table["dtype"] != "F16":
        raise ValueError(path.name)
    start = _HEADER + length + int(table["data_offsets"][0])
    return np.memmap(path, dtype=np.float16, mode="r", offset=start, shape=tuple(table["shape"]))


def _hash_of(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()

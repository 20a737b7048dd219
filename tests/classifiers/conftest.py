"""A model file as training writes it, only small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers.store import StoredModel, save


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a saved model."""
    path = tmp_path / "own.skops"
    arrays = {"weights": np.arange(12, dtype=np.float32).reshape(3, 4), "labels": "a\nb\nc", "temperature": 1.5}
    save(path, StoredModel(arrays, {"encoder": "none", "encoder_sha256": "", "seed": 0}))
    return path

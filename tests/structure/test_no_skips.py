"""`make test` is green only when every test ran, and shows a failure at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


def run_pytest(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(test)
    bare = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "tests.no_skips", "-c", "/dev/null"]
    command += ["-p", "tests.failures_first", *options]
    return subprocess.run([*command, str(folder)], cwd=CHECKOUT, env=bare, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_a_skipped_test_turns_the_run_red(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run_pytest(tmp_path, "import pytest\ndef test_one(): pytest.skip('no browser')\n", *options)

    assert done.returncode == 1
    assert "Not green: 1 skipped" in done.stdout


def test_a_run_without_skips_stays_green(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "def test_one(): pass\n")

    assert done.returncode == 0
    assert "Not green" not in done.stdout


def test_a_failure_is_shown_when_it_happens(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "def test_one(): assert 1 == 2\ndef test_two(): pass\n", "-n", "1")

    assert done.returncode == 1
    assert "FAILED test_one.py::test_one (call)" in done.stdout.partition("= FAILURES =")[0]

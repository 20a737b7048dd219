"""Settings as an operator writes them: every mistake at once, in words that name the variable and what is allowed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.errors import Misconfigured
from hub.settings import read_settings

ROOT = Path(__file__).parents[2]


def problems_of(home: Path, **environ: str) -> list[str]:
    with pytest.raises(Misconfigured) as told:
        read_settings({"HUB_HOME": str(home), **environ})
    return told.value.problems


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("HUB_LOG", "LOUD", "set it to one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("HUB_SMTP_LISTEN", "zz", "write it as 127.0.0.1:2525"),
        ("HUB_SMTP_LISTEN", "127.0.0.1:70000", "write it as 127.0.0.1:2525"),
        ("WEB_CONCURRENCY", "-3", "from 1 to 99"),
        ("WEB_CONCURRENCY", "0", "from 1 to 99"),
        ("WEB_CONCURRENCY", "many", "from 1 to 99"),
        ("HUB_MEMORY", "100", "at least 256, or 0 for no limit"),
        ("HUB_MEMORY", "-1", "at least 256"),
        ("HUB_ENCODER", "minilm", "set it to one of wordllama, none"),
        ("TWILIO_COUNTRIES", "Germany", "such as DE AT CH"),
        ("TWILIO_COUNTRIES", "DE UK", "the United Kingdom is GB"),
    ],
)
def test_a_value_that_cannot_work_is_told_with_what_is_allowed(
    tmp_path: Path, name: str, value: str, remedy: str
) -> None:
    (problem,) = problems_of(tmp_path, **{name: value})

    assert problem.startswith(f"{name} ")
    assert repr(value.rsplit(maxsplit=1)[-1]) in problem
    assert remedy in problem


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    wrong = {"PORT": "zz", "HUB_LOG": "LOUD", "HUB_SMTP_LISTEN": "zz", "WEB_CONCURRENCY": "-3", "TWILIO_COUNTRIES": "x"}

    problems = problems_of(tmp_path, **wrong)

    assert {each.split()[0] for each in problems} == set(wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_LOG", "debug"),
        ("HUB_LOG", ""),
        ("HUB_SMTP_LISTEN", "[::1]:2525"),
        ("WEB_CONCURRENCY", "4"),
        ("WEB_CONCURRENCY", ""),
        ("TWILIO_COUNTRIES", "de, at;CH"),
        ("TWILIO_COUNTRIES", " "),
    ],
)
def test_what_is_allowed_is_taken(tmp_path: Path, name: str, value: str) -> None:
    assert read_settings({"HUB_HOME": str(tmp_path), name: value}).port == 8000


@pytest.mark.parametrize("command", ["up", "web", "worker"])
def test_a_level_of_logs_there_is_none_of_ends_a_process_in_words(tmp_path: Path, command: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}

    done = subprocess.run(
        [sys.executable, "-m", "hub", command],
        env={**clean, "HUB_HOME": str(tmp_path), "HUB_LOG": "LOUD", "WEB_CONCURRENCY": "-3"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["HUB_LOG", "WEB_CONCURRENCY"]

"""What `make` says while it works: a person on a bare checkout is never left before a silent terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PATIENTLY = str(CHECKOUT / "tools" / "patiently.sh")
WAITS = "import sys; sys.stdin.read()"


def test_what_is_done_stands_there_before_it_is_done() -> None:
    command = [PATIENTLY, "Installing 3 packages", sys.executable, "-c", WAITS]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        running = process.poll() is None
        rest, _ = process.communicate("")

    assert first == "Installing 3 packages …\n"
    assert running
    assert re.fullmatch(r"done in \d+ s\n", rest)
    assert process.returncode == 0


def test_a_log_gets_a_line_now_and_then_while_it_goes_on() -> None:
    command = [PATIENTLY, "Installing", sys.executable, "-c", WAITS]
    environ = {**os.environ, "PATIENTLY_SECONDS": "0.05"}

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        process.communicate("")

    assert all(re.fullmatch(r"… still at it after \d+ s\n", each) for each in said[1:])


def test_a_person_gets_dots_on_one_line() -> None:
    ours, theirs = pty.openpty()
    command = [PATIENTLY, "Installing", sys.executable, "-c", WAITS]
    environ = {**os.environ, "PATIENTLY_SECONDS": "0.05"}

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=theirs, env=environ) as process:
        said = b""
        while b"...." not in said:
            said += os.read(ours, 100)
        process.communicate(b"")
    os.close(theirs)
    rest = os.read(ours, 1000)
    os.close(ours)

    assert re.fullmatch(r"Installing …\.+ done in \d+ s\r\n", (said + rest).decode())


def test_what_failed_says_so_and_keeps_its_words_and_status() -> None:
    script = "import sys; print('no wheel for this machine', file=sys.stderr); sys.exit(3)"

    done = subprocess.run(
        [PATIENTLY, "Installing", sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 3
    assert done.stderr == "no wheel for this machine\n"
    assert re.search(r"^failed after \d+ s$", done.stdout, re.MULTILINE)


def test_installing_speaks_and_takes_wheels_with_hashes_only() -> None:
    said = subprocess.run(
        ["make", "--dry-run", "--always-make", "install"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout

    (installing,) = [each for each in said.replace("\\\n", "").splitlines() if "-r requirements.lock" in each]
    assert re.search(r'tools/patiently.sh "Installing .* packages into \.venv', installing)
    assert "-qq" in installing
    assert "--require-hashes" in installing
    assert "--only-binary :all:" in installing

"""The supervisor: it keeps processes running and leaves nothing behind however it is ended."""

from __future__ import annotations

import io
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.processes import all_pids, is_running, wait_until
from hub.supervisor import Process, Supervisor

CHECKOUT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow  # they start and kill real processes

GONE_SECONDS = 20.0

SUPERVISE = """
import json, signal, sys
signal.signal(signal.SIGHUP, signal.Handlers[sys.argv[2]])
from hub.supervisor import Process, Supervisor
processes = [Process(**each) for each in json.loads(sys.argv[1])]
sys.exit(Supervisor(processes).run())
"""

# Like a web server or a queue worker: it has a child, and that one a process group of its own.
FAMILY = r"""
import os, signal
if os.fork() == 0:
    os.setpgrp()
os.write(1, b"running\n")
signal.pause()
"""

STUBBORN = r"""
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.write(1, b"running\n")
while True:
    signal.pause()
"""

SAYS_GOODBYE = r"""
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit("goodbye"))
os.write(1, b"running\n")
signal.pause()
"""

SUCCEEDS_THE_THIRD_TIME = """
import pathlib, signal, sys
tries = pathlib.Path(sys.argv[1])
with tries.open("a") as file:
    file.write("x")
if len(tries.read_text()) < 3:
    sys.exit(7)
print("steady", flush=True)
signal.pause()
"""


def python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, "-u", "-c", script, *arguments]


def one_off(name: str, script: str, *arguments: str) -> Process:
    return Process(name, python(script, *arguments), restart=False)


def as_json(script: str, mark: str, *names: str, stop_seconds: float = 10.0) -> str:
    return json.dumps([{"name": name, "argv": python(script, mark), "stop_seconds": stop_seconds} for name in names])


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def running_with(mark: str) -> list[int]:
    """Every running process with a mark among its arguments, save the supervisor's and our own."""
    return [
        pid for pid in all_pids() if is_running(pid) and mark in command_of(pid) and SUPERVISE not in command_of(pid)
    ]


def warden_of(supervisor: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text().split()
    (warden,) = [int(pid) for pid in children if "hub.supervisor.warden" in command_of(int(pid))]
    return warden


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    """An argument by which the processes of one test are known; none may be left after it."""
    yield str(tmp_path / "mark")
    assert wait_until(lambda: not running_with(str(tmp_path)), GONE_SECONDS)


@contextmanager
def supervised(processes: str, *, hangup: str = "SIG_DFL") -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor in a process of its own, given its processes as JSON and what it inherits for SIGHUP."""
    with subprocess.Popen(
        python(SUPERVISE, processes, hangup), stdout=subprocess.PIPE, bufsize=0, start_new_session=True, cwd=CHECKOUT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lines_until(process: subprocess.Popen[bytes], word: str, times: int = 1) -> list[str]:
    """Read what a process says until a word has come so many times."""
    assert process.stdout is not None
    lines: list[str] = []
    while sum(word in line for line in lines) < times:
        assert select.select([process.stdout], [], [], GONE_SECONDS)[0], lines
        lines.append(process.stdout.readline().decode())
    return lines


def rest_of(process: subprocess.Popen[bytes]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.read().decode().splitlines()


def test_every_line_says_whose_it_is() -> None:
    said = io.StringIO()
    web = one_off("web", "print('listening')")
    worker = one_off("worker", "import sys; sys.stderr.write('no newline at the end')")

    status = Supervisor([web, worker], output=said).run()

    assert status == 0
    assert set(said.getvalue().splitlines()) == {"web    | listening", "worker | no newline at the end"}


def test_what_strangers_write_cannot_steer_the_terminal() -> None:
    said = io.StringIO()

    Supervisor([one_off("web", r"print('\x1b]0;owned\x07 \x9b2J ü')")], output=said).run()

    assert (
        said.getvalue()
        == "web | \N{REPLACEMENT CHARACTER}]0;owned\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}2J ü\n"
    )


def test_a_line_without_end_is_shown_in_pieces() -> None:
    said = io.StringIO()

    Supervisor([one_off("web", "print('x' * 300_000)")], output=said).run()

    assert said.getvalue().count("x") == 300_000
    assert said.getvalue().count("\n") > 1


def test_a_process_is_given_its_environment_and_folder(tmp_path: Path) -> None:
    said = io.StringIO()
    script = "import os; print(os.environ['COLOUR'], os.getcwd(), 'PATH' in os.environ)"

    Supervisor([Process("web", python(script), env={"COLOUR": "red"}, cwd=tmp_path, restart=False)], output=said).run()

    assert said.getvalue() == f"web | red {tmp_path} True\n"


def test_the_status_is_that_of_the_one_that_failed() -> None:
    processes = [one_off("good", "pass"), one_off("bad", "raise SystemExit(3)")]

    status = Supervisor(processes, output=io.StringIO()).run()

    assert status == 3


def test_a_process_that_dies_is_started_again_after_a_growing_pause(tmp_path: Path) -> None:
    said = io.StringIO()
    process = Process("worker", python(SUCCEEDS_THE_THIRD_TIME, str(tmp_path / "tries")))

    def stop_when_steady() -> None:
        if "steady" in said.getvalue():
            supervisor.stop()

    supervisor = Supervisor([process], output=said, every_second=stop_when_steady)

    status = supervisor.run()

    assert status == 0
    assert said.getvalue().splitlines() == [
        "worker | ended with status 7; starts again in 0.5 s",
        "worker | ended with status 7; starts again in 1 s",
        "worker | steady",
    ]


def test_a_desk_that_never_comes_up_gives_up_with_the_status() -> None:
    said = io.StringIO()
    process = Process("web", python("raise SystemExit('port 8000 is taken')"))

    status = Supervisor([process], output=said, is_ready=lambda: False).run()

    assert status == 1
    assert "web | port 8000 is taken" in said.getvalue()
    assert said.getvalue().endswith("up  | web does not start: see its last lines above\n")


def test_a_program_that_is_not_there_is_named() -> None:
    said = io.StringIO()

    status = Supervisor([Process("web", ["/nowhere/gunicorn"], restart=False)], output=said).run()

    assert status == 127
    assert "web | cannot be started" in said.getvalue()
    assert "/nowhere/gunicorn" in said.getvalue()


def test_readiness_is_announced_once() -> None:
    announced: list[float] = []
    answers = iter([False, False, True])

    def stop_later() -> None:
        if announced and time.monotonic() > announced[0] + 0.5:
            supervisor.stop()

    supervisor = Supervisor(
        [Process("web", python(FAMILY))],
        output=io.StringIO(),
        is_ready=lambda: next(answers),
        on_ready=lambda: announced.append(time.monotonic()),
        every_second=stop_later,
    )

    supervisor.run()

    assert len(announced) == 1


def test_a_mistake_of_the_caller_leaves_no_process(mark: str) -> None:
    def fail() -> None:
        raise LookupError("our own mistake")

    supervisor = Supervisor([Process("web", python(FAMILY, mark))], output=io.StringIO(), on_ready=fail)

    with pytest.raises(LookupError):
        supervisor.run()

    assert not running_with(mark)


def test_signal_handlers_are_put_back() -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)]

    Supervisor([one_off("web", "pass")], output=io.StringIO()).run()

    after = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)]
    assert after == before


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_stop_in_order_when_told(mark: str, told: signal.Signals) -> None:
    with supervised(as_json(SAYS_GOODBYE, mark, "web", "fetch", "worker")) as process:
        lines_until(process, "running", 3)

        os.killpg(process.pid, told)
        said = rest_of(process)

        assert said == ["web    | goodbye", "fetch  | goodbye", "worker | goodbye"]
        assert process.wait(GONE_SECONDS) == 0
        assert not running_with(mark)


def test_who_was_begun_with_nohup_outlives_its_terminal(mark: str) -> None:
    with supervised(as_json(SAYS_GOODBYE, mark, "web", "fetch"), hangup="SIG_IGN") as process:
        lines_until(process, "running", 2)

        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: process.poll() is not None, GONE_SECONDS)
        said = rest_of(process)

    assert said == ["web   | goodbye", "fetch | goodbye"]


def test_who_does_not_stop_in_time_is_killed(mark: str) -> None:
    with supervised(as_json(STUBBORN, mark, "worker", stop_seconds=0.3)) as process:
        lines_until(process, "running")

        process.terminate()

        assert "up     | worker is killed: it did not stop" in rest_of(process)
        assert process.wait(GONE_SECONDS) == 0
        assert not running_with(mark)


def test_asking_twice_waits_for_nobody(mark: str) -> None:
    with supervised(as_json(STUBBORN, mark, "web", "worker", stop_seconds=600.0)) as process:
        lines_until(process, "running", 2)

        process.send_signal(signal.SIGINT)
        wait_until(lambda: SUPERVISE not in command_of(process.pid), 0.3)
        process.send_signal(signal.SIGINT)

        assert process.wait(GONE_SECONDS) == 0
        assert not running_with(mark)


def test_offspring_in_groups_of_their_own_ends_too(mark: str) -> None:
    with supervised(as_json(FAMILY, mark, "web", "worker")) as process:
        lines_until(process, "running", 4)

        process.terminate()

        assert process.wait(GONE_SECONDS) == 0
        assert not running_with(mark)


def test_offspring_of_a_process_that_died_ends_before_it_is_started_again(mark: str) -> None:
    with supervised(as_json(FAMILY, mark, "worker")) as process:
        lines_until(process, "running", 2)
        family = running_with(mark)
        (parent,) = [pid for pid in family if os.getsid(pid) == pid]

        os.kill(parent, signal.SIGKILL)
        lines_until(process, "running", 2)

        assert not any(is_running(pid) for pid in family)
        assert len(running_with(mark)) == 2


def test_a_killed_supervisor_leaves_nothing(mark: str) -> None:
    with supervised(as_json(FAMILY, mark, "web", "worker")) as process:
        lines_until(process, "running", 4)
        warden = warden_of(process)

        process.kill()

        assert wait_until(lambda: not running_with(mark) and not is_running(warden), GONE_SECONDS)


def test_a_killed_supervisor_leaves_not_even_the_stubborn(mark: str) -> None:
    with supervised(as_json(STUBBORN, mark, "worker", stop_seconds=600.0)) as process:
        lines_until(process, "running")

        process.kill()

        assert wait_until(lambda: not running_with(mark), GONE_SECONDS)


def test_a_supervisor_killed_with_its_warden_takes_its_children_along(mark: str) -> None:
    with supervised(as_json(SAYS_GOODBYE, mark, "web", "worker")) as process:
        lines_until(process, "running", 2)

        os.kill(warden_of(process), signal.SIGKILL)
        process.kill()

        assert wait_until(lambda: not running_with(mark), GONE_SECONDS)


def test_a_killed_warden_is_replaced_and_knows_whom_to_watch(mark: str) -> None:
    with supervised(as_json(FAMILY, mark, "web")) as process:
        lines_until(process, "running", 2)
        first = warden_of(process)
        os.kill(first, signal.SIGKILL)
        assert wait_until(lambda: has_another_warden(process, first), GONE_SECONDS)

        process.kill()

        assert wait_until(lambda: not running_with(mark), GONE_SECONDS)


def has_another_warden(process: subprocess.Popen[bytes], first: int) -> bool:
    try:
        return warden_of(process) != first
    except ValueError:
        return False


def test_who_asks_it_to_stop_is_told_before_the_first_process_stops() -> None:
    said = io.StringIO()
    supervisor = Supervisor(
        [Process("web", python(SAYS_GOODBYE))],
        output=said,
        every_second=lambda: supervisor.stop() if "running" in said.getvalue() else None,
        on_stop=lambda: print("Stopping", file=said),
    )

    status = supervisor.run()

    assert status == 0
    assert said.getvalue().splitlines()[:3] == ["web | running", "Stopping", "web | goodbye"]

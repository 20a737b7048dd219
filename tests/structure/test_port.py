"""The port of the pages: whoever begins has it until it ends, and nobody else is taken for us."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli import main
from hub.errors import Misconfigured
from hub.knocking import Visitor
from hub.serving import take_port, web_command
from tests.ports import free_port


def test_a_taken_port_is_told_in_a_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        environ = {"HUB_HOME": str(tmp_path / "home"), "HUB_DATABASE_URL": "", "HUB_REDIS_URL": ""}

        done = CliRunner().invoke(main, ["up", "--port", str(port)], env=environ)

    assert done.exit_code == 1
    assert done.output == (
        f"Port {port} is taken by another program (perhaps another Frontdesk): "
        f"end it, or choose another with PORT={port + 1} / --port {port + 1}.\n"
    )
    assert {each.name for each in (tmp_path / "home").iterdir()} == {"secret_key"}


def test_of_two_desks_that_start_at_once_one_has_the_port() -> None:
    port = free_port()

    with take_port(port), pytest.raises(Misconfigured, match=f"Port {port} is taken"):
        take_port(port)


def test_a_port_is_free_again_though_visitors_have_just_left() -> None:
    port = free_port()
    with take_port(port) as first, socket.create_connection(("127.0.0.1", port)):
        first.accept()[0].close()  # who closes first keeps the port's name for a minute

    again = take_port(port)

    assert again.getsockname()[1] == port
    again.close()


def test_pages_are_served_on_the_port_that_was_taken() -> None:
    assert "--bind=fd://7" in web_command(8000, lent=7)
    assert "--bind=127.0.0.1:8000" in web_command(8000)


def test_an_answer_on_a_port_that_was_taken_waits_for_no_confirmation_of_its_first_half() -> None:
    with take_port(free_port()) as taken, socket.create_connection(taken.getsockname()):
        line, _ = taken.accept()

        with line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_start_is_watched_by_one_visitor_who_asks_again_only_after_a_bad_answer() -> None:
    with take_port(free_port()) as taken:
        taken.settimeout(5.0)
        visitor = Visitor(taken.getsockname()[1])

        before = [visitor.is_answered() for _ in range(5)]
        unwell, well = _answers(taken, visitor, b"503 Service Unavailable"), _answers(taken, visitor, b"200 OK")

        assert not any(before)
        assert (unwell, well) == (False, True)
        taken.setblocking(False)
        with pytest.raises(BlockingIOError):
            taken.accept()


def _answers(taken: socket.socket, visitor: Visitor, status: bytes) -> bool:
    """Answer the one who waits, or comes now; return what the visitor makes of it."""
    visitor.is_answered()
    with taken.accept()[0] as served:
        assert served.recv(1000).startswith(b"GET /health ")
        served.sendall(b"HTTP/1.1 " + status + b"\r\n\r\n")
    return visitor.is_answered()

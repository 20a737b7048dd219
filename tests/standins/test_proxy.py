"""The proxy in front of small servers: exact cuts, lost replies, silence, counts."""

import json
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
import requests

from tests.standins.application import wait_until
from tests.standins.proxy import CuttingProxy
from tests.standins.proxy_rules import DOWN, POSTGRES_COMMIT, UP


class Ledger(socketserver.ThreadingTCPServer):
    """Answers every line with OK and the line; what it was told stays in `told`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.told: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Teller)


class Teller(socketserver.StreamRequestHandler):
    server: Ledger

    def handle(self) -> None:
        try:
            for line in self.rfile:
                self.server.told.append(line.strip())
                self.wfile.write(b"OK " + line)
        except ConnectionError:
            return


class UnixLedger(Ledger):
    address_family = socket.AF_UNIX

    def __init__(self, path: Path) -> None:
        self.told = []
        socketserver.TCPServer.__init__(self, str(path), Teller)

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)

    def get_request(self) -> tuple[socket.socket, str]:
        return self.socket.accept()[0], ""


def run(server: Ledger) -> Iterator[Ledger]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    with server:
        yield server
        server.shutdown()
    thread.join(5)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    yield from run(Ledger())


@pytest.fixture
def proxy(ledger: Ledger) -> Iterator[CuttingProxy]:
    with CuttingProxy(ledger.server_address) as running:
        yield running


class Client:
    def __init__(self, proxy: CuttingProxy) -> None:
        self.socket = socket.create_connection(proxy.address, timeout=5)

    def ask(self, line: bytes) -> bytes:
        self.socket.sendall(line + b"\n")
        return self.socket.recv(4096)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def greet(proxy: CuttingProxy) -> bytes:
    """Connect, which a reset may already spoil, and ask; EOFError when nothing comes."""
    with Client(proxy) as client:
        answer = client.ask(b"hello")
    if not answer:
        raise EOFError
    return answer


def is_cut(client: Client) -> bool:
    try:
        while client.socket.recv(4096):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_without_rules_everything_passes_and_is_counted(proxy: CuttingProxy) -> None:
    with Client(proxy) as client:
        assert client.ask(b"hello") == b"OK hello\n"

    assert (proxy.connections, proxy.cuts) == (1, 0)
    assert proxy.links[0].passed == {UP: 6, DOWN: 9}


def test_a_link_is_cut_after_exactly_so_many_bytes(proxy: CuttingProxy) -> None:
    proxy.cut_after(4, DOWN)

    with Client(proxy) as client, Client(proxy) as next_client:
        client.socket.sendall(b"hello\n")

        assert is_cut(client)
        assert proxy.links[0].passed[DOWN] == 4
        assert next_client.ask(b"again") == b"OK again\n"


def test_a_cut_may_come_before_or_after_the_request_has_passed(proxy: CuttingProxy, ledger: Ledger) -> None:
    for forward in (False, True):
        proxy.cut_when(b"COMMIT", UP, forward=forward)
        with Client(proxy) as client:
            client.ask(b"INSERT")
            client.socket.sendall(b"COMMIT\n")
            assert is_cut(client)

    wait_until(lambda: ledger.told.count(b"COMMIT") == 1)
    assert ledger.told.count(b"INSERT") == 2


def test_a_lost_reply_leaves_the_work_done(proxy: CuttingProxy, ledger: Ledger) -> None:
    rule = proxy.cut_reply_to(b"COMMIT")

    with Client(proxy) as client:
        assert client.ask(b"INSERT") == b"OK INSERT\n"
        client.socket.sendall(b"COMMIT\n")
        assert is_cut(client)
    with Client(proxy) as client:
        assert client.ask(b"COMMIT") == b"OK COMMIT\n"

    assert ledger.told == [b"INSERT", b"COMMIT", b"COMMIT"]
    assert (rule.hits, proxy.cuts) == (1, 1)


def test_the_mark_of_a_postgresql_commit_is_its_whole_message() -> None:
    kind, length = struct.unpack("!cI", POSTGRES_COMMIT[:5])

    assert kind == b"Q"
    assert length == len(POSTGRES_COMMIT) - 1
    assert POSTGRES_COMMIT[5:] == b"COMMIT\x00"


def test_a_mark_is_found_across_chunks_and_sightings_can_be_skipped(proxy: CuttingProxy, ledger: Ledger) -> None:
    proxy.cut_when(b"COMMIT", UP, skip=1)

    with Client(proxy) as client:
        assert client.ask(b"COMMIT") == b"OK COMMIT\n"
        client.socket.sendall(b"COM")
        wait_until(lambda: proxy.links[0].passed[UP] == 10)
        client.socket.sendall(b"MIT\n")
        assert is_cut(client)


def test_a_predicate_decides_on_either_direction(proxy: CuttingProxy) -> None:
    proxy.cut_when(lambda seen: seen.endswith(b"three\n"), DOWN, forward=False)

    with Client(proxy) as client:
        assert client.ask(b"two") == b"OK two\n"
        client.socket.sendall(b"three\n")
        assert is_cut(client)


def test_chunks_are_held_back(proxy: CuttingProxy) -> None:
    proxy.slow(0.15)
    began = time.monotonic()

    with Client(proxy) as client:
        answer = client.ask(b"hello")

    assert answer == b"OK hello\n"
    assert time.monotonic() - began >= 0.15


def test_a_hanging_direction_is_silent_until_healed(proxy: CuttingProxy, ledger: Ledger) -> None:
    proxy.hang(DOWN)

    with Client(proxy) as client:
        client.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.ask(b"hello")
        proxy.heal()
        client.socket.settimeout(5)
        assert client.ask(b"again") == b"OK again\n"

    assert ledger.told == [b"hello", b"again"]


def test_connections_are_refused_so_many_times(proxy: CuttingProxy) -> None:
    proxy.refuse(2)

    for _ in range(2):
        with pytest.raises((ConnectionError, EOFError)):
            greet(proxy)
    with Client(proxy) as client:
        assert client.ask(b"hello") == b"OK hello\n"

    assert proxy.connections == 3


def test_all_links_are_cut_at_once(proxy: CuttingProxy) -> None:
    with Client(proxy) as one, Client(proxy) as other:
        one.ask(b"1")
        other.ask(b"2")

        assert proxy.cut_all() == 2
        assert is_cut(one)
        assert is_cut(other)


def test_a_dead_server_is_a_cut(ledger: Ledger, closed_port: int) -> None:
    with CuttingProxy(("127.0.0.1", closed_port)) as proxy, pytest.raises((ConnectionError, EOFError)):
        greet(proxy)


def test_a_client_that_is_done_sending_still_hears_the_rest(proxy: CuttingProxy) -> None:
    with Client(proxy) as client:
        client.socket.sendall(b"hello\n")
        client.socket.shutdown(socket.SHUT_WR)

        assert client.socket.recv(4096) == b"OK hello\n"
        assert client.socket.recv(4096) == b""


def test_it_stands_in_front_of_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "server"
    for ledger in run(UnixLedger(path)):
        with CuttingProxy(str(path)) as proxy, Client(proxy) as client:
            assert client.ask(b"hello") == b"OK hello\n"
        assert ledger.told == [b"hello"]


def test_it_comes_back_on_the_same_port(proxy: CuttingProxy) -> None:
    address = proxy.address

    proxy.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
    proxy.start()

    assert proxy.address == address
    with Client(proxy) as client:
        assert client.ask(b"hello") == b"OK hello\n"


def test_it_runs_as_a_process_and_is_steered_over_http(ledger: Ledger) -> None:
    host, port = ledger.server_address[:2]
    command = [sys.executable, "-m", "tests.standins.proxy", "--to", f"{host!s}:{port!s}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        steering = f"{facts['control']}/_standin"

        requests.post(f"{steering}/cut_reply_to", json={"mark": "COMMIT"}, timeout=5)
        with socket.create_connection((facts["host"], facts["port"]), timeout=5) as client:
            client.sendall(b"COMMIT\n")
            with pytest.raises(ConnectionResetError):
                client.recv(4096)
        state = requests.get(f"{steering}/state", timeout=5).json()
        process.terminate()

    assert (state["connections"], state["cuts"]) == (1, 1)
    assert ledger.told == [b"COMMIT"]
    assert process.returncode == 0

"""The hostile server really is: each trap works on a careless client."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import pytest
import requests

from tests.standins.application import wait_until
from tests.standins.hostile_http import HostileServer


@pytest.fixture
def hostile() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_careless_client_is_led_inside_and_that_is_counted(hostile: HostileServer, code: int) -> None:
    answer = requests.get(f"{hostile.url}/redirect?code={code}", timeout=5)

    assert answer.text == "the secret of the house"
    assert [request.path for request in hostile.inside] == ["/secret"]
    assert (hostile.connections, hostile.inside_connections) == (1, 1)


def test_a_careful_client_leaves_no_trace_inside(hostile: HostileServer) -> None:
    requests.get(f"{hostile.url}/redirect", allow_redirects=False, timeout=5)

    assert hostile.inside_connections == 0


def test_a_connection_inside_counts_without_a_request(hostile: HostileServer) -> None:
    host = urlsplit(hostile.secret_url)

    socket.create_connection((host.hostname, host.port), timeout=5).close()

    wait_until(lambda: hostile.inside_connections == 1)
    assert hostile.inside == []


def test_redirects_never_end(hostile: HostileServer) -> None:
    with pytest.raises(requests.TooManyRedirects):
        requests.get(f"{hostile.url}/loop", timeout=5)

    assert len(hostile.asked) == 31


def test_a_body_never_ends(hostile: HostileServer) -> None:
    with requests.get(f"{hostile.url}/endless", stream=True, timeout=5) as answer:
        got = sum(len(chunk) for chunk in islice(answer.iter_content(65536), 100))

    assert got > 5_000_000


def test_a_small_body_unpacks_to_a_big_one(hostile: HostileServer) -> None:
    with requests.get(f"{hostile.url}/bomb?mebibytes=20", stream=True, timeout=10) as answer:
        unpacked = sum(len(chunk) for chunk in answer.iter_content(65536))

    assert int(answer.headers["Content-Length"]) < 100_000
    assert unpacked == 20 * 1024 * 1024


def test_lengths_lie_both_ways(hostile: HostileServer) -> None:
    assert len(requests.get(f"{hostile.url}/liar", timeout=5).content) == 10
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{hostile.url}/short", timeout=5)


def test_a_trickle_outlives_a_time_out_between_bytes(hostile: HostileServer) -> None:
    with requests.get(f"{hostile.url}/trickle?seconds=0.05", stream=True, timeout=0.5) as answer:
        assert len(list(islice(answer.iter_content(1), 5))) == 5


def test_silence_is_not_broken(hostile: HostileServer) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{hostile.url}/silent", timeout=0.2)


def test_headers_never_end(hostile: HostileServer) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{hostile.url}/headers", timeout=5)


def test_types_lie_and_pictures_hold_scripts(hostile: HostileServer) -> None:
    html = requests.get(f"{hostile.url}/html", timeout=5)
    svg = requests.get(f"{hostile.url}/svg", timeout=5)

    assert (html.headers["Content-Type"], html.text[:9]) == ("image/png", "<!DOCTYPE")
    assert b"<script>" in svg.content


def test_addresses_inside_have_many_spellings(hostile: HostileServer) -> None:
    urls = hostile.inside_urls()

    assert len(urls) == len(set(urls)) > 10
    assert requests.get(urls[0], timeout=5).text == "the secret of the house"


def test_it_runs_as_a_process() -> None:
    command = [sys.executable, "-m", "tests.standins.hostile_http"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        pixel = requests.get(f"{facts['url']}/pixel", timeout=5)
        process.terminate()

    assert pixel.headers["Content-Type"] == "image/gif"
    assert process.returncode == 0

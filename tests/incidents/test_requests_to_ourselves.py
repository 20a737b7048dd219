"""Requests to ourselves (osTicket 1c6f98e6, FreeScout GHSA-22wf, Mattermost CVE-2026-2455): links in mails read the desk's own network.

Our rule: one function fetches what strangers name. Every address of a name is checked, whatever it is wrapped in, the checked one
is called, and each redirect is checked anew.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Unreachable
from channels.egress import Policy, RefusedError, download, is_public
from tests.channels.pictures_elsewhere import HOST, PICTURE, PNG, Names, own, url_on
from tests.channels.scripted_server import Answer, ScriptedServer


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
        ),
        *("192.0.0.1", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"),
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "gopher://example.org/",
            "file:///etc/passwd",
            "ftp://example.org/a",
            "data:image/png;base64,AAAA",
            "javascript:1",
        ),
        *("http://example.org/", "//example.org/a", "/a.png", "", "https://", "https:///a", "https://:443/a"),
        *("https://user@example.org/a", "https://user:secret@example.org/a", "https://example.org:22/a"),
        *("https://example.org:99999/", "https://example.org:abc/", "https://[::1/a", "https://exa\\mple.org/a"),
        "https://example.org/" + "a" * 5_000,
    ],
)
def test_an_address_that_is_not_allowed_is_refused_before_it_is_looked_up(url: str) -> None:
    names = Names("8.8.8.8")

    with pytest.raises(RefusedError):
        download(url, Policy(), resolve=names)
    assert names.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.nip.io", "localhost", "localhost.", "[::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "metadata.example", "printer.local"),
    ],
)
def test_a_name_that_leads_into_our_network_is_refused(host: str) -> None:
    with pytest.raises(RefusedError, match="private network"):
        download(f"https://{host}/a.png", Policy(), resolve=Names("127.0.0.1"))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_the_systems_resolver_reads_odd_spellings_and_they_are_refused(host: str) -> None:
    with pytest.raises(RefusedError, match="private network"):
        download(f"https://{host}/a.png", Policy())


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(RefusedError, match="private network"):
        download("https://example.org/a.png", Policy(), resolve=Names("8.8.8.8", "10.0.0.1"))


def test_a_name_is_looked_up_once_and_the_checked_address_is_called(web: ScriptedServer) -> None:
    web.answer = PICTURE
    names = Names("127.0.0.1")

    file = download(url_on(web), own(web), resolve=names)

    assert file.data == PNG
    assert names.asked == [HOST]
    assert web.asked[0].headers["Host"] == f"{HOST}:{web.port}"


def test_a_redirect_is_checked_like_the_first_address(web: ScriptedServer) -> None:
    web.answer = Answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})

    with pytest.raises(RefusedError):
        download(url_on(web), own(web, https_only=False), resolve=Names("127.0.0.1"))
    assert len(web.asked) == 1


def test_redirects_end(web: ScriptedServer) -> None:
    web.answer = Answer(302, b"", {"Location": "/again"})

    with pytest.raises(RefusedError, match="too often"):
        download(url_on(web), own(web, hops=3), resolve=Names("127.0.0.1"))
    assert len(web.asked) == 4


def test_credentials_go_to_their_host_only(web: ScriptedServer) -> None:
    with ScriptedServer() as other:
        web.answer = Answer(302, b"", {"Location": f"http://store.example.org:{other.port}/a"})
        other.answer = PICTURE
        hosts = frozenset({f"{HOST}:{web.port}", f"store.example.org:{other.port}"})

        download(
            url_on(web),
            Policy(own_hosts=hosts),
            authorization={f"{HOST}:{web.port}": "Bearer secret"},
            resolve=Names("127.0.0.1"),
        )

        assert web.asked[0].headers["Authorization"] == "Bearer secret"
        assert "Authorization" not in other.asked[0].headers


@pytest.mark.parametrize(
    ("netloc", "allowed"),
    [
        ("api.twilio.com", True),
        ("mms.twiliocdn.com", True),
        ("twiliocdn.com", False),
        ("eviltwiliocdn.com", False),
        ("api.twilio.com.evil.example", False),
    ],
)
def test_a_list_of_hosts_is_kept_to(netloc: str, allowed: bool) -> None:
    policy = Policy(hosts=frozenset({"api.twilio.com", ".twiliocdn.com"}))

    # a listed name gets as far as its address, which is private here
    with pytest.raises(RefusedError, match="private network" if allowed else "not fetched from"):
        download(f"https://{netloc}/a", policy, resolve=Names("10.0.0.1"))


@given(url=st.text(max_size=200) | st.text(max_size=100).map("https://{}".format))
def test_no_address_whatever_escapes_with_another_error(url: str) -> None:
    with pytest.raises(Unreachable):
        download(url, Policy(), resolve=Names("127.0.0.1"))

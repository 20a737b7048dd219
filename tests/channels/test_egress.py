"""Fetching from strangers' addresses without reaching our own network (reliability.md 2.3, T-16)."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import Unreachable
from channels.egress import Policy, RefusedError, download, host_of, is_public
from tests.channels.scripted_server import Answer, ScriptedServer

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50
PICTURE = Answer(200, PNG, {"Content-Type": "image/png"})
HOST = "pictures.example.org"


class Names:
    """A resolver that remembers whom it was asked for."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.addresses


def own(web: ScriptedServer, **more: object) -> Policy:
    return Policy(own_hosts=frozenset({f"{HOST}:{web.port}"}), **more)  # type: ignore[arg-type]


def url_on(web: ScriptedServer, path: str = "/a.png", scheme: str = "http") -> str:
    return f"{scheme}://{HOST}:{web.port}{path}"


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


@pytest.mark.parametrize("body", [b"<html><script>alert(1)</script>", b"%PDF-1.7", b"", b"GIF8"])
def test_only_pictures_come_where_only_pictures_are_allowed(web: ScriptedServer, body: bytes) -> None:
    web.answer = Answer(200, body, {"Content-Type": "image/png"})

    with pytest.raises(RefusedError, match="not a picture"):
        download(url_on(web), own(web, images_only=True), resolve=Names("127.0.0.1"))


def test_a_picture_that_claims_to_be_a_page_is_refused_too(web: ScriptedServer) -> None:
    web.answer = Answer(200, PNG, {"Content-Type": "text/html"})

    with pytest.raises(RefusedError, match="not a picture"):
        download(url_on(web), own(web, images_only=True), resolve=Names("127.0.0.1"))


def test_a_picture_comes(web: ScriptedServer) -> None:
    web.answer = PICTURE

    file = download(url_on(web), own(web, images_only=True), resolve=Names("127.0.0.1"))

    assert (file.content_type, file.declared_type) == ("image/png", "image/png")


@pytest.mark.parametrize("length", ["2000", ""])
def test_a_file_too_large_is_refused_whether_its_length_is_told_or_not(web: ScriptedServer, length: str) -> None:
    web.answer = Answer(200, b"x" * 2_000, {"Content-Length": length})

    with pytest.raises(RefusedError, match="larger than"):
        download(url_on(web), own(web, max_bytes=1_000), resolve=Names("127.0.0.1"))


def test_a_compressed_file_is_refused_because_it_could_be_a_bomb(web: ScriptedServer) -> None:
    web.answer = Answer(200, b"x", {"Content-Encoding": "gzip"})

    with pytest.raises(RefusedError, match="compressed"):
        download(url_on(web), own(web), resolve=Names("127.0.0.1"))


def test_a_file_that_breaks_off_is_not_taken_for_whole(web: ScriptedServer) -> None:
    web.answer = Answer(200, b"half", {"Content-Length": "1000"})

    with pytest.raises(Unreachable, match="did not come whole"):
        download(url_on(web), own(web), resolve=Names("127.0.0.1"))


@pytest.mark.parametrize("answer", [Answer(200, b"x" * 1_000, trickle=True), Answer(hang=True)])
def test_a_host_that_trickles_or_hangs_is_cut_off_in_time(web: ScriptedServer, answer: Answer) -> None:
    web.answer = answer
    started = datetime.now(UTC)

    with pytest.raises(Unreachable):
        download(url_on(web), own(web, seconds=0.3), resolve=Names("127.0.0.1"))
    assert datetime.now(UTC) - started < timedelta(seconds=4)


def test_nobody_there_is_unreachable(closed_port_url: str) -> None:
    policy = Policy(own_hosts=frozenset({host_of(closed_port_url)}))

    with pytest.raises(Unreachable):
        download(f"{closed_port_url}/a", policy)


def test_a_name_without_an_address_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        download("https://nobody.invalid/a", Policy(), resolve=Names())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the host of these tests, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def secure_web(certificate: Path) -> Iterator[ScriptedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedServer(context) as server:
        yield server


def test_the_certificate_is_checked_against_the_name_not_the_address(
    secure_web: ScriptedServer, certificate: Path
) -> None:
    secure_web.answer = PICTURE
    trusting = ssl.create_default_context(cafile=str(certificate))

    file = download(url_on(secure_web, scheme="https"), own(secure_web), resolve=Names("127.0.0.1"), tls=trusting)

    assert file.data == PNG


def test_a_certificate_for_another_name_is_refused(secure_web: ScriptedServer, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    other = f"other.example.org:{secure_web.port}"

    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        download(
            f"https://{other}/a",
            Policy(own_hosts=frozenset({other})),
            resolve=Names("127.0.0.1"),
            tls=trusting,
        )
    assert secure_web.asked == []


def test_a_certificate_nobody_vouches_for_is_refused(secure_web: ScriptedServer) -> None:
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        download(url_on(secure_web, scheme="https"), own(secure_web), resolve=Names("127.0.0.1"))


@given(url=st.text(max_size=200) | st.text(max_size=100).map("https://{}".format))
def test_no_address_whatever_escapes_with_another_error(url: str) -> None:
    with pytest.raises(Unreachable):
        download(url, Policy(), resolve=Names("127.0.0.1"))

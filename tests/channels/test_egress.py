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

from channels.channel import Unreachable
from channels.egress import Policy, RefusedError, download, host_of
from tests.channels.pictures_elsewhere import HOST, PICTURE, PNG, Names, own, url_on
from tests.channels.scripted_server import Answer, ScriptedServer


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

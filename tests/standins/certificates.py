"""Certificates for servers under test: good ones of a private authority, and bad ones."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KINDS = ("good", "expired", "wrong-host", "untrusted")


@dataclass(frozen=True)
class Certificate:
    """Files of one certificate; `authority` is what a client has to trust for a good one."""

    authority: Path
    certificate: Path
    key: Path


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def make_certificate(folder: Path, kind: str = "good") -> Certificate:
    """Write an authority and a certificate for 127.0.0.1 and localhost into a folder.

    `expired`: ended yesterday; `wrong-host`: for another name; `untrusted`: signed by an authority
    that is not the one written.
    """
    if kind not in KINDS:
        raise ValueError(f"no certificate {kind!r}; there are {', '.join(KINDS)}")
    now = datetime.now(UTC)
    made = Certificate(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    trusted, stranger = _authority("Trusted", now), _authority("Stranger", now)
    made.authority.write_bytes(trusted[1].public_bytes(serialization.Encoding.PEM))
    issuer_key, issuer = stranger if kind == "untrusted" else trusted

    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    ends = now - timedelta(days=1) if kind == "expired" else now + timedelta(days=1)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(_name("localhost"))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("mail.example.org")] if kind == "wrong-host" else names), False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
        .sign(issuer_key, hashes.SHA256())
    )
    made.certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    _write_key(made.key, key)
    return made


def _authority(name: str, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    return key, certificate

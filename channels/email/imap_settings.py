"""Where a mailbox is and how to sign in: the settings of an account, read and checked once."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_IDLE_SECONDS = 9 * 60  # servers may hang up after 30 minutes (RFC 2177), home routers do after 10


class Encryption(StrEnum):
    """How the connection is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignIn(StrEnum):
    """How the desk proves that the mailbox is its own."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    XOAUTH2 = "xoauth2"


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One mailbox; times in seconds: `timeout` bounds each answer of the server, `idle` and `poll` the waits."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    folder: str
    encryption: Encryption
    sign_in: SignIn
    ca_file: str
    timeout: float
    idle: float
    poll: float

    @property
    def place(self) -> str:
        """Host and port as a person writes them."""
        return f"{self.host}:{self.port}"


class SettingsError(ValueError):
    """Raised when a mailbox is described wrongly; the message names the setting and the remedy, never a secret."""


def read_settings(settings: Mapping[str, str]) -> ImapSettings:
    """Read a mailbox from `imap_url`, or from `imap_host` and its fellows, which win where both are given.

    Keys: `imap_url` (`imap[s]://user:password@host:port/FOLDER`, percent-encoded where needed), `imap_host`,
    `imap_port`, `imap_user`, `imap_password`, `imap_folder` (INBOX), `imap_tls` (`tls`, `starttls`, `none`),
    `imap_auth` (`password`, `xoauth2`), `imap_token`, `imap_ca_file`, `imap_timeout_seconds` (30),
    `imap_idle_seconds` (240, at most 540), `imap_poll_seconds` (20). Raises `SettingsError`.
    """
    url = _split(settings.get("imap_url", ""))
    host = settings.get("imap_host") or url.hostname or ""
    if not host:
        raise SettingsError("imap_host is missing: give the name of the mail server, such as imap.example.org.")
    sign_in = _choice(settings, "imap_auth", SignIn, SignIn.PASSWORD)
    encryption = _choice(settings, "imap_tls", Encryption, _usual_encryption(url, host))
    user = settings.get("imap_user") or unquote(url.username or "")
    password = settings.get("imap_password") or unquote(url.password or "")
    token = settings.get("imap_token", "")
    _check_secrets(sign_in, user, password, token)
    return ImapSettings(
        host=host,
        port=_port(settings, url, encryption),
        user=user,
        password=password,
        token=token,
        folder=settings.get("imap_folder") or unquote(url.path.lstrip("/")) or "INBOX",
        encryption=encryption,
        sign_in=sign_in,
        ca_file=settings.get("imap_ca_file", ""),
        timeout=_seconds(settings, "imap_timeout_seconds", 30, at_most=600),
        idle=_seconds(settings, "imap_idle_seconds", 240, at_most=LONGEST_IDLE_SECONDS),
        poll=_seconds(settings, "imap_poll_seconds", 20, at_most=3600),
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here because a bad port raises when read
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if url and (parts.scheme not in {"imap", "imaps"} or not parts.hostname):
        raise SettingsError("imap_url cannot be read: write it as imaps://user:password@host:993/INBOX.")
    return parts


def _usual_encryption(url: SplitResult, host: str) -> Encryption:
    """Choose TLS, except for `imap://`: STARTTLS, or nothing where the mail never leaves this machine."""
    if url.scheme != "imap":
        return Encryption.TLS
    return Encryption.NONE if _is_loopback(host) else Encryption.STARTTLS


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _choice(settings: Mapping[str, str], key: str, choices: type[Choice], otherwise: Choice) -> Choice:
    text = settings.get(key, "")
    try:
        return choices(text.lower()) if text else otherwise
    except ValueError:
        raise SettingsError(f"{key} is {text!r}: choose one of {', '.join(choices)}.") from None


def _port(settings: Mapping[str, str], url: SplitResult, encryption: Encryption) -> int:
    text = settings.get("imap_port", "")
    if not text:
        return url.port or (993 if encryption is Encryption.TLS else 143)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"imap_port is {text!r}: give a number from 1 to 65535, usually 993.")
    return int(text)


def _seconds(settings: Mapping[str, str], key: str, otherwise: float, *, at_most: float) -> float:
    text = settings.get(key, "")
    try:
        seconds = float(text) if text else otherwise
    except ValueError:
        seconds = 0
    if not 0 < seconds <= at_most:
        raise SettingsError(f"{key} is {text!r}: give a number of seconds above 0 and up to {at_most:g}.")
    return seconds


def _check_secrets(sign_in: SignIn, user: str, password: str, token: str) -> None:
    secret_key, secret = ("imap_token", token) if sign_in is SignIn.XOAUTH2 else ("imap_password", password)
    for key, value in (("imap_user", user), (secret_key, secret)):
        if not value:
            raise SettingsError(f"{key} is missing: the mail server asks for it.")
        # A line break would end the command (RFC 9051 section 9), NUL a field of PLAIN (RFC 4616), \1 one of XOAUTH2
        if any(character in value for character in "\r\n\0\1"):
            raise SettingsError(f"{key} contains a line break or another control character: paste it again without.")

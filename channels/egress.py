"""Fetching a file from an address somebody else chose, without being led to our own network (SSRF).

Each name is resolved once, every address it has must be public, and the connection goes to exactly the address that was
checked; each redirect is checked again from the start.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

from channels.channel import Unreachable
from channels.sniff import sniff

IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
CONNECT_SECONDS = 5.0
_PORTS = {"https": 443, "http": 80}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FINAL = frozenset({400, 401, 403, 410, 451})
_PLAIN_URL = re.compile(r"[\x21-\x7e]{1,4000}")
_NETWORKS_OF_NOBODY = tuple(
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "64:ff9b::/96")
)
_CHUNK = 65_536
_FILE_NAME = re.compile(r'filename="?([^";]{1,200})', re.IGNORECASE)

Resolver = Callable[[str, int], list[str]]


class RefusedError(Unreachable):
    """Raised for an address or a file that is not allowed: asking again will not help."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be fetched. Hosts are written as in a URL, with the port where it is not the scheme's own.

    `hosts`: the only hosts allowed, `.example.org` meaning all below it; None allows every public one.
    `own_hosts`: hosts an operator configured, which may be private and without TLS.
    `seconds`: for the whole download with its redirects.
    """

    hosts: frozenset[str] | None = None
    own_hosts: frozenset[str] = frozenset()
    https_only: bool = True
    images_only: bool = False
    max_bytes: int = 5_000_000
    seconds: float = 20.0
    hops: int = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said to something delivered: its status, and its wish when to be asked again."""

    status: int
    retry_after: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it came; `content_type` is by its bytes, `declared_type` and `name` are the server's word."""

    url: str
    content_type: str
    declared_type: str
    name: str
    data: bytes


def download(
    url: str,
    policy: Policy,
    *,
    authorization: Mapping[str, str] | None = None,
    resolve: Resolver | None = None,
    tls: ssl.SSLContext | None = None,
) -> Download:
    """Fetch a file by GET; raises `RefusedError` for what is not allowed and `Unreachable` for what went wrong.

    `authorization` are the header's values by host: a redirect to another host does not take them along.
    """
    deadline = _Deadline(policy.seconds)
    try:
        for _ in range(policy.hops + 1):
            target = _Target.read(url, policy)
            addresses = _public_addresses(target, policy, resolve or system_addresses)
            answer = _Exchange(target, addresses, tls, deadline).get((authorization or {}).get(target.netloc, ""))
            with answer:
                moved_to = answer.location()
                if not moved_to:
                    return answer.read(policy)
            url = urljoin(url, moved_to)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"The file could not be fetched ({type(error).__name__}).") from error
    finally:
        deadline.cancel()
    raise RefusedError("The file's address is redirected too often.")


def deliver(
    url: str,
    body: bytes,
    policy: Policy,
    *,
    headers: Mapping[str, str],
    resolve: Resolver | None = None,
    tls: ssl.SSLContext | None = None,
) -> Answered:
    """Post bytes to an address somebody else chose, as `download` fetches; a redirect is an answer and is not followed.

    Raises `RefusedError` for what is not allowed and `Unreachable` for what went wrong.
    """
    deadline = _Deadline(policy.seconds)
    try:
        target = _Target.read(url, policy)
        addresses = _public_addresses(target, policy, resolve or system_addresses)
        with _Exchange(target, addresses, tls, deadline).post(body, headers) as answer:
            return answer.status()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"It could not be reached ({type(error).__name__}).") from error
    finally:
        deadline.cancel()


def check_address(url: str, policy: Policy) -> None:
    """Raise `RefusedError` for an address that could never be called: asks nobody, so that a name may still lead inwards."""
    target = _Target.read(url, policy)
    host = target.host.lower()
    own = target.netloc in policy.own_hosts
    if not own and (host == "localhost" or host.endswith((".localhost", ".local", ".internal"))):
        raise RefusedError("The address leads into a private network.")
    try:
        private = not is_public(host)
    except ValueError:  # a name, not an address
        last = host.rpartition(".")[2]
        private = last.isdigit() or last.startswith("0x")  # 2130706433 and 127.0x1 are read as addresses by some
    if private and not own:
        raise RefusedError("The address leads into a private network.")


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet, whatever it is wrapped in (IPv4 in IPv6)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return ip.ipv4_mapped is not None and is_public(str(inner))
        if ip.is_site_local:
            return False
    if any(ip.version == network.version and ip in network for network in _NETWORKS_OF_NOBODY):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def host_of(url: str) -> str:
    """Return the host of a URL in lower case, with the port where it is not the scheme's own; raises `ValueError`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port is None or port == _PORTS.get(parts.scheme) else f"{host}:{port}"


def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses the system's resolver has for a name; raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass(frozen=True, slots=True)
class _Target:
    """A URL that passed the checks which need no network."""

    url: str
    scheme: str
    host: str
    port: int
    netloc: str
    path: str

    @classmethod
    def read(cls, url: str, policy: Policy) -> _Target:
        url = quote(url.strip(), safe="%/:?#[]@!$&'()*+,;=-._~|{}\"<>^`\\")
        try:
            parts = urlsplit(url)
            netloc, port = host_of(url), parts.port
        except ValueError:
            raise RefusedError("The file's address cannot be read.") from None
        own = netloc in policy.own_hosts
        schemes = {"https"} if policy.https_only and not own else {"https", "http"}
        if not _PLAIN_URL.fullmatch(url) or "\\" in url or not parts.hostname:
            raise RefusedError("The file's address cannot be read.")
        if parts.scheme not in schemes:
            raise RefusedError("The file's address must begin with https.")
        if parts.username is not None or parts.password is not None:
            raise RefusedError("The file's address must not contain a name or password.")
        if not own and port not in {None, *_PORTS.values()}:
            raise RefusedError("The file's address names an unusual port.")
        if not own and policy.hosts is not None and not _is_listed(netloc, policy.hosts):
            raise RefusedError(f"Files are not fetched from {netloc[:80]}.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(url, parts.scheme, parts.hostname.rstrip("."), port or _PORTS[parts.scheme], netloc, path)


def _is_listed(netloc: str, hosts: frozenset[str]) -> bool:
    return any(netloc == host or (host.startswith(".") and netloc.endswith(host)) for host in hosts)


def _public_addresses(target: _Target, policy: Policy, resolve: Resolver) -> list[str]:
    addresses = resolve(target.host, target.port)
    if not addresses:
        raise Unreachable("The file's host has no address.")
    if target.netloc not in policy.own_hosts and not all(is_public(address) for address in addresses):
        raise RefusedError("The file's address leads into a private network.")
    return addresses


class _Deadline:
    """Cuts the connection in hand when the time for the whole download is over, however slowly bytes trickle."""

    def __init__(self, seconds: float) -> None:
        self.passed = threading.Event()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def guard(self, connection: socket.socket) -> None:
        """Name the connection to cut."""
        self._socket = connection
        if self.passed.is_set():
            self._cut()

    def cancel(self) -> None:
        """Leave the connection alone from now on."""
        self._timer.cancel()
        self._socket = None

    def _cut(self) -> None:
        self.passed.set()
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):  # closed already
                socket.socket.shutdown(held, socket.SHUT_RDWR)


class _Exchange:
    """One request to one checked address."""

    def __init__(self, target: _Target, addresses: list[str], tls: ssl.SSLContext | None, deadline: _Deadline) -> None:
        self._target, self._deadline = target, deadline
        self._connection = http.client.HTTPConnection(target.host, target.port)
        self._connection.sock = self._connect(addresses, tls)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answer.close()
        self._connection.close()

    def _connect(self, addresses: list[str], tls: ssl.SSLContext | None) -> socket.socket:
        plain = _connect_to_any(addresses, self._target.port)
        self._deadline.guard(plain)
        if self._target.scheme == "http":
            return plain
        context = tls or ssl.create_default_context()
        secure = context.wrap_socket(plain, server_hostname=self._target.host, do_handshake_on_connect=False)
        try:
            self._deadline.guard(secure)
            secure.do_handshake()
        except OSError:
            secure.close()
            raise
        return secure

    def get(self, authorization: str) -> _Exchange:
        """Send the request and read the answer's head."""
        headers = {"Host": self._target.netloc, "Accept-Encoding": "identity", "Connection": "close"}
        if authorization:
            headers["Authorization"] = authorization
        return self._ask("GET", headers)

    def post(self, body: bytes, more: Mapping[str, str]) -> _Exchange:
        """Send bytes and read the answer's head."""
        headers = {"Host": self._target.netloc, "Accept-Encoding": "identity", "Connection": "close", **more}
        return self._ask("POST", headers, body)

    def _ask(self, method: str, headers: Mapping[str, str], body: bytes | None = None) -> _Exchange:
        try:
            self._connection.request(method, self._target.path, body=body, headers=dict(headers))
            self._answer = self._connection.getresponse()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return self

    def status(self) -> Answered:
        """Return what the server said of something delivered; its body is nothing to us."""
        return Answered(self._answer.status, self._answer.getheader("Retry-After") or "")

    def location(self) -> str:
        """Return where a redirect points to, or nothing."""
        return (self._answer.getheader("Location") or "") if self._answer.status in _REDIRECTS else ""

    def read(self, policy: Policy) -> Download:
        """Read the file within the policy's limits."""
        answer = self._answer
        if answer.status != 200:
            kind = RefusedError if answer.status in _FINAL else Unreachable
            raise kind(f"The file's host answered {answer.status}.")
        if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise RefusedError("The file came compressed, which was not asked for.")
        data = self._read_body(policy)
        declared = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()[:100]
        found = sniff(data)
        if policy.images_only and not {declared, found} <= IMAGE_TYPES:
            raise RefusedError("The file is not a picture.")
        return Download(self._target.url, found, declared, _file_name(answer), data)

    def _read_body(self, policy: Policy) -> bytes:
        too_big = RefusedError(f"The file is larger than {policy.max_bytes // 1_000_000} MB.")
        if (self._answer.length or 0) > policy.max_bytes:
            raise too_big
        chunks, size = [], 0
        while chunk := self._answer.read(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > policy.max_bytes:
                raise too_big
        if self._deadline.passed.is_set() or self._answer.length:
            raise Unreachable("The file did not come whole in time.")
        return b"".join(chunks)


def _connect_to_any(addresses: list[str], port: int) -> socket.socket:
    for number, address in enumerate(addresses, start=1):
        try:
            return socket.create_connection((address, port), CONNECT_SECONDS)
        except OSError:
            if number == len(addresses):
                raise
    raise Unreachable("The file's host has no address.")


def _file_name(answer: http.client.HTTPResponse) -> str:
    found = _FILE_NAME.search(answer.getheader("Content-Disposition") or "")
    return found[1].strip() if found else ""

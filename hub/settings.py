"""Settings: one frozen dataclass read once from the environment; every mistake is reported at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hub.errors import Misconfigured
from hub.logs import LEVELS

SHORTEST_SECRET = 32
KNOWN_DEFAULTS = frozenset({"secret", "changeme", "change-me", "dev", "development", "frontdesk", "default"})
MAXIMUM_BYTES = 50 * 1024 * 1024
MOST_PROXIES = 9
MOST_WEB_PROCESSES = 99
MEMORY = 1024
LEAST_MEMORY = 256
ENCODERS = ("wordllama", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process was told: folders, servers and keys. Companies' own configuration lives in the database."""

    home: Path = Path(".hub")
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    previous_secret_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    attachments: str = ""
    demo: bool = False
    outside: str = "console"
    debug: bool = False
    smtp_listen: str = ""
    imap_urls: tuple[str, ...] = ()
    smtp_url: str = ""
    email_address: str = ""
    email_authserv_id: str = ""
    twilio: Mapping[str, str] = field(default_factory=dict)
    slack: Mapping[str, str] = field(default_factory=dict)
    port: int = 8000
    proxies: int = 0
    memory: int = MEMORY
    encoder: str = ""
    webhook_hosts: tuple[str, ...] = ()
    crash_at: str = ""

    @property
    def practice(self) -> bool:
        """Whether nothing leaves this machine."""
        return self.outside == "console"

    @property
    def secure(self) -> bool:
        """Whether people reach the desk by https."""
        return self.base_url.startswith("https://")

    @property
    def attachments_place(self) -> str:
        """Where files are kept: a folder, or `s3://bucket/prefix`."""
        return self.attachments or str(self.home / "attachments")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read every setting from an environment; raises `Misconfigured` with all mistakes in words."""
    problems: list[str] = []
    home = Path(environ.get("HUB_HOME") or ".hub").absolute()
    demo = _flag(environ, "HUB_DEMO", problems)
    debug = _flag(environ, "HUB_DEBUG", problems)
    port = _port(environ, problems)
    outside = environ.get("HUB_OUTSIDE") or "console"
    if outside not in {"console", "real"}:
        problems.append(f"HUB_OUTSIDE is {outside!r}: set it to 'console' (nothing leaves this machine) or 'real'.")
    base_url = (environ.get("HUB_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in {"http", "https"} or not urlsplit(base_url).hostname:
        problems.append(f"HUB_BASE_URL is {base_url!r}: give the address people use, such as https://desk.example.org.")
    _check_server(environ, "HUB_DATABASE_URL", ("postgresql", "postgres", "postgresql+psycopg"), problems)
    _check_server(environ, "HUB_REDIS_URL", ("redis", "rediss", "unix"), problems)
    _check_server(environ, "HUB_SMTP_URL", ("smtp", "smtps"), problems)
    imap_urls = tuple((environ.get("HUB_IMAP_URL") or "").split())
    for number, url in enumerate(imap_urls, start=1):
        if urlsplit(url).scheme not in {"imap", "imaps"} or not urlsplit(url).hostname:
            problems.append(f"HUB_IMAP_URL, mailbox {number}: write it as imaps://user:password@host:993/INBOX.")
    secret_key = environ.get("HUB_SECRET_KEY") or kept_secret(home)
    if not demo and (len(secret_key) < SHORTEST_SECRET or secret_key.lower() in KNOWN_DEFAULTS):
        problems.append(
            f"HUB_SECRET_KEY is shorter than {SHORTEST_SECRET} characters or a well-known word: "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    if debug and not demo:
        problems.append("HUB_DEBUG is on: debug pages show secrets to strangers. Unset it, or set HUB_DEMO=1.")
    proxies = _proxies(environ, problems)
    memory = _memory(environ, problems)
    _check_words(environ, problems)
    if problems:
        raise Misconfigured(problems)
    return Settings(
        home=home,
        database_url=_database_url(environ.get("HUB_DATABASE_URL") or ""),
        redis_url=environ.get("HUB_REDIS_URL") or "",
        secret_key=secret_key,
        previous_secret_key=environ.get("HUB_SECRET_KEY_PREVIOUS") or "",
        base_url=base_url,
        attachments=environ.get("HUB_ATTACHMENTS") or "",
        demo=demo,
        outside=outside,
        debug=debug,
        smtp_listen=environ.get("HUB_SMTP_LISTEN") or "",
        imap_urls=imap_urls,
        smtp_url=environ.get("HUB_SMTP_URL") or "",
        email_address=environ.get("HUB_EMAIL_ADDRESS") or "",
        email_authserv_id=environ.get("HUB_EMAIL_AUTHSERV_ID") or "",
        twilio=_group(environ, "TWILIO_"),
        slack=_group(environ, "SLACK_"),
        port=port,
        proxies=proxies,
        memory=memory,
        encoder=environ.get("HUB_ENCODER") or "",
        webhook_hosts=tuple((environ.get("HUB_WEBHOOK_HOSTS") or "").lower().split()),
        crash_at=environ.get("HUB_CRASH_AT") or "",
    )


def kept_secret(home: Path) -> str:
    """Return the key kept in `HUB_HOME`, making it once with mode 0600."""
    path = home / "secret_key"
    home.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as new:
            path.chmod(0o600)
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def _flag(environ: Mapping[str, str], name: str, problems: list[str]) -> bool:
    value = (environ.get(name) or "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        problems.append(f"{name} is {value!r}: set it to 1 or 0.")
    return value in {"1", "true", "yes"}


def _port(environ: Mapping[str, str], problems: list[str]) -> int:
    value = environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65536:
        problems.append(f"PORT is {value!r}: give a number from 1 to 65535.")
        return 8000
    return int(value)


def _proxies(environ: Mapping[str, str], problems: list[str]) -> int:
    """Read how many servers of ours stand before the desk: only what they say of a visitor's address is believed."""
    value = environ.get("HUB_PROXIES") or "0"
    if not value.isdecimal() or int(value) > MOST_PROXIES:
        problems.append(f"HUB_PROXIES is {value!r}: give the number of proxies before the desk, mostly 0 or 1.")
        return 0
    return int(value)


def _memory(environ: Mapping[str, str], problems: list[str]) -> int:
    """Read how many megabytes one process may have before it ends and starts again; 0 is no limit."""
    value = environ.get("HUB_MEMORY") or str(MEMORY)
    if not value.isdecimal() or 0 < int(value) < LEAST_MEMORY:
        problems.append(
            f"HUB_MEMORY is {value!r}: give the megabytes a process may have, at least {LEAST_MEMORY}, or 0 for no limit."
        )
        return MEMORY
    return int(value)


def smtp_place(where: str) -> tuple[str, int]:
    """Return host and port of where mail is taken; raises `Misconfigured`."""
    host, _, port = where.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise Misconfigured([f"HUB_SMTP_LISTEN is {where!r}: write it as 127.0.0.1:2525."])
    return host, int(port)


def _check_words(environ: Mapping[str, str], problems: list[str]) -> None:
    """Check what others read later, by themselves: a process that is started must not stumble over it."""
    level = environ.get("HUB_LOG") or "WARNING"
    if level.upper() not in LEVELS:
        problems.append(f"HUB_LOG is {level!r}: set it to one of {', '.join(LEVELS)}.")
    web = environ.get("WEB_CONCURRENCY") or "2"
    if not web.isdecimal() or not 0 < int(web) <= MOST_WEB_PROCESSES:
        problems.append(
            f"WEB_CONCURRENCY is {web!r}: give the number of web processes, from 1 to {MOST_WEB_PROCESSES}, mostly 2."
        )
    encoder = environ.get("HUB_ENCODER") or ""
    if encoder and encoder not in ENCODERS:
        problems.append(
            f"HUB_ENCODER is {encoder!r}: set it to one of {', '.join(ENCODERS)}, or unset it for the best installed."
        )
    try:
        smtp_place(environ.get("HUB_SMTP_LISTEN") or "127.0.0.1:2525")
    except Misconfigured as error:
        problems.extend(error.problems)
    named = re.split(r"[\s,;]+", (environ.get("TWILIO_COUNTRIES") or "").strip())
    unknown = [each for each in named if each and not _is_country(each)]
    if unknown:
        problems.append(
            f"TWILIO_COUNTRIES names {', '.join(map(repr, unknown))}: "
            "write countries as two letters with spaces between, such as DE AT CH (the United Kingdom is GB)."
        )


def _is_country(letters: str) -> bool:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - only who names countries pays for it

    return letters.upper() in SUPPORTED_REGIONS


def _check_server(environ: Mapping[str, str], name: str, schemes: tuple[str, ...], problems: list[str]) -> None:
    value = environ.get(name)
    if value and urlsplit(value).scheme not in schemes:
        problems.append(f"{name} begins with {urlsplit(value).scheme!r}: it must be one of {', '.join(schemes)}.")


def _database_url(url: str) -> str:
    """Name the driver: SQLAlchemy would otherwise ask for psycopg2."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in {"postgres", "postgresql"} else url


def _group(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix).lower(): value for name, value in environ.items() if name.startswith(prefix) and value
    }

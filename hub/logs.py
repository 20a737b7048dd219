"""What processes say of themselves: readable by whoever runs the desk, without what lets in or tells who somebody is."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN = "[hidden]"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
Change = str | Callable[[re.Match[str]], str]
HIDES: tuple[tuple[re.Pattern[str], Change], ...] = (
    (
        re.compile(r"\b((?:set-)?cookie|(?:proxy-)?authorization)(['\"]?\s*[:=,]\s*)[^\n]+", re.IGNORECASE),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(fd_|xox[a-z]-|xapp-)[\w-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(/(?:login/link|setup)/)[\w%~.-]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(://[^\s:/@]{0,200}:)[^\s/@]{1,500}@"), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"\b([\w-]{0,40}(?:password|passwd|secret(?:_?key)?|token|api_?key|signature|csrf))(['\"]?\s*[=:]\s*['\"]?)[^\s'\",;&})]{4,}",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"\+[a-z0-9.]{20,90}@"), f"+{HIDDEN}@"),
    (re.compile(r"\b([\w.%-])[\w.%-]{0,63}((?:\+\[hidden\])?@[\w-]{1,63}(?:\.[\w-]{1,63})+)"), r"\1…\2"),
    (re.compile(r"(?<![\w.:-])(\+[1-9]\d{0,2})[ ()./-]{0,2}\d(?:[ ()./-]?\d){4,11}(?=\d\d(?!\d))"), r"\1…"),
)


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes out tokens, passwords and cookies; of addresses it leaves a part."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole entry."""
        return discreet(super().format(record))


def discreet(text: str) -> str:
    """Return a text without secrets, mail addresses and phone numbers cut to what still tells one from another."""
    for pattern, instead in HIDES:
        text = pattern.sub(instead, text)
    return text


def set_up_logging(environ: Mapping[str, str]) -> None:
    """Say on standard error what `HUB_LOG` asks for; a server's own entries are as discreet as ours.

    A level there is none of is a mistake for `read_settings` to tell with the others; until then it is the default.
    """
    asked = (environ.get("HUB_LOG") or "WARNING").upper()
    formatter = DiscreetFormatter(FORMAT)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=asked if asked in LEVELS else "WARNING", handlers=[handler])
    for each in logging.getLogger("gunicorn.error").handlers:
        each.setFormatter(formatter)

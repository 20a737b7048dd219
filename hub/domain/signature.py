"""Under which name a company's mail is sent, and what stands above and below its words."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.domain.placeholder import PLACEHOLDER, fill, open_placeholders

KNOWN = ("agent", "company")
KNOWN_ABOVE = ("name", "company")
LANGUAGES = ("en", "de", "es", "fr", "pl", "tr", "uk", "ar")  # in which a company may greet and sign
FALLBACK = "en"
MARK = "-- "  # the line above a signature, by which mail programs know it (RFC 3676, 4.3)

LONGEST_GREETING = 80
UNFILLED = re.compile(rf"\s*{PLACEHOLDER.pattern}")
HELLO = re.compile(
    r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?"
    r"|moin|servus|hola|buenos|buenas|estimad[oa]s?|querid[oa]s?|bonjour|bonsoir|ch[eè]re?s?|madame|monsieur|dzień dobry"
    r"|cześć|szanown[yaie]+|merhaba|sayın|sevgili|selam|iyi (?:günler|akşamlar)|günaydın|вітаю|добр(?:ий|ого)|шановн[аеийі]+"
    r"|مرحبا|السلام|عزيز)(?!\w)",
    re.IGNORECASE,
)


def sender_name(sends_as: str, *, company: str, agent: str = "") -> str:
    """Return the name a mail is sent under: the company's own where nothing else is set, or no agent has written it."""
    name = fill(sends_as, {"agent": agent, "company": company})
    return company if not name or open_placeholders(name) else name


def signature_of(signature: str, *, company: str, agent: str = "") -> str:
    """Return a signature with its placeholders filled in, without the lines for which nothing is known."""
    lines = fill(signature, {"agent": agent, "company": company}).splitlines()
    return "\n".join(line for line in lines if not open_placeholders(line)).strip()


def sign(text: str, signature: str) -> str:
    """Return a text with a signature below it, as it is where that stands in it already."""
    return f"{text}\n\n{MARK}\n{signature}" if signature and signature not in text else text


def greeting_of(greeting: str, *, company: str, name: str = "") -> str:
    """Return a greeting with its placeholders filled in; somebody whose name is not known is greeted without one."""
    filled = fill(greeting, {"name": name, "company": company})
    return UNFILLED.sub("", filled).strip()


def greet(text: str, greeting: str, *, name: str = "") -> str:
    """Return a text with a greeting above it, as it is where it greets by itself."""
    return text if not greeting or greets(text, greeting, name=name) else f"{greeting}\n\n{text}"


def greets(text: str, greeting: str = "", *, name: str = "") -> bool:
    """Tell whether a text begins by greeting: with a word of it, the greeting itself, or a line with the name that ends in a comma."""
    first = text.lstrip().split("\n", maxsplit=1)[0].strip()
    if (greeting and text.lstrip().startswith(greeting)) or HELLO.match(first):
        return True
    called = [part for part in name.casefold().split() if part in first.casefold()]
    return bool(called) and len(first) <= LONGEST_GREETING and first.endswith((",", ":", "!", "،"))


def short_language(*wanted: str) -> str:
    """Return the two letters of the first language that is known of several, English where none is."""
    return next((each[:2].lower() for each in wanted if each), FALLBACK)


def is_due(last_signed_at: datetime | None, now: datetime, zone: str) -> bool:
    """Tell whether the next mail is signed: the first one of a day, as the company counts days."""
    if last_signed_at is None:
        return True
    return last_signed_at.astimezone(ZoneInfo(zone)).date() != now.astimezone(ZoneInfo(zone)).date()

"""Email addresses and phone numbers in one canonical form, read with suspicion, shown without surprises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import getaddresses

import idna
import phonenumbers

from channels.message import Address, IdentityKind

MAX_NAME = 200
MAX_ADDRESSES = 1_000
LOCAL_PART_OCTETS = 64  # RFC 5321 4.5.3.1.1
DOMAIN_OCTETS = 255  # RFC 5321 4.5.3.1.2

# C0, DEL, C1, line and paragraph separators, bidirectional and invisible format characters, lone surrogates, BOM
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_ATOM = r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\".]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"')
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_LITERAL = re.compile(r"\[[0-9a-fA-F.:]+\]|\[IPv6:[0-9a-fA-F.:]+\]", re.IGNORECASE)
_LOOKS_LIKE_EMAIL = re.compile(r"[^\s<>()\[\]\",;:@]{1,300}@[^\s<>()\[\]\",;:@]{1,300}")
_LOOKS_LIKE_PHONE = re.compile(r"\+?\d[\d ()./-]{5,18}\d")


class AddressError(ValueError):
    """Raised when a text is no address; the message is a sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class AddressList:
    """Addresses read from header fields; `certain` only when two parsers agree and nothing was repaired."""

    addresses: tuple[Address, ...]
    certain: bool


def canonical_email(text: str) -> str:
    """Return the one spelling of an email address: lower case, the domain as IDNA 2008 A-labels.

    Raises `AddressError`. A quoted local part keeps its quotes, an address literal its brackets (RFC 5321 4.1.2).
    """
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    if not at or not local or not domain:
        raise AddressError("Email address: write it like name@example.org.")
    if not (_DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)):
        raise AddressError("Email address: the part before @ has a character that is not allowed there.")
    return f"{local.lower()}@{_canonical_domain(domain)}"


def _canonical_domain(domain: str) -> str:
    if _LITERAL.fullmatch(domain):
        return domain.lower()
    host = domain.rstrip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise AddressError(f"Email address: {clean_line(domain)} is no domain name.") from None
    if not _HOST.fullmatch(host):
        raise AddressError("Email address: the part after @ must be a domain name like example.org.")
    return host


def canonical_phone(text: str, region: str = "US") -> str:
    """Return a phone number as E.164 (`+12025550123`).

    Numbers without a country code are read as of `region` (ISO 3166). Raises `AddressError`.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise AddressError("Phone number: write it with its country code, like +1 202 555 0123.") from None
    if not phonenumbers.is_possible_number(number):
        raise AddressError("Phone number: it has too many or too few digits; write it like +1 202 555 0123.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(text: str, name: str = "") -> Address:
    """Return an email `Address` in canonical form; raises `AddressError`."""
    return Address(IdentityKind.EMAIL, canonical_email(text), clean_name(name))


def phone_address(text: str, region: str = "US", name: str = "") -> Address:
    """Return a phone `Address` in canonical form; raises `AddressError`."""
    return Address(IdentityKind.PHONE, canonical_phone(text, region), clean_name(name))


def clean_line(text: str) -> str:
    """Return a text as one harmless line: no control, bidirectional or invisible character, no lone surrogate."""
    harmless = text.isascii() and text.isprintable()
    return " ".join((text if harmless else _UNSAFE.sub(" ", text)).split())


def clean_name(text: str) -> str:
    """Return a display name that cannot break a header, a log line or the reading direction; at most 200 characters."""
    if text.isascii() and text.isprintable():
        return clean_line(text)[:MAX_NAME].strip()
    return clean_line(_UNSAFE.sub("", text.replace("\r", " ").replace("\n", " ").replace("\t", " ")))[:MAX_NAME].strip()


def redact(text: str) -> str:
    """Return a text for the log: each email address as `m***@example.org`, each phone number by its last two digits."""
    hidden = _LOOKS_LIKE_EMAIL.sub(lambda found: f"{found[0][0]}***@{found[0].partition('@')[2]}", clean_line(text))
    return _LOOKS_LIKE_PHONE.sub(_hide_digits, hidden)


def _hide_digits(found: re.Match[str]) -> str:
    return f"***{found[0][-2:]}" if sum(char.isdigit() for char in found[0]) >= 7 else found[0]


def misleading_name(address: Address) -> str:
    """Return the other address that a display name pretends to be, or nothing."""
    for found in _LOOKS_LIKE_EMAIL.findall(address.name):
        if found.lower().strip("'.") != address.value:
            return str(found)
    return ""


def undeliverable_reason(value: str) -> str:
    """Return why mail cannot be sent to a stored address, as a sentence, or nothing.

    Inbound mail keeps addresses that no server would take (RFC 5321 4.5.3.1, address literals); replies refuse them.
    """
    local, _, domain = value.rpartition("@")
    if not local or not domain:
        return "Recipient: it is no email address."
    if domain.startswith("["):
        return "Recipient: mail is not sent to an IP address; use an address with a domain name."
    if len(local.encode()) > LOCAL_PART_OCTETS or len(domain) > DOMAIN_OCTETS:
        return "Recipient: the address is longer than mail servers allow (64 before @, 255 after)."
    if not value.isascii():
        return "Recipient: the part before @ has characters that most mail servers refuse; ask for another address."
    try:
        canonical_email(value)
    except AddressError as error:
        return str(error).replace("Email address", "Recipient", 1)
    return ""


def parse_addresses(fields: Iterable[str], decode_name: Callable[[str], str] = str) -> AddressList:
    """Read address fields (RFC 5322 3.4), groups included, with two parsers that must agree (CVE-2023-27043).

    `decode_name` turns a raw display name into text (RFC 2047). What cannot be read is repaired as far as it goes and
    makes the list not `certain`; at most 1,000 addresses are kept.
    """
    addresses: list[Address] = []
    certain = True
    for field in fields:
        if plain := _PLAIN_MAILBOX.fullmatch(field):
            addresses.append(_plain_address(plain, decode_name))
            continue
        reader = _Reader(field)
        specs = set()
        for name, spec in reader.mailboxes():
            specs.add(spec.lower())
            try:
                value = canonical_email(spec)
            except AddressError:
                certain = False
                continue
            addresses.append(Address(IdentityKind.EMAIL, value, clean_name(decode_name(name))))
        certain = certain and not reader.repaired and _second_opinion(field) == specs
    if len(addresses) > MAX_ADDRESSES:
        addresses, certain = addresses[:MAX_ADDRESSES], False
    return AddressList(tuple(addresses), certain)


# Anna Berg <anna@example.org>, "Berg, Anna" <anna@example.org>, anna@example.org: nothing in which two parsers could differ
_PLAIN_MAILBOX = re.compile(
    r"""\s*(?:(?:(?P<name>\w[\w '=?+/-]*)|"(?P<quoted>[\w ',.+/-]*)")\s*(?=<))?(?P<angle><)?"""
    r"""(?P<spec>[a-z0-9][a-z0-9_+-]*(?:\.[a-z0-9_+-]+)*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)"""
    r"""(?(angle)>)\s*""",
    re.IGNORECASE,
)


def _plain_address(found: re.Match[str], decode_name: Callable[[str], str]) -> Address:
    name = (found["name"] or found["quoted"] or "").strip()
    return Address(IdentityKind.EMAIL, found["spec"].lower(), clean_name(decode_name(name)))


# name@example.org <name@example.org>: many clients repeat the address, unquoted, where the name should stand
_REPEATED = re.compile(r"""(?:^|(?<=,))\s*'?([^\s<>"',]+@[^\s<>"',]+)'?\s*(?=<\1>)""", re.IGNORECASE)


# Anna [4B] <anna@example.org>: brackets in a bare name, which the standard library does not read
_BRACKETED = re.compile(r"\[[^\[\]@<>,]{0,100}\](?=[^<>,@]{0,200}<)")


def _second_opinion(field: str) -> set[str] | None:
    """Read the field with the standard library, which recurses for each nested comment: not asked about many."""
    if field.count("(") > 20 or len(field) > 500_000:
        return None
    try:
        return {spec.lower() for _, spec in getaddresses([_BRACKETED.sub(" ", _REPEATED.sub(" ", field))]) if spec}
    except (IndexError, ValueError, RecursionError):
        return None


_QUOTED_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
_ANGLE_TEXT = re.compile(r'<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>', re.DOTALL)
_OPEN_ANGLE = re.compile(r"<([^<>,;\s]*)")
_PLAIN_TEXT = re.compile(r"""[^"(<\[:,;@)>\\\]]+""")
_LITERAL_TEXT = re.compile(r"\[[^\[\]\s]*\]")


_SPACED = dict.fromkeys([*range(0x20), 0x7F]) | dict.fromkeys(map(ord, "\t\r\n"), " ")


class _Reader:
    """One linear pass over an address field: splits it at the commas, semicolons and angles that are not quoted."""

    def __init__(self, field: str) -> None:
        self.repaired = bool(re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", field))
        self._text = field.translate(_SPACED)
        self._phrase: list[str] = []
        self._address_seen = False
        self._angle: str | None = None
        self._comment = ""
        self._unclosed: set[str] = set()
        self._ended = False

    def mailboxes(self) -> Iterator[tuple[str, str]]:
        """Yield (raw name, addr-spec) pairs; `repaired` is true once something had to be guessed."""
        for phrase, angle, comment in self._entries():
            name, spec = (phrase, angle) if angle is not None else (comment, phrase)
            spec = self._plain_spec(spec.strip())
            if spec:
                if "@" in phrase and angle is not None and not self._quoted_or_same(phrase, spec):
                    self.repaired = True
                yield _unquote(name), spec
            elif name.strip():
                self.repaired = True

    def _quoted_or_same(self, phrase: str, spec: str) -> bool:
        return phrase.strip().startswith('"') or phrase.strip("\"' ").lower() == spec.lower()

    def _plain_spec(self, spec: str) -> str:
        """Take comments, spaces around dots and obsolete source routes (RFC 5322 4.4) out of an addr-spec."""
        if spec.startswith("@") and ":" in spec:
            spec = spec.rpartition(":")[2]
        if spec.startswith('"'):
            return spec
        return re.sub(r"\s*([.@])\s*", r"\1", re.sub(r"\([^()]*\)", "", spec)).strip()

    def _entries(self) -> Iterator[tuple[str, str | None, str]]:
        """Yield (phrase, text in angles or None, last comment) of each entry."""
        at = 0
        while at < len(self._text):
            at += self._step(at)
            if self._text[at - 1] in ",;" and self._ended:
                yield self._finish()
        yield self._finish()

    def _finish(self) -> tuple[str, str | None, str]:
        entry = "".join(self._phrase), self._angle, self._comment
        self._phrase, self._angle, self._comment, self._address_seen = [], None, "", False
        return entry

    def _step(self, at: int) -> int:
        """Take one token at a position; return its length."""
        char = self._text[at]
        if plain := _PLAIN_TEXT.match(self._text, at):
            self._ended = False
            self.repaired = self.repaired or (self._angle is not None and not plain[0].isspace())
            self._phrase.append(plain[0])
            return len(plain[0])
        self._ended = char in ",;"
        if char == '"':
            return self._quoted(at)
        if char == "(":
            return self._skip_comment(at)
        if char == "<":
            return self._read_angle(at)
        if char == "[" and (literal := _LITERAL_TEXT.match(self._text, at)):
            self._phrase.append(literal[0])
            return len(literal[0])
        if char == ":" and self._angle is None and not self._address_seen:
            self._phrase = []  # it was the name of a group
        elif char not in ",;":
            self._address_seen = self._address_seen or char == "@"
            stray = char in ")>\\" or (char == "]" and self._address_seen)
            self.repaired = self.repaired or stray or (self._angle is not None and not char.isspace())
            self._phrase.append(char)
        return 1

    def _quoted(self, at: int) -> int:
        found = None if '"' in self._unclosed else _QUOTED_TEXT.match(self._text, at)
        if found:
            self._phrase.append(found[0])
            return len(found[0])
        self._give_up('"')
        return 1

    def _skip_comment(self, at: int) -> int:
        depth = 0
        for found in () if "(" in self._unclosed else _COMMENT_MARK.finditer(self._text, at):
            depth += {"(": 1, ")": -1}.get(found[0], 0)
            if depth == 0:
                self._comment = self._text[at + 1 : found.start()]
                return found.end() - at
        self._give_up("(")
        return 1

    def _read_angle(self, at: int) -> int:
        self.repaired = self.repaired or self._angle is not None
        found = None if "<" in self._unclosed else _ANGLE_TEXT.match(self._text, at)
        if found is None:
            self._give_up("<")
            found = _OPEN_ANGLE.match(self._text, at)
        self._angle = found[1] if found else ""
        return len(found[0]) if found else 1

    def _give_up(self, opener: str) -> None:
        """Remember that an opener has no end, so that the next one is not searched again."""
        self._unclosed.add(opener)
        self.repaired = True


def _unquote(name: str) -> str:
    return _QUOTED_TEXT.sub(lambda found: re.sub(r"\\(.)", r"\1", found[0][1:-1], flags=re.DOTALL), name.strip())

"""Mail that a program hands in: for the company it is addressed to among those the program works for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from uuid import uuid4

from channels.address import AddressError, canonical_email, clean_line
from channels.message import Envelope
from hub.desk import Desk
from hub.domain.access import Ability, Actor
from hub.errors import Forbidden, Invalid
from hub.services.intake import accept
from hub.services.intake.accept import Accepted
from hub.services.sending.reply import File
from hub.services.settings.configuration import Directory, read_directory

HEAD = 256 * 1024
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
ADDRESSED = re.compile(
    rb"^(?:to|cc|delivered-to|x-original-to|envelope-to)[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE
)
ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[^\s<>,;:\"()\[\]]{1,253}")
NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>\s*")
MOST_ADDRESSES = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as a program describes it, addresses as people write them."""

    sender: str
    recipients: Sequence[str] = ()
    copies: Sequence[str] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    files: Sequence[File] = ()


def take_mail(desk: Desk, actor: Actor, raw: bytes) -> Accepted:
    """Store a raw message; raises `Forbidden` for roles that do not read people's mail, and `Invalid` above 50 MB."""
    return _accept(desk, actor, raw, named_in(raw), facts={})


def take_letter(desk: Desk, actor: Actor, letter: Letter) -> Accepted:
    """Write a mail out as it would have come, and store it; raises as `take_mail`, and `Invalid` for a bad address."""
    directory = read_directory(desk)
    default = directory.account_of_company("email", first_company(actor))
    raw = write_letter(desk.clock.now(), letter, default.address.value if default is not None else "")
    recipients = [_address(each, "to")[1] for each in (*letter.recipients, *letter.copies)]
    return _accept(desk, actor, raw, recipients, facts={"authserv_id": ""})


def first_company(actor: Actor) -> int:
    """Return the company that stands in where a mail names none; raises `Forbidden`."""
    companies = actor.companies_with(Ability.WORK_TICKETS)
    if not companies:
        raise Forbidden("Only customer service takes mail in.")
    return min(companies)


def named_in(raw: bytes) -> list[str]:
    """Return the addresses that a message's head says it was sent to; only used to choose the company it is for."""
    end = END_OF_HEAD.search(raw, 0, HEAD)
    head = raw[: end.start() if end else HEAD]
    found = (ADDRESS.findall(line.decode("utf-8", "replace")) for line in ADDRESSED.findall(head))
    return list(dict.fromkeys(address for line in found for address in line))[:MOST_ADDRESSES]


def write_letter(written_at: datetime, letter: Letter, default_recipient: str) -> bytes:
    """Return a letter as the bytes of a mail; raises `Invalid` naming the field.

    The head is written here and not by the library, which turns a line break inside an encoded word into a new header
    (CVE-2024-6923).
    """
    recipients = letter.recipients or ([default_recipient] if default_recipient else [])
    fields = {
        "From": _person(letter.sender, "from"),
        "To": ",\r\n ".join(_person(each, "to") for each in recipients),
        "Cc": ",\r\n ".join(_person(each, "cc") for each in letter.copies),
        "Subject": _words(letter.subject, "Subject"),
        "Date": format_datetime(written_at),
        "Message-ID": f"<{_id(letter.message_id) or f'{uuid4()}@api.invalid'}>",
        "In-Reply-To": f"<{_id(letter.in_reply_to)}>" if letter.in_reply_to else "",
        "References": "\r\n ".join(f"<{_id(each)}>" for each in letter.references),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return head.encode() + _write_body(letter)


def _write_body(letter: Letter) -> bytes:
    body = EmailMessage(policy=SMTP)
    body.set_content(letter.text)
    if letter.html:
        body.add_alternative(letter.html, subtype="html")
    for file in letter.files:
        main, _, sub = file.content_type.partition("/")
        if main in {"message", "multipart"}:  # these may not be base64 (RFC 2046 5.2.1)
            main, sub = "application", "octet-stream"
        name = clean_line(file.name).replace("=?", "= ?")
        body.add_attachment(file.data, maintype=main, subtype=sub, filename=name)
    return body.as_bytes()


def _person(words: str, field: str) -> str:
    """Return an address for the head: the name quoted or encoded, the address as it is; raises `Invalid`."""
    name, address = _address(words, field)
    if not name:
        return address
    return f"{_words(name, field)} <{address}>" if "=?" in name else formataddr((name, address))


def _words(text: str, name: str) -> str:
    """Return text for the head, encoded unless it is plain and cannot be taken for an encoded word."""
    line = clean_line(text)
    if line.isascii() and "=?" not in line:
        return line
    return Header(line, "utf-8", header_name=name).encode(linesep="\r\n")


def _accept(desk: Desk, actor: Actor, raw: bytes, recipients: Iterable[str], *, facts: dict[str, str]) -> Accepted:
    directory = read_directory(desk)
    addressed = list(recipients)
    company_id, account_id = _owner(directory, actor, addressed)
    arrival = Envelope(
        channel="email",
        source="api",
        source_key=f"api|{uuid4()}",
        raw=raw,
        received_at=desk.clock.now(),
        facts={"rcpt_to": " ".join(addressed), **facts},
    )
    return accept(desk, arrival, company_id=company_id, account_id=account_id)


def _owner(directory: Directory, actor: Actor, recipients: Iterable[str]) -> tuple[int, int | None]:
    """Return the company and account a mail is addressed to, never one the actor does not work for."""
    first = first_company(actor)
    for address in recipients:
        account = directory.account_for("email", address)
        if account is not None and actor.can(Ability.WORK_TICKETS, directory.company_of_account[account.id]):
            return directory.company_of_account[account.id], account.id
    return first, None


def _address(words: str, field: str) -> tuple[str, str]:
    """Return the name and the address in `Name <address>` or `address`; raises `Invalid`."""
    found = NAMED.fullmatch(words)
    name, address = (found["name"], found["address"]) if found else ("", words)
    try:
        return clean_line(name.strip().strip('"')), canonical_email(address.strip())
    except AddressError as error:
        raise Invalid(str(error), field=field) from error


def _id(words: str) -> str:
    return "".join(clean_line(words).strip().strip("<>").split())

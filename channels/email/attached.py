"""Files inside a mail that hide in other clothes: encoded names, uuencode, Outlook's winmail.dat, images in HTML."""

from __future__ import annotations

import binascii
import hashlib
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from channels.email.charset import decode
from channels.email.headers import decode_header, decode_words
from channels.email.structure import Part, decode_base64
from channels.email.tnef import DamagedTnef, Tnef, read_tnef

MAX_UUENCODED = 100


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file as its sender described it."""

    name: str
    data: bytes
    declared_type: str
    content_id: str = ""
    location: str = ""
    disposition: str = ""


def part_name(part: Part, hints: Iterable[str]) -> str:
    """Return the file name of a part: disposition before type, encoded words decoded even in quotes."""
    name = part.disposition.items.get("filename") or part.content_type.items.get("name") or ""
    if not name and part.type == "message/rfc822" and part.children:
        subject = decode_header(part.children[0].first("subject"), hints)[:80]
        return re.sub(r"[/\\]", "-", f"{subject}.eml") if subject else ""
    if not name:
        return ""
    text = decode_words(decode(name.encode("utf-8", "surrogateescape"), "utf-8", hints)[0])
    return text.strip()


_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,255})\n", re.MULTILINE)
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")


def extract_uuencoded(text: str) -> tuple[str, list[AttachedFile]]:
    """Take uuencoded files out of a text; what does not decode stays in it."""
    files: list[AttachedFile] = []
    kept: list[str] = []
    at = 0
    for begin in itertools.islice(_UU_BEGIN.finditer(text), MAX_UUENCODED):
        if begin.start() < at:
            continue
        decoded = _uudecode(text, begin.end())
        if decoded is None:
            continue
        data, end = decoded
        kept.append(text[at : begin.start()])
        files.append(AttachedFile(begin[1].strip(), data, "application/octet-stream"))
        at = end
    return "".join(kept) + text[at:], files


def _uudecode(text: str, at: int) -> tuple[bytes, int] | None:
    """Return the bytes of an uuencoded body and where its `end` line ends; None at the first line that is none."""
    decoded: list[bytes] = []
    for line in _LINE.finditer(text, at):
        if line[0].rstrip() == "end":
            return b"".join(decoded), line.end()
        if not line[0].strip():
            if line.end() >= len(text):
                return None
            continue
        try:
            decoded.append(binascii.a2b_uu(line[0].encode("ascii")))
        except (binascii.Error, UnicodeEncodeError):
            return None
    return None


def extract_tnef(data: bytes) -> tuple[list[AttachedFile], Tnef] | None:
    """Open a winmail.dat, or return None when it is none."""
    try:
        tnef = read_tnef(data)
    except DamagedTnef:
        return None
    files = [
        AttachedFile(one.name, one.data, one.declared_type or "application/octet-stream", one.content_id.strip("<> "))
        for one in tnef.files
    ]
    return files, tnef


_DATA_IMAGE = re.compile(
    r"""(\bsrc\s*=\s*["']?)data:(image/[a-z0-9.+-]{1,40});base64,([A-Za-z0-9+/=\s%]{16,})""", re.IGNORECASE
)


def extract_data_images(html: str) -> tuple[str, list[AttachedFile]]:
    """Turn images written into the HTML itself into inline files that it refers to by Content-ID."""
    if ";base64," not in html.lower():
        return html, []
    files: dict[str, AttachedFile] = {}

    def keep(source: re.Match[str]) -> str:
        data = decode_base64(source[3].encode("ascii"))
        content_id = f"{hashlib.sha256(data).hexdigest()[:32]}@inline.invalid"
        files[content_id] = AttachedFile("", data, source[2].lower(), content_id)
        return f"{source[1]}cid:{content_id}"

    return _DATA_IMAGE.sub(keep, html), list(files.values())

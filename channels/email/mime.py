"""What a mail says and carries: its text, its HTML and its files, out of the parts (RFC 2045-2049, 2183, 2387)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from channels.address import clean_line
from channels.email.attached import AttachedFile, extract_data_images, extract_tnef, extract_uuencoded, part_name
from channels.email.charset import clean_text, decode
from channels.email.headers import decode_header
from channels.email.structure import Part
from channels.email.tnef import Tnef
from channels.html import html_to_text, text_to_html
from channels.message import Attachment
from channels.sniff import safe_file_name, sniff

_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown"})
# no files of the customer's (RFC 3156, RFC 8551), unless the sender attached them under a name to be kept; the raw message has them all
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_REPORTS = frozenset(
    {"message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers"}
)


@dataclass(frozen=True, slots=True)
class Content:
    """The words and files of one mail; `text` comes from the HTML where there is no text."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]


@dataclass
class _Block:
    """Words that stand together: as text, as HTML, or as both."""

    text: str = ""
    html: str = ""


@dataclass
class _Reader:
    hints: list[str]
    files: list[AttachedFile] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    tnef: Tnef = field(default_factory=Tnef)

    def blocks(self, part: Part, *, root: bool = False) -> list[_Block]:
        """Return the words of a part and below, putting its files aside."""
        if part.type.startswith("multipart/") and part.children:
            if part.type == "multipart/alternative":
                return self._alternative(part)
            return [block for child in part.children for block in self.blocks(child)]
        if part.type.startswith("multipart/") and not part.children and _is_text(part.content):
            return [_Block(text=self._decoded(part))]
        if self._is_body(part, root=root):
            return [self._body(part)]
        self._file(part)
        return []

    def _is_body(self, part: Part, *, root: bool) -> bool:
        if part.type not in _BODY_TYPES or not part.known_encoding:
            return part.type == "text/rfc822-headers" and root
        if part.disposition.value == "attachment":
            return False
        named = bool(part.disposition.items.get("filename"))
        return root or not (named or (part.content_type.items.get("name") and part.disposition.value != "inline"))

    def _alternative(self, part: Part) -> list[_Block]:
        """Take the first text and the last HTML: the same words in two forms (RFC 2046 5.1.4)."""
        text = html = ""
        for child in part.children:
            blocks = self.blocks(child)
            if any(block.html for block in blocks):
                html = _join_html(blocks)
            words = "\n".join(block.text for block in blocks if block.text and not block.html)
            if words.strip() and not text.strip() and not any(block.html for block in blocks):
                text = words
        return [_Block(text, html)]

    def _body(self, part: Part) -> _Block:
        text = self._decoded(part)
        if part.type == "text/html":
            html, images = extract_data_images(text)
            self.files += images
            return _Block(html=html)
        if part.type == "text/enriched":
            return _Block(text=re.sub(r"<<", "<", re.sub(r"<(?!<)/?[a-zA-Z][^>]{0,100}>", "", text)))
        if part.content_type.items.get("format", "").lower() == "flowed":
            text = _unflow(text, delete_space=part.content_type.items.get("delsp", "").lower() == "yes")
        text, files = extract_uuencoded(text)
        self.files += files
        return _Block(text=text)

    def _decoded(self, part: Part) -> str:
        charset = part.content_type.items.get("charset", "")
        text, honest = decode(part.content, charset, self.hints)
        if not honest and charset:
            self._note(f"The text is not in the character set it declares ({clean_line(charset[:40])}).")
        return clean_text(text)

    def _file(self, part: Part) -> None:
        if part.type in _SIGNATURES and not _is_attached(part):
            return
        if part.type in _REPORTS and not part_name(part, self.hints):
            return
        if part.type in _ENCRYPTED:
            self._note("The content is signed or encrypted and was not opened; it is attached as it came.")
        name = part_name(part, self.hints)
        data = part.content if part.known_encoding and part.type != "message/rfc822" else part.body
        if part.type == "message/rfc822":
            data = part.content
        if part.type == "application/ms-tnef" or name.lower() == "winmail.dat":
            unpacked = extract_tnef(data)
            if unpacked is not None and unpacked[1] != Tnef():  # one that holds nothing was damaged on its way
                files, self.tnef = unpacked
                self.files += files
                return
            self._note("A winmail.dat from Outlook could not be opened; it is attached as it came.")
        content_id = decode_header(part.first("content-id")).strip("<> ")
        location = decode_header(part.first("content-location"))
        disposition = part.disposition.value
        self.files.append(AttachedFile(name, data, part.type, content_id[:500], location[:500], disposition))

    def _note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def read_content(root: Part) -> Content:
    """Read the words and files of a mail; never raises."""
    reader = _Reader(declared_charsets(root))
    blocks = reader.blocks(root, root=not root.type.startswith("multipart/"))
    if not any(block.text.strip() or block.html.strip() for block in blocks):
        blocks.append(_Block(reader.tnef.text, reader.tnef.html))
        if reader.tnef.rtf and not reader.tnef.text.strip() and not reader.tnef.html.strip():
            reader.files.append(AttachedFile("message.rtf", reader.tnef.rtf, "application/rtf"))
    html = _join_html(blocks) if any(block.html.strip() for block in blocks) else ""
    text = "\n".join(filter(None, (block.text if block.text.strip() else _text_of(block.html) for block in blocks)))
    html, attachments = _finish_files(html, reader.files)
    return Content(text.strip("\n"), html, attachments, tuple(reader.defects))


def declared_charsets(root: Part) -> list[str]:
    """Return the charsets that the parts declare, the likeliest guess for what declares none."""
    found = (part.content_type.items.get("charset", "") for part in root.walk() if part.type.startswith("text/"))
    return list(dict.fromkeys(charset for charset in found if charset))[:5]


def _text_of(html: str) -> str:
    return clean_text(html_to_text(html)) if html.strip() else ""


def _join_html(blocks: Iterable[_Block]) -> str:
    return "\n".join(block.html or text_to_html(block.text) for block in blocks if block.html or block.text.strip())


def _is_attached(part: Part) -> bool:
    return part.disposition.value == "attachment" and bool(part.disposition.items.get("filename"))


def _is_text(data: bytes) -> bool:
    return b"\x00" not in data[:4096]


def _unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that format=flowed broke (RFC 3676 4): a line that ends in a space goes on in the next."""
    pieces: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        is_signature = words == "-- "
        if open_depth != depth or is_signature:
            pieces.append("\n" + (">" * depth + " " if depth else ""))
        flows = words.endswith(" ") and not is_signature
        pieces.append(words[:-1] if flows and delete_space else words)
        open_depth = depth if flows else -1
    return "".join(pieces).removeprefix("\n")


_SOURCE = re.compile(r"""(\bsrc\s*=\s*["']?)([^"'>\s]{1,500})""", re.IGNORECASE)


def _finish_files(html: str, files: list[AttachedFile]) -> tuple[str, tuple[Attachment, ...]]:
    """Name the files, and mark as inline those that the HTML shows; the others stay visible as attachments."""
    known = {key: file for file in files for key in (file.content_id, file.location) if key}
    shown: set[int] = set()

    def refer(source: re.Match[str]) -> str:
        target = unquote(source[2].removeprefix("cid:").removeprefix("CID:"))
        file = known.get(target)
        if file is None or (file.location == target and not file.content_id):
            return source[0]
        shown.add(id(file))
        return f"{source[1]}cid:{file.content_id}"

    html = _SOURCE.sub(refer, html) if known else html
    attachments: list[Attachment] = []
    for number, file in enumerate(files, start=1):
        content_type = sniff(file.data, file.name)
        if file.declared_type in ("message/rfc822", "message/global"):
            content_type = "message/rfc822"
        attachments.append(
            Attachment(
                name=safe_file_name(file.name, content_type, number),
                content_type=content_type,
                data=file.data,
                declared_type=file.declared_type[:200],
                disposition="inline" if id(file) in shown else "attachment",
                content_id=file.content_id,
            )
        )
    return html, tuple(attachments)

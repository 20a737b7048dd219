"""What a file is by its bytes, never by its sender's word; and a name that is safe to save it under."""

from __future__ import annotations

import re
import unicodedata

from channels.address import clean_line

UNKNOWN = "application/octet-stream"
MAX_NAME = 150
_TEXT_WINDOW = 4_096
_OLE = "application/x-ole-storage"

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"fLaC", "audio/flac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
    (0, b"PK\x05\x06", "application/zip"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# ISO base media brands: https://mp4ra.org/registered-types/brands
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"mif1": "image/heif", b"msf1": "image/heif", b"avif": "image/avif", b"avis": "image/avif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
}  # fmt: skip
_OOXML = "application/vnd.openxmlformats-officedocument"
_ZIP_PARTS = (
    (b"word/", f"{_OOXML}.wordprocessingml.document"),
    (b"xl/", f"{_OOXML}.spreadsheetml.sheet"),
    (b"ppt/", f"{_OOXML}.presentationml.presentation"),
)
_OLE_NAMES = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}
# https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
_HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta|img)[\s>]",
    re.IGNORECASE,
)
_TEXT_STARTS = (
    (re.compile(r"BEGIN:VCALENDAR", re.IGNORECASE), "text/calendar"),
    (re.compile(r"BEGIN:VCARD", re.IGNORECASE), "text/vcard"),
    (re.compile(r"<svg[\s>]", re.IGNORECASE), "image/svg+xml"),
    (_HTML_TAG, "text/html"),
)
_EXTENSIONS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic",
    "image/heif": ".heif", "image/tiff": ".tif", "image/bmp": ".bmp", "image/svg+xml": ".svg", "video/mp4": ".mp4",
    "video/quicktime": ".mov", "video/3gpp": ".3gp", "audio/amr": ".amr", "audio/mpeg": ".mp3", "audio/ogg": ".ogg",
    "audio/mp4": ".m4a", "application/pdf": ".pdf", "application/zip": ".zip", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "text/vcard": ".vcf", "text/csv": ".csv", "application/rtf": ".rtf",
    "application/vnd.ms-tnef": ".dat", "message/rfc822": ".eml", "message/delivery-status": ".txt",
    "application/pkcs7-mime": ".p7m", "application/pgp-encrypted": ".asc",
    _ZIP_PARTS[0][1]: ".docx", _ZIP_PARTS[1][1]: ".xlsx", _ZIP_PARTS[2][1]: ".pptx",
}  # fmt: skip
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)


def sniff(data: bytes, name: str = "") -> str:
    """Return the media type of a file by its first bytes.

    `name` only tells apart what looks alike: Office files, CSV.
    """
    for offset, magic, kind in _MAGIC:
        if data.startswith(magic, offset):
            return _ole_kind(name) if kind == _OLE else kind
    return _container_kind(data) or _text_kind(data[:_TEXT_WINDOW], name)


def _container_kind(data: bytes) -> str:
    """Tell formats whose mark stands behind a length, or that hold many kinds."""
    kind = ""
    if data[:4] == b"RIFF":
        kind = _RIFF.get(data[8:12], "")
    elif data[4:8] == b"ftyp":
        kind = _media_kind(data[8:12])
    elif data[4:8] in (b"moov", b"wide", b"mdat"):
        kind = "video/quicktime"
    elif data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        kind = "image/bmp"
    elif data[:4] == b"PK\x03\x04":
        kind = _zip_kind(data)
    elif b"%PDF-" in data[:1024]:
        kind = "application/pdf"
    return kind


def _ole_kind(name: str) -> str:
    return next(
        (kind for ending, kind in _OLE_NAMES.items() if name.lower().endswith(ending)), "application/x-ole-storage"
    )


def _media_kind(brand: bytes) -> str:
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp"
    return _BRANDS.get(brand, "video/mp4")


def _zip_kind(data: bytes) -> str:
    """Look at the names in the archive, which stand there in the clear; nothing is unpacked."""
    window = data[:_TEXT_WINDOW] + data[-_TEXT_WINDOW:]
    if b"[Content_Types].xml" in window or b"_rels/" in window:
        for part, kind in _ZIP_PARTS:
            if part in window:
                return kind
    if data[30:38] == b"mimetype":  # OpenDocument, EPUB: the type is the first, stored member
        stored = re.match(rb"application/[a-z0-9.+-]+", data[38:120])
        if stored:
            return re.sub(r"PK.*", "", stored[0].decode("ascii"))
    return "application/zip"


def _text_kind(window: bytes, name: str) -> str:
    if not window:
        return UNKNOWN
    if window.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = window.decode("utf-16", "replace")
    elif b"\x00" in window or sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in window) > len(window) // 50:
        return UNKNOWN
    else:
        text = window.decode("utf-8", "replace")
    text, prolog = _skip_prolog(text)
    for pattern, kind in _TEXT_STARTS:
        if pattern.match(text):
            return kind
    if prolog:
        return "application/xml"
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def _skip_prolog(text: str) -> tuple[str, bool]:
    """Return the text behind XML declarations, comments and SVG's doctype, and whether there was a declaration."""
    declared = False
    text = text.lstrip("\ufeff \t\r\n")
    while (start := text[:12].lower()).startswith(("<?xml", "<!--", "<!doctype sv")):
        declared = declared or start.startswith("<?xml")
        _, end, rest = text.partition("-->" if start.startswith("<!--") else ">")
        if not end:
            break
        text = rest.lstrip()
    return text, declared


def extension(content_type: str) -> str:
    """Return the file ending for a media type, with its dot, or nothing."""
    return _EXTENSIONS.get(content_type, "")


def safe_file_name(name: str, content_type: str = UNKNOWN, number: int = 1) -> str:
    """Return the last part of a sender's file name, harmless in a header, a page and a download folder.

    Nameless files, device names of Windows and names of dots only are called `file-<number>` by their media type.
    """
    name = unicodedata.normalize("NFC", name).replace("\x00", "")
    base = clean_line(re.split(r"[/\\]", name.rstrip("/\\ "))[-1]).strip(" ").rstrip(". ")
    if not base.strip(". ") or _RESERVED.fullmatch(base):
        return f"{'image' if content_type.startswith('image/') else 'file'}-{number}{extension(content_type)}"
    if len(base) > MAX_NAME:
        stem, dot, ending = base.rpartition(".")
        ending = f".{ending}" if dot and stem and len(ending) <= 10 else ""
        base = base[: MAX_NAME - len(ending)].rstrip(". ") + ending
    return base

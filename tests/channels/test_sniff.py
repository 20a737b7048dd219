"""Files by their bytes, never by their sender's word; names that are safe to save under (reliability.md 4 D)."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sniff import MAX_NAME, UNKNOWN, safe_file_name, sniff

OOXML = "application/vnd.openxmlformats-officedocument"


def a_zip(*names: str, first: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a=1;alert(1)", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "image/heif"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
        (b"\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"junk before\n%PDF-1.4\n", "application/pdf"),
        (b"#!AMR\n", "audio/amr"),
        (b"\x78\x9f\x3e\x22\x01\x00", "application/vnd.ms-tnef"),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        (a_zip("photo.jpg"), "application/zip"),
        (a_zip("[Content_Types].xml", "word/document.xml"), f"{OOXML}.wordprocessingml.document"),
        (a_zip("[Content_Types].xml", "xl/workbook.xml"), f"{OOXML}.spreadsheetml.sheet"),
        (
            a_zip("content.xml", first="application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
        (b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST", "text/calendar"),
        (b"BEGIN:VCARD\r\n", "text/vcard"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"  <html><script>", "text/html"),
        (b'<?xml version="1.0"?><!-- x --><svg xmlns="x">', "image/svg+xml"),
        (b'<?xml version="1.0"?><statement/>', "application/xml"),
        (b"just words, and <tags> in them", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        (b"\x00\x01\x02\x03", UNKNOWN),
        (b"", UNKNOWN),
        (b"x", "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


def test_names_tell_apart_only_what_looks_alike() -> None:
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20

    assert sniff(office, "lease.DOC") == "application/msword"
    assert sniff(b"a,b\n1,2\n", "rent.csv") == "text/csv"
    assert sniff(b"<html>", "photo.png") == "text/html"


@given(st.binary(max_size=500) | st.sampled_from([b"<!--" * 2_000, b"<?xml" * 2_000, b"PK\x03\x04" * 100, b"RIFF"]))
def test_any_bytes_have_a_type(data: bytes) -> None:
    assert "/" in sniff(data)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../../../etc/cron.d/x", "x"),
        ("..\\..\\a.exe", "a.exe"),
        ("a.pdf\x00.exe", "a.pdf.exe"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie: b.txt"),
        ("a\u202efdp.exe", "a fdp.exe"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        (".htaccess", ".htaccess"),
        ("report.pdf. . ", "report.pdf"),
        ("Ka\u0308se.txt", "Käse.txt"),
    ],
)
def test_a_senders_file_name_is_made_harmless(given_name: str, shown: str) -> None:
    assert safe_file_name(given_name) == shown


@pytest.mark.parametrize("given_name", ["", ".", "..", "CON", "aux.txt", "Lpt1", " . ", "/", "a/../..", "\x00"])
def test_names_that_are_none_are_made_up(given_name: str) -> None:
    assert safe_file_name(given_name, "image/png", 3) == "image-3.png"
    assert safe_file_name(given_name, "application/pdf", 2) == "file-2.pdf"


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_file_name("x" * 4_000 + ".jpeg") == "x" * (MAX_NAME - 5) + ".jpeg"


@given(st.text(st.characters(), max_size=300))
def test_any_name_can_stand_in_a_header_and_a_folder(name: str) -> None:
    shown = safe_file_name(name)

    assert shown
    assert len(shown) <= MAX_NAME
    assert not set(shown) & set("/\\\r\n\x00\u202e")
    assert shown not in (".", "..")
    assert not shown.endswith((".", " "))
    shown.encode("utf-8")

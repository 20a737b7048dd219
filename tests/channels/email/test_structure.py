"""The parts of a raw message, whatever it is made of (reliability.md 4 A52-A56, B06-B14)."""

from __future__ import annotations

import email
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.structure import MAX_DEPTH, MAX_FIELDS, MAX_PARTS, Part, decode_base64, read_structure

MIXED = b"""From: a@example.org\r
Content-Type: multipart/mixed; boundary="b"\r
\r
preamble\r
--b\r
Content-Type: text/plain\r
\r
one\r
--b\r
Content-Type: multipart/alternative; boundary="bb"\r
\r
--bb\r
\r
two\r
--bb\r
Content-Type: text/html\r
\r
<p>three\r
--bb--\r
--b--\r
epilogue\r
"""


def types(part: Part) -> list[str]:
    return [one.type for one in part.walk()]


def test_parts_are_found_as_the_standard_library_finds_them() -> None:
    ours = read_structure(MIXED).root
    theirs = email.message_from_bytes(MIXED)

    assert types(ours) == [part.get_content_type() for part in theirs.walk()]
    assert [part.content.strip() for part in ours.walk() if not part.children] == [b"one", b"two", b"<p>three"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_any_line_end_will_do(end: bytes) -> None:
    structure = read_structure(MIXED.replace(b"\r\n", end))

    assert types(structure.root) == [
        "multipart/mixed",
        "text/plain",
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert structure.defects == []


def test_a_boundary_that_begins_another_does_not_match_it() -> None:
    raw = MIXED.replace(b"--bb--\r\n", b"")

    assert types(read_structure(raw).root)[-1] == "text/html"


def test_a_missing_end_mark_loses_nothing() -> None:
    structure = read_structure(MIXED.partition(b"--bb--")[0])

    assert [part.content.strip() for part in structure.root.walk() if not part.children] == [
        b"one",
        b"two",
        b"<p>three",
    ]
    assert structure.defects == ["The last part has no end mark."]


@pytest.mark.parametrize("declared", [b"", b'; boundary=""', b"; boundary=other"])
def test_a_missing_boundary_is_guessed_from_the_body(declared: bytes) -> None:
    raw = b"Content-Type: multipart/mixed" + declared + b"\n\n--zzz\n\none\n--zzz\n\ntwo\n--zzz--\n"

    structure = read_structure(raw)

    assert [part.content for part in structure.root.children] == [b"one", b"two"]
    assert "guessed" in structure.defects[0]


def test_a_multipart_without_any_boundary_is_text() -> None:
    structure = read_structure(b"Content-Type: multipart/mixed; boundary=x\n\njust words\n")

    assert structure.root.children == []
    assert structure.defects == ["A multipart without its boundary was read as text."]


@pytest.mark.parametrize(
    "raw",
    [
        b"From sender Mon Nov 16\nSubject: x\n\nbody",
        b">From sender Mon Nov 16\nSubject: x\n\nbody",
        b"\xef\xbb\xbfSubject: x\n\nbody",
        b"\r\n\r\nSubject: x\n\nbody",
        b"Subject : x\n\nbody",
        b"Subject: x\nno colon here\nTo: a@example.org\n\nbody",
        b"Subject: x\nX\x00Y: z\nTo: a@example.org\n\nbody",
    ],
)
def test_odd_lines_around_the_header_are_passed_over(raw: bytes) -> None:
    root = read_structure(raw).root

    assert root.first("subject") == b"x"
    assert root.body == b"body"


def test_text_right_after_the_header_is_the_body() -> None:
    root = read_structure(b"Subject: x\nHello there\nsecond line\n").root

    assert root.first("subject") == b"x"
    assert root.body == b"Hello there\nsecond line\n"


def test_folded_values_are_joined() -> None:
    assert read_structure(b"Subject: one\r\n two\r\n\tthree\r\n\r\n").root.first("subject") == b"one two\tthree"


@pytest.mark.parametrize(
    ("name", "raw", "parts"),
    [
        ("100,000 parts", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000, MAX_PARTS),
        (
            "1,000 levels",
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_000)) + b"x",
            MAX_DEPTH + 1,
        ),
        ("1,000 messages in messages", b"Content-Type: message/rfc822\n\n" * 1_000 + b"x", MAX_DEPTH + 1),
        ("50,000 folded lines", b"Subject: a\n" + b" b\n" * 50_000 + b"\nx", 1),
        ("100,000 fields", b"X-A: 1\n" * 100_000 + b"\nx", 1),
        ("a field of 20 MB", b"X: " + b"a" * 20_000_000 + b"\n\nx", 1),
        ("a million boundaries in one line", b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a" * 1_000_000, 1),
    ],
)
def test_what_is_endless_is_cut_in_bounded_time(name: str, raw: bytes, parts: int) -> None:
    began = time.thread_time()

    structure = read_structure(raw)

    assert len(list(structure.root.walk())) == parts, name
    assert len(structure.root.fields) <= MAX_FIELDS
    assert time.thread_time() - began < 2


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        (b"base64", b"SGVs\r\nbG8=\r\n", b"Hello"),
        (b"BASE64 (comment)", b"SGVsbG8", b"Hello"),
        (b"base64", b"SGVs!!\x00bG8==\r\n", b"Hello"),
        (b"base64", b"SGVsbG8=SGVsbG8=", b"HelloHello"),
        (b"base64", b"A", b""),
        (b"quoted-printable", b"Gr=C3=BC=\r\n=C3=9Fe =XX", "Grüße =XX".encode()),
        (b"7-bit", b"Hello", b"Hello"),
        (b"text/html", b"Hello", b"Hello"),
        (b"", b"Hello", b"Hello"),
    ],
)
def test_bodies_are_decoded_as_far_as_they_go(encoding: bytes, body: bytes, content: bytes) -> None:
    part = read_structure(b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body).root

    assert part.content == content


@given(st.binary(max_size=600))
def test_any_bytes_have_a_structure(raw: bytes) -> None:
    for part in read_structure(raw).root.walk():
        assert isinstance(part.content, bytes)
        assert part.type


@given(st.binary(max_size=200))
def test_base64_is_never_refused(raw: bytes) -> None:
    decode_base64(raw)

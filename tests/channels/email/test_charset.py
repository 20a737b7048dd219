"""Bytes into text: the declared charset if it is known and true (reliability.md 4 B01-B05, B22, B32)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.charset import clean_text, codec_for, decode

GERMAN = "Grüße aus dem Keller: Wasser überall, bitte kommen Sie schnell. Müller, Straße 5"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("iso-utf-8", "utf-8"),
        ("us-ascii", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("iso_8859-15", "iso8859-15"),
        ("win-1257", "cp1257"),
        ("windows-1251", "cp1251"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("Shift_JIS", "cp932"),
        ("iso-2022-jp", "iso2022_jp_ext"),
        ("koi8-r", "koi8-r"),
        ("ansi_x3.110-1983", "cp1252"),
        ('"utf-8"', "utf-8"),
        ("utf-7", None),
        ("unicode-1-1-utf-7", None),
        ("rot13", None),
        ("zlib", None),
        ("hex", None),
        ("idna", None),
        ("punycode", None),
        ("klingon-8", None),
        ("x\x00y", None),
        ("", None),
    ],
)
def test_only_charsets_of_mail_are_decoded(charset: str, codec: str | None) -> None:
    assert codec_for(charset) == codec


@pytest.mark.parametrize(
    "charset", ["gb18030", "iso-2022-jp", "koi8-r", "shift_jis", "euc-kr", "windows-1252", "utf-16"]
)
def test_a_true_declaration_is_followed(charset: str) -> None:
    words = {
        "gb18030": "热水没有了",
        "iso-2022-jp": "お湯が出ません",
        "koi8-r": "Нет воды",
        "shift_jis": "お湯",
        "euc-kr": "온수가",
    }
    text = words.get(charset, "Grüße")

    assert decode(text.encode(charset), charset) == (text, True)


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (GERMAN.encode(), "us-ascii"),
        (GERMAN.encode(), "klingon-8"),
        (GERMAN.encode(), ""),
        (GERMAN.encode("cp1252"), "utf-8"),
        (GERMAN.encode("cp1252"), "x-unknown"),
        (GERMAN.encode("cp1252"), ""),
    ],
)
def test_a_false_declaration_is_seen_through(data: bytes, declared: str) -> None:
    assert decode(data, declared) == (GERMAN, False)


def test_another_parts_charset_is_better_than_a_guess() -> None:
    assert decode("Вода".encode("koi8-r"), "", ["koi8-r"])[0] == "Вода"


def test_utf_7_is_not_decoded_into_markup() -> None:
    text, honest = decode(b"+ADw-script+AD4-alert(1)", "utf-7")

    assert text == "+ADw-script+AD4-alert(1)"
    assert not honest


def test_a_few_bad_bytes_do_not_change_the_charset() -> None:
    text, honest = decode(("ü" * 100).encode() + b"\xff", "utf-8")

    assert text == "ü" * 100 + "\ufffd"
    assert not honest


@given(
    st.binary(max_size=400),
    st.sampled_from(["", "utf-8", "utf-16", "gb2312", "iso-2022-jp", "hz", "utf-7", "x\x00", "cp437"]),
)
def test_any_bytes_become_text_that_can_be_stored(data: bytes, charset: str) -> None:
    text = clean_text(decode(data, charset, ["euc-kr"])[0])

    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text


def test_clean_text_keeps_lines_and_tabs_only() -> None:
    assert clean_text("a\r\nb\rc\u2028d\te\x00f\x1b[31mg\ud800") == "a\nb\nc\nd\tef[31mg\ufffd"

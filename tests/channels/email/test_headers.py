"""Header values out of whatever bytes stand there (reliability.md 4 A28-A51)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.headers import MAX_REFERENCES, decode_header, message_ids, read_date, subject_text
from channels.email.parameters import read_parameters


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"No hot water", "No hot water"),
        ("Grüße".encode(), "Grüße"),
        (b"Gr\xfc\xdfe aus dem Keller, hier ist es kalt", "Grüße aus dem Keller, hier ist es kalt"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?R3LDvMOfZQ==?= an alle", "Grüße an alle"),
        (b"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LD?=\t=?utf-8?B?vMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?q?_=E2=82=AC?=", "Grüße €"),
        (b"=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?q?a=0D=0AX-Evil:1?=", "a X-Evil:1"),
        (b"=?utf-8?q?a=00b?=", "a b"),
        (b"=?klingon?q?abc?=", "=?klingon?q?abc?="),
        (b"=?utf-8?b?!!!?=", ""),
        (b"=?utf-7?q?+ADw-script+AD4-?=", "=?utf-7?q?+ADw-script+AD4-?="),
        (b"=?gb2312?B?yM7O8Q==?=", "任务"),
        (b"=?iso-2022-jp?B?GyRCJTMlcxsoQg==?=", "コン"),
        (b"=?utf-8?q?broken", "=?utf-8?q?broken"),
        (b"   ", ""),
    ],
)
def test_a_header_becomes_one_clean_line(raw: bytes, text: str) -> None:
    assert decode_header(raw) == text


def test_bare_words_are_read_in_the_charset_of_the_mail() -> None:
    word = "Вода".encode("koi8-r")

    assert decode_header(word, ["koi8-r"]) == "Вода"


@pytest.mark.parametrize(
    "raw",
    [
        b"a" * 1_000_000,
        b"=?a?q?" * 100_000,
        b"=?utf-8?q?a?= " * 50_000,
        b"Re: " * 5_000,
        b"=?utf-8?q?" + b"?" * 100_000,
    ],
)
def test_endless_subjects_are_cut_in_no_time(raw: bytes) -> None:
    began = time.thread_time()

    assert len(subject_text(raw)) <= 998
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ([b"<a@b>"], ("a@b",)),
        ([b"<a@b> <c@d>", b"<e@f>"], ("a@b", "c@d", "e@f")),
        ([b"<a@b> (a comment with <x@y>)<a@b>"], ("a@b", "x@y")),
        ([b"Your message of Monday"], ()),
        ([b'Your message of "Monday" <a@b>'], ("a@b",)),
        ([b"a@b"], ("a@b",)),
        ([b"<>"], ()),
        ([b"<[@b>"], ("[@b",)),
        ([b"=?utf-8?q?=3Ca=40b=3E?="], ("a@b",)),
        ([b""], ()),
    ],
)
def test_ids_are_what_stands_in_brackets(values: list[bytes], ids: tuple[str, ...]) -> None:
    assert message_ids(values) == ids


def test_of_ten_thousand_references_the_last_hundred_count() -> None:
    ids = message_ids([b" ".join(b"<%d@example.com>" % number for number in range(7_000))])

    assert len(ids) == MAX_REFERENCES
    assert ids[-1] == "6999@example.com"


def test_an_endless_id_becomes_a_short_one_and_the_same_each_time() -> None:
    endless = b"<" + b"x" * 90_000 + b"@example.com>"

    first, again = message_ids([endless]), message_ids([b"<1@example.com> " + endless])

    assert first == again[1:]
    assert len(first[0]) < 100


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        (b"Mon, 16 Nov 2026 09:12:03 +0100", datetime(2026, 11, 16, 8, 12, 3, tzinfo=UTC)),
        (b"16 Nov 2026 09:12:03 GMT", datetime(2026, 11, 16, 9, 12, 3, tzinfo=UTC)),
        (b"16 Nov 2026 09:12:03", datetime(2026, 11, 16, 9, 12, 3, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
        (b"31 Feb 2026 09:12:03 +0100", None),
        (b"16 Nov 99999 09:12:03 +0100", None),
        (b"16 Nov 0000 09:12:03 +0100", None),
        (b"16 Nov 2026 09:12:03 +9999", None),
        (b"1 Jan 1970 00:00:00 +0000", None),
        (b"16 Nov 2026 25:61:61 +0000", None),
    ],
)
def test_an_impossible_date_is_none(raw: bytes, instant: datetime | None) -> None:
    assert read_date(raw) == instant


@given(st.binary(max_size=300))
def test_any_bytes_can_stand_in_a_header(raw: bytes) -> None:
    decode_header(raw).encode("utf-8")
    for one in message_ids([raw]):
        one.encode("utf-8")
    read_date(raw)
    read_parameters(raw)


@pytest.mark.parametrize(
    ("raw", "value", "items"),
    [
        (b'text/plain; charset="utf-8"; name="a;b.txt"', "text/plain", {"charset": "utf-8", "name": "a;b.txt"}),
        (b"attachment; filename=This is a test.txt", "attachment", {"filename": "This is a test.txt"}),
        (b"attachment; filename*=utf-8''%2e%2e%2fetc; filename=x", "attachment", {"filename": "../etc"}),
        (b"a; filename*0*=utf-8''a%20; filename*1=\"b c\"; filename*2*=%C3%A9", "a", {"filename": "a b cé"}),
        (b"a; filename*0=a; filename*7=b", "a", {"filename": "ab"}),
        (b"a; filename*=us-ascii''Gr%FC%DFe", "a", {"filename": "Grüße"}),
        (b'TEXT/HTML (a comment) ; charset="utf-8', "text/html", {"charset": "utf-8"}),
        (b'a; name="say \\"hi\\""', "a", {"name": 'say "hi"'}),
        (b"a; x*99999999999=3", "a", {"x*99999999999": "3"}),
        (b"", "", {}),
    ],
)
def test_parameters_are_read_as_senders_write_them(raw: bytes, value: str, items: dict[str, str]) -> None:
    read = read_parameters(raw)

    assert (read.value, read.items) == (value, items)

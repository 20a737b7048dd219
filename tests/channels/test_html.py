"""Untrusted HTML: nothing runs, nothing loads, nothing hides, and it takes no time (reliability.md 4 C)."""

from __future__ import annotations

import time

import pytest

from channels.html import html_to_text, plain_text, safe_html, text_to_html
from tests.channels.hostile_html import assert_harmless


def test_inline_images_are_shown_from_where_the_hub_says() -> None:
    source = '<img src="cid:photo%40example.com"><img src="cid:../other">'

    kept = safe_html(source)
    shown = safe_html(source, rewrite_cid={"photo@example.com": "/files/1"}.get)

    assert 'src="cid:photo%40example.com"' in kept.html
    assert shown.html == '<img src="/files/1"><img>'


def test_plain_emphasis_and_tables_survive() -> None:
    source = '<p style="font-weight:bold;color:red"><b>Rent</b></p><table><tr><td align="right" colspan="2">1,200</td></tr></table>'

    assert safe_html(source).html == (
        '<p style="font-weight:bold"><b>Rent</b></p><table><tbody><tr><td align="right" colspan="2">1,200</td></tr></tbody></table>'
    )


HUGE = {
    "nested": "<div>" * 100_000,
    "nested tables": "<table><tr><td>" * 30_000,
    "formatting": "<b><i>" * 20_000 + "x",
    "breaks": "<br>" * 1_000_000,
    "wide table": "<table><tr>" + "<td>x" * 10_000,
    "style": f'<p style="{"color:red;" * 50_000}">x</p>',
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">",
    "links": '<a href="https://example.org">x</a>' * 5_001,
    "comments": "<!-- " * 100_000,
    "open tags": "<" * 1_000_000,
    "scripts": "<script " * 150_000,
    "mixture": "<a<script><!--" * 100_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_html_is_made_safe_and_text_in_bounded_time(name: str) -> None:
    began = time.thread_time()

    safe = safe_html(HUGE[name])
    text = html_to_text(HUGE[name])

    assert time.thread_time() - began < 4
    assert isinstance(text, str)
    if safe.plain:
        assert safe.html.startswith('<div style="white-space:pre-wrap">')


def test_html_too_deep_for_a_parser_keeps_its_words() -> None:
    source = "<div>" * 5_000 + "the tap drips" + "</div>" * 5_000

    assert "the tap drips" in safe_html(source).html
    assert "the tap drips" in html_to_text(source)


def test_html_nested_as_deep_as_long_threads_are_keeps_its_words() -> None:
    source = "<blockquote><div>" * 300 + "the tap drips" + "</div></blockquote>" * 300

    assert "the tap drips" in html_to_text(source)
    assert not safe_html(source).plain


def test_text_has_lines_but_no_style_or_script() -> None:
    source = "<head><title>T</title><style>p{color:red}</style></head><p>Hello</p><p>the&nbsp;tap<br>drips</p><script>x()</script>"

    assert html_to_text(source).replace("\xa0", " ") == "Hello\n\nthe tap\ndrips"
    assert plain_text(source).replace("\xa0", " ") == "Hello\n\nthe tap\ndrips"


def test_plain_text_becomes_html_with_links_and_nothing_else() -> None:
    html = text_to_html('See https://example.org/a?b=c&d. <http://x" onmouseover=alert(1)>\njavascript&colon;x')

    assert html.startswith('See <a href="https://example.org/a?b=c&amp;d" rel="noopener noreferrer nofollow">')
    assert_harmless(html)
    assert "<br>\njavascript&amp;colon;x" in html
